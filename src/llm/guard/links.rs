//! Addresses in a text, and texts as plain ones.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::facts::{Fact, Reader};
use super::regex;

static SCHEME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[a-z][a-z0-9+.-]*://[^\s<>\x22]+"));
static RUNS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?:javascript|vbscript|data|file|mailto|tel|sms|whatsapp|intent|blob|about|callto|skype):[^\s<>\x22]+")
});
static EMAIL: LazyLock<Regex> = LazyLock::new(|| regex(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"));
static DOMAIN: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:[\w-]{2,}\.)+\p{L}{2,}(?::\d+)?(?:[/?#][^\s<>\x22]*)?"));
static MARKDOWN: LazyLock<Regex> = LazyLock::new(|| regex(r"\[([^\]\[]*)\]\(\s*([^)\s]*)[^)]*\)"));
static TAG: LazyLock<Regex> = LazyLock::new(|| regex(r"<[\p{L}/!?]|&(?:#\w+|[a-zA-Z]\w+);"));
static BULLET: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*(?:[-*•>]\s+|#{1,6}\s+)+"));

/// Takes all addresses out of the text.
pub(super) fn take(reader: &mut Reader) {
    for pattern in [&SCHEME, &RUNS, &EMAIL, &DOMAIN] {
        reader.take(pattern, |found| Some(vec![Fact::Link(shortest(&found[0]))]));
    }
}

/// An address without what makes no difference: scheme of the web, `www.`, the stop of the sentence it ends.
pub(super) fn shortest(link: &str) -> String {
    let link = link.trim().to_lowercase();
    let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '"']);
    let link = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://")).unwrap_or(link);
    let link = link.strip_prefix("mailto:").unwrap_or(link);
    link.strip_prefix("www.").unwrap_or(link).trim_end_matches('/').to_owned()
}

/// Whether somebody who was shown `known` was shown `said`: the same address, or its host alone.
pub(super) fn covers(known: &str, said: &str) -> bool {
    let host = known.split(['/', '?', '#']).next().unwrap_or(known);
    known == said || (host == said && !said.contains('@'))
}

/// A sentence without the marks of Markdown: a link becomes its words and its address.
///
/// # Errors
/// What cannot be said as plain text, in words.
pub(in crate::llm) fn plain(sentence: &str) -> Result<String, &'static str> {
    if sentence.contains("![") {
        return Err("a picture");
    }
    if TAG.is_match(sentence) {
        return Err("markup");
    }
    let text = MARKDOWN.replace_all(sentence, |found: &Captures<'_>| match (found[1].trim(), found[2].trim()) {
        (words, link) if words.is_empty() || words == link => link.to_owned(),
        (words, link) => format!("{words} ({link})"),
    });
    let text = BULLET.replace(&text, "");
    let text = text.replace("**", "").replace("__", "").replace(['`', '*'], "");
    Ok(without_slant(&text).trim().to_owned())
}

// `_tomorrow_` in italics, without its marks: beside a letter they would hide a word from whoever looks for it.
fn without_slant(text: &str) -> String {
    let is_in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '_' || is_in_word(out.chars().next_back()) && is_in_word(chars.peek().copied()) {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_however_they_are_written() {
        let check = |text: &str, expected: &[&str]| {
            let facts = super::super::facts::facts(text, None);
            let expected: Vec<Fact> = expected.iter().map(|link| Fact::Link((*link).to_owned())).collect();
            assert_eq!(facts, expected, "{text}");
        };
        check("see https://Shop.example/returns/.", &["shop.example/returns"]);
        check("see www.shop.example", &["shop.example"]);
        check("at shop.example, or mail help@shop.example!", &["help@shop.example", "shop.example"]);
        check("javascript:alert(1)", &["javascript:alert(1"]);
        check("z.B. e.g. usw.", &[]);
        check("ｓｈｏｐ．example", &["shop.example"]);
    }

    #[test]
    fn markdown_becomes_plain() {
        let check = |text: &str, expected: Result<&str, &str>| {
            assert_eq!(plain(text).as_deref().map_err(|why| *why), expected, "{text}");
        };
        check("**Returns** are `free`", Ok("Returns are free"));
        check("- Returns", Ok("Returns"));
        check("It comes _tomorrow_ by _DHL_, see my_page.", Ok("It comes tomorrow by DHL, see my_page."));
        check("24. November", Ok("24. November"));
        check("See [our page](https://shop.example/x \"t\")", Ok("See our page (https://shop.example/x)"));
        check("![x](https://evil.example/x.png)", Err("a picture"));
        check("<b>free</b>", Err("markup"));
        check("&lt;script&gt;", Err("markup"));
        check("5 < 6 & 7", Ok("5 < 6 & 7"));
    }

    #[test]
    fn a_host_may_stand_for_its_pages() {
        let check = |known: &str, said: &str, expected| assert_eq!(covers(known, said), expected, "{known} {said}");
        check("shop.example/a", "shop.example", true);
        check("shop.example/a", "shop.example/b", false);
        check("shop.example", "shop.example/a", false);
        check("shop.example.evil.example", "shop.example", false);
        check("help@shop.example", "shop.example", false);
    }
}
