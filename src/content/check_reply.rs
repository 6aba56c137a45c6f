//! Checks replies: texts, languages, names to fill in, buttons and cards.

use std::collections::BTreeSet;

use super::collect::Faults;
use super::data::{Entities, Lookups};
use super::files::{CardParts, CardsFile, QuickReplyFile, VariantFile};
use super::settings::Locales;
use super::template::{self, Templates};
use super::words::{Words, language};
use crate::dialogue::Payload;
use crate::knowledge::{Node, Place, Step, write_instead};
use crate::shop::is_page;

/// What buttons may send besides `/<intent>`.
pub(super) const OWN_WORDS: [&str; 3] = ["back_to_bot", "helped", "more_help"];

/// What is known while a file is checked.
pub(super) struct Known<'a> {
    /// The shop's languages; nothing when they are not sure because the settings are broken.
    pub(super) locales: Option<&'a Locales>,
    /// The names of all intents, those of broken files too.
    pub(super) intents: &'a BTreeSet<String>,
    pub(super) templates: &'a Templates,
    /// What is picked out of messages; nothing when that is not sure.
    pub(super) entities: Option<&'a Entities>,
    /// What is looked up; nothing when that is not sure.
    pub(super) lookups: Option<&'a Lookups>,
}

/// A file that is being checked.
pub(super) struct File<'a> {
    pub(super) name: &'a str,
    pub(super) source: &'a str,
    pub(super) node: &'a Node,
    /// Names that its texts may use beside those of all; nothing when they are not sure.
    pub(super) names: Option<&'a [String]>,
}

impl File<'_> {
    pub(super) fn place(&self, path: &[Step<'_>]) -> Place {
        self.node.place_of(path)
    }
}

/// Checks the variants of the reply `key`, which stand at `path` in `file`.
pub(super) fn check(
    file: &File<'_>,
    path: &[Step<'_>],
    key: &str,
    variants: &[VariantFile],
    known: &Known<'_>,
    faults: &mut Faults,
) {
    if variants.is_empty() {
        faults.error(
            file.name,
            file.place(path),
            format!("the reply `{key}` says nothing"),
            "write `- text: { en: \"…\" }` below it",
        );
    } else if variants.iter().all(|variant| variant.when.is_some()) {
        let problem = format!("each variant of `{key}` has a `when`, so there may be nothing to say");
        faults.error(file.name, file.place(path), problem, "add a last variant without `when`");
    }
    let own = file.names.map(|own| own.iter().map(String::as_str));
    let names: Option<Vec<&str>> = own.map(|own| template::names(key).into_iter().chain(own).collect());
    let names = names.as_deref();
    for (index, variant) in variants.iter().enumerate() {
        let here = Path(path, index);
        if let (Some(when), Some(names)) = (&variant.when, names) {
            let place = file.place(&here.to(&["when".into()]));
            if let Some(trouble) = known.templates.check_when(when, names, file.source, place) {
                faults.push(trouble.error(file.name));
            }
        }
        check_words(file, &here.to(&["text".into()]), &variant.text, names, known, faults);
        if key == "disclosure" {
            check_disclosure(file, &here.to(&["text".into()]), &variant.text, faults);
        }
        for (button, quick_reply) in variant.quick_replies.iter().enumerate() {
            check_button(file, &here.to(&["quick_replies".into(), button.into()]), quick_reply, known, faults);
        }
        if let Some(card) = &variant.card {
            check_card(file, &here.to(&["card".into()]), card.parts(), names, known, faults);
        }
        if let Some(cards) = &variant.cards {
            check_cards(file, &here.to(&["cards".into()]), cards, names, known, faults);
        }
    }
}

/// What a text says that names a machine, in the languages of the program's own texts.
const MACHINE: [&str; 8] = ["automat", "assistant", "assistent", "bot", "virtual", "virtuell", " ai ", "ki-"];

// Whoever writes to the desk is told that a machine answers, and no setting removes that.
fn check_disclosure(file: &File<'_>, path: &[Step<'_>], words: &Words, faults: &mut Faults) {
    let names_a_machine = |text: &str| {
        // The assistant's name alone says nothing: it may be a person's.
        let text = text.replace("{{ assistant }}", "").to_lowercase();
        MACHINE.iter().any(|word| text.contains(word))
    };
    let told = |locale: &str| matches!(super::words::language(locale), "en" | "de");
    let silent = match words {
        Words::Same(text) => !names_a_machine(text),
        Words::ByLocale(_) => words.locales().any(|(locale, text)| told(locale) && !names_a_machine(text)),
    };
    if silent {
        let problem = "the disclosure does not say that a machine answers, which shoppers have a right to know";
        faults.error(file.name, file.place(path), problem, "write that they talk with an automated assistant");
    }
}

// The path of one variant.
struct Path<'a>(&'a [Step<'a>], usize);

impl<'a> Path<'a> {
    fn to(&self, rest: &[Step<'a>]) -> Vec<Step<'a>> {
        self.0.iter().copied().chain([self.1.into()]).chain(rest.iter().copied()).collect()
    }
}

fn below<'a>(path: &[Step<'a>], key: &'a str) -> Vec<Step<'a>> {
    path.iter().copied().chain([key.into()]).collect()
}

/// Checks a text: its languages, and with `names` what it fills in.
pub(super) fn check_words(
    file: &File<'_>,
    path: &[Step<'_>],
    words: &Words,
    names: Option<&[&str]>,
    known: &Known<'_>,
    faults: &mut Faults,
) {
    if let (Words::ByLocale(_), Some(locales)) = (words, known.locales) {
        check_locales(file, path, words.locales().map(|(locale, _)| locale), locales, faults);
        let written: Vec<_> = words.locales().map(|(locale, _)| locale).collect();
        for missing in missing(locales, &written) {
            let cure = format!("add `{missing}: \"…\"`");
            faults.warning(file.name, file.place(path), format!("this text is missing in `{missing}`"), cure);
        }
    }
    let mut check_text = |text: &str, place: Place| {
        if text.trim().is_empty() {
            faults.error(file.name, place, "this text is empty", "write it, or remove the line");
        } else if let Some(trouble) = names.and_then(|names| known.templates.check(text, names, file.source, place)) {
            faults.push(trouble.error(file.name));
        }
    };
    match words {
        Words::Same(text) => check_text(text, file.place(path)),
        Words::ByLocale(texts) => {
            texts.iter().for_each(|(locale, text)| check_text(text, file.place(&below(path, locale))));
        }
    }
}

/// The shop's languages that are not among `written`.
pub(super) fn missing<'a>(locales: &'a Locales, written: &[&str]) -> Vec<&'a str> {
    locales.all().filter(|locale| !written.contains(locale) && !written.contains(&language(locale))).collect()
}

/// Checks that the keys at `path` are languages of the shop.
pub(super) fn check_locales<'a>(
    file: &File<'_>,
    path: &[Step<'_>],
    written: impl Iterator<Item = &'a str>,
    locales: &Locales,
    faults: &mut Faults,
) {
    for locale in written.filter(|locale| !locales.knows(locale)) {
        let all: Vec<_> = locales.all().collect();
        let cure = write_instead(locale, all.iter().copied());
        let cure = format!("{cure}, or add `{locale}` to `locales: others` in `_settings.yaml`");
        faults.error(
            file.name,
            file.node.key_place(path, locale),
            format!("the language `{locale}` is not one of the shop's"),
            cure,
        );
    }
}

fn check_button(file: &File<'_>, path: &[Step<'_>], button: &QuickReplyFile, known: &Known<'_>, faults: &mut Faults) {
    check_words(file, &below(path, "title"), &button.title, None, known, faults);
    match (&button.send, &button.url) {
        (None, None) => {
            faults.error(
                file.name,
                file.place(path),
                "this button does nothing",
                "add `send: /intent` or `url: https://…`",
            );
        }
        (Some(_), Some(_)) => {
            faults.error(
                file.name,
                file.place(&below(path, "url")),
                "this button does two things",
                "keep `send` or `url`",
            );
        }
        (Some(send), None) => check_send(file, file.place(&below(path, "send")), send, known, faults),
        (None, Some(url)) => check_page(file, file.place(&below(path, "url")), url, faults),
    }
}

fn check_send(file: &File<'_>, place: Place, send: &str, known: &Known<'_>, faults: &mut Faults) {
    let Some(payload) = Payload::parse(send) else {
        let cure = "write `/intent` or `/intent{\"entity\": \"value\"}`";
        faults.error(file.name, place, format!("`{send}` is nothing a button can send"), cure);
        return;
    };
    let names = || known.intents.iter().map(String::as_str).chain(OWN_WORDS);
    if !names().any(|name| name == payload.name) {
        let wrong = payload.name.as_str();
        let cure = match crate::knowledge::nearest(wrong, names()) {
            Some(name) => format!("write `/{name}`"),
            None => format!("write `/` and the name of an intent, or one of /{}", OWN_WORDS.join(", /")),
        };
        faults.error(file.name, place, format!("there is no intent `{wrong}` to send"), cure);
    }
}

// Anything else could run as a script in the shopper's browser. What a text is filled in with is looked at when it is known.
fn check_url(file: &File<'_>, place: Place, url: &str, faults: &mut Faults) {
    if !is_page(url) && !url.starts_with("{{") {
        faults.error(
            file.name,
            place,
            format!("`{url}` is not an address"),
            "begin it with `https://`, or with `/` for a page of this server",
        );
    }
}

// A button's page is written out: it is not filled in.
fn check_page(file: &File<'_>, place: Place, url: &str, faults: &mut Faults) {
    if !is_page(url) {
        faults.error(
            file.name,
            place,
            format!("`{url}` is not an address"),
            "begin it with `https://`, or with `/` for a page of this server",
        );
    }
}

// A row of cards needs a list that is found; its texts may use the fields of an entry beside all other names.
fn check_cards(
    file: &File<'_>,
    path: &[Step<'_>],
    cards: &CardsFile,
    names: Option<&[&str]>,
    known: &Known<'_>,
    faults: &mut Faults,
) {
    let (list, entry) = (cards.of.name(), cards.of.entry());
    let fields: Vec<String> = cards.of.fields().map(|field| format!("{entry}.{field}")).collect();
    // Within a card the word means the entry, whatever else there is of that name.
    let beside = names.map(|names| names.iter().copied().filter(|name| *name != entry));
    let within: Option<Vec<&str>> = beside.map(|beside| beside.chain(fields.iter().map(String::as_str)).collect());
    if names.is_some_and(|names| !names.contains(&list)) {
        let cure = "name an action of the kind `catalog` with `do`, or write one `card`";
        faults.error(file.name, file.place(&below(path, "for")), format!("no list `{list}` is found here"), cure);
    }
    check_card(file, path, cards.parts(), within.as_deref(), known, faults);
}

fn check_card(
    file: &File<'_>,
    path: &[Step<'_>],
    card: CardParts<'_>,
    names: Option<&[&str]>,
    known: &Known<'_>,
    faults: &mut Faults,
) {
    check_words(file, &below(path, "title"), card.title, names, known, faults);
    for (key, words) in [("text", card.text), ("image", card.image)] {
        if let Some(words) = words {
            check_words(file, &below(path, key), words, names, known, faults);
        }
    }
    for url in card.image.into_iter().flat_map(Words::texts) {
        check_url(file, file.place(&below(path, "image")), url, faults);
    }
    for (index, button) in card.buttons.iter().enumerate() {
        let here: Vec<_> = path.iter().copied().chain(["buttons".into(), index.into()]).collect();
        check_words(file, &below(&here, "title"), &button.title, names, known, faults);
        for url in button.url.texts() {
            check_url(file, file.place(&below(&here, "url")), url, faults);
        }
    }
}
