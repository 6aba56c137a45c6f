//! Fills a reply of the shop's files in: its words, its buttons, its cards.

use minijinja::value::Value;

use super::files::{CardButtonFile, CardParts, CardsFile, QuickReplyFile, VariantFile};
use super::snapshot::{Reply, Snapshot};
use super::template::{self, Vars};
use super::words::Words;
use crate::domain::{Card, CardButton, MOST_CARDS, QuickReply};
use crate::shop::is_page;

/// Bytes of text in a row of cards: what a frame of 64 KiB has room for beside the longest words. A shop's feed writes a few
/// hundred a product.
const CARDS_LIMIT: usize = 12 * 1024;

/// A variant's texts in a language, with what they are filled in with.
#[derive(Clone, Copy)]
pub(super) struct Fill<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) locale: &'a str,
    pub(super) vars: &'a Vars,
}

impl Fill<'_> {
    /// The variant as the reply `key`; nothing if its words lack one of their names.
    pub(super) fn reply(&self, key: &str, variant: &VariantFile) -> Option<Reply> {
        let mut card = variant.card.as_ref().and_then(|card| self.card(card.parts()));
        let mut cards = variant.cards.as_ref().map(|cards| self.cards(cards)).unwrap_or_default();
        // One alone is no row, and programs that know no rows show it, too.
        if card.is_none() && cards.len() == 1 {
            card = cards.pop();
        }
        Some(Reply {
            key: key.to_owned(),
            text: self.words(&variant.text)?,
            quick_replies: variant.quick_replies.iter().map(|button| self.button(button)).collect(),
            card,
            cards,
            counts_as: Some(variant.counts_as),
        })
    }

    /// Words in the language; nothing if they lack one of their names.
    pub(super) fn words(&self, words: &Words) -> Option<String> {
        self.snapshot.templates().fill(self.snapshot.words(words, self.locale), self.locale, self.vars)
    }

    fn button(&self, button: &QuickReplyFile) -> QuickReply {
        let title = self.snapshot.words(&button.title, self.locale).to_owned();
        QuickReply { title, url: button.url.clone(), send: button.send.clone() }
    }

    // One card for each entry of the list, as long as there is room.
    fn cards(&self, cards: &CardsFile) -> Vec<Card> {
        let entries = self.vars.get(cards.of.name()).and_then(|list| list.try_iter().ok());
        let card = |entry: Value| {
            let mut vars = self.vars.clone();
            vars.insert(cards.of.entry().to_owned(), whole(&entry, cards.of.fields()));
            Fill { vars: &vars, ..*self }.card(cards.parts())
        };
        let mut room = CARDS_LIMIT;
        let fits = |card: &Card| {
            let left = room.checked_sub(length(card));
            room = left.unwrap_or(0);
            left.is_some()
        };
        entries.into_iter().flatten().take(MOST_CARDS).filter_map(card).take_while(fits).collect()
    }

    // A card that cannot be filled in is left out: the words of the reply say what matters. An address that came out of a
    // look-up is no better than one that somebody typed.
    fn card(&self, card: CardParts<'_>) -> Option<Card> {
        let page = |words: &Words| self.words(words).filter(|url| is_page(url));
        let button =
            |button: &CardButtonFile| Some(CardButton { title: self.words(&button.title)?, url: page(&button.url)? });
        Some(Card {
            title: self.words(card.title).filter(|title| !title.trim().is_empty())?,
            text: card.text.and_then(|text| self.words(text)).filter(|text| !text.trim().is_empty()),
            image: card.image.and_then(page),
            buttons: card.buttons.iter().filter_map(button).collect(),
        })
    }
}

// A look-up need not give every field: what is missing is empty.
fn whole(entry: &Value, fields: impl Iterator<Item = &'static str>) -> Value {
    let value = |field: &'static str| {
        let given = entry.get_attr(field).ok().filter(|value| !value.is_undefined());
        (field, given.unwrap_or_else(|| template::nothing(field)))
    };
    fields.map(value).collect()
}

fn length(card: &Card) -> usize {
    let buttons: usize = card.buttons.iter().map(|button| button.title.len() + button.url.len()).sum();
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    card.title.len() + optional(&card.text) + optional(&card.image) + buttons
}
