//! E-mail addresses, written or spelled out.

use super::context::{Request, rank};
use super::line::Line;
use super::{Found, MAX_PLACES};

/// Bytes before and behind the `@` (RFC 5321, 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 255;
/// Words on either side of a spelled-out "at": `ann dot b dot smith` is five.
const MAX_SPELLED: usize = 9;
/// Words in front of "at" that are no name: "look at example dot com".
const NO_NAMES: &[&str] = &[
    "me",
    "us",
    "it",
    "you",
    "look",
    "looked",
    "was",
    "is",
    "mich",
    "uns",
    "email",
    "mail",
    "shop",
    "bought",
    "available",
    "here",
];

pub(super) fn find(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    for (at, _) in line.text.match_indices('@').take(MAX_PLACES) {
        out.extend(written(line, at));
    }
    for index in 1..line.len() {
        if out.len() < MAX_PLACES && matches!(line.word(index), "at" | "aet") {
            out.extend(spelled(line, index));
        }
    }
}

fn written(line: &Line<'_>, at: usize) -> Option<Found> {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'');
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let before = line.text.get(..at)?;
    let local: usize = before.chars().rev().take_while(|c| is_local(*c)).take(MAX_LOCAL + 1).map(char::len_utf8).sum();
    let local = before.get(at - local..)?.trim_start_matches(['.', '\'', '-', '+']);
    let behind = line.text.get(at + 1..)?;
    let domain: usize = behind.chars().take_while(|c| is_domain(*c)).take(MAX_DOMAIN + 1).map(char::len_utf8).sum();
    // The full stop of the sentence is not part of it.
    let domain = behind.get(..domain)?.trim_end_matches(['.', '-']);
    let is_address = !local.is_empty() && local.len() <= MAX_LOCAL && !local.ends_with('.') && is_host(domain);
    is_address.then(|| Found {
        start: at - local.len(),
        end: at + 1 + domain.len(),
        value: format!("{local}@{domain}").to_lowercase(),
        rank: rank::SIGN,
        reason: "an e-mail address".to_owned(),
        ..Found::default()
    })
}

fn is_host(domain: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= MAX_DOMAIN
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
}

// "ann at example dot com", "ann (at) example.com". A plain "at" needs a spelled dot as well.
fn spelled(line: &Line<'_>, at: usize) -> Option<Found> {
    let is_marked = line.gap_before(at).contains(['(', '[', '{']) && line.gap_after(at).contains([')', ']', '}']);
    let (mut local, mut first) = (line.word(at - 1).to_owned(), at - 1);
    while let Some((joint, words)) = joint_before(line, first).filter(|(_, words)| at - first + words <= MAX_SPELLED) {
        first -= words;
        local = format!("{}{joint}{local}", line.word(first));
    }
    let (mut domain, mut last, mut has_dot) = (line.word(at + 1).to_owned(), at + 1, is_marked);
    while let Some((joint, words)) = joint_behind(line, last).filter(|(_, words)| last + words - at <= MAX_SPELLED) {
        last += words;
        has_dot |= words == 2;
        domain = format!("{domain}{joint}{}", line.word(last));
    }
    let beside = |gap: &str| gap.trim_matches([' ', '(', ')', '[', ']', '{', '}']).is_empty() && !gap.is_empty();
    let is_address = has_dot
        && beside(line.gap_before(at))
        && beside(line.gap_after(at))
        && !NO_NAMES.contains(&local.as_str())
        && !domain.starts_with("the.")
        && local.len() <= MAX_LOCAL
        && is_host(&domain);
    is_address.then(|| Found {
        start: line.start(first),
        end: line.end(last),
        value: format!("{local}@{domain}"),
        rank: rank::SIGN,
        reason: "an e-mail address, spelled out".to_owned(),
        ..Found::default()
    })
}

fn is_dot(word: &str) -> bool {
    matches!(word, "dot" | "punkt")
}

// What joins a word to the one before it, and how many words that takes.
fn joint_before<'l>(line: &'l Line<'_>, index: usize) -> Option<(&'l str, usize)> {
    let gap = line.gap_before(index);
    match gap {
        "." | "_" | "-" if index > 0 => Some((gap, 1)),
        _ if index > 1 && is_dot(line.word(index - 1)) => Some((".", 2)),
        _ => None,
    }
}

fn joint_behind<'l>(line: &'l Line<'_>, index: usize) -> Option<(&'l str, usize)> {
    let gap = line.gap_after(index);
    match gap {
        "." | "-" if index + 1 < line.len() => Some((gap, 1)),
        _ if index + 2 < line.len() && is_dot(line.word(index + 1)) => Some((".", 2)),
        _ => None,
    }
}
