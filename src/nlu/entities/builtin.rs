//! The kinds of things every shop needs, by name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::context::{Request, rank};
use super::{Found, MAX_PLACES};
use super::{cards, colour, date, email, money, phone, postcode, size, tracking, words};

/// A kind of thing that is known without a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Builtin {
    /// An e-mail address, also "ann at example dot com". Lower case.
    Email,
    /// A phone number: `+491711234567` if written with `+` or `00`, else its digits.
    Phone,
    /// An amount with its currency: `39.90 EUR`.
    Money,
    /// A day, also "yesterday" or "vor 2 Wochen": `2026-11-18`.
    Date,
    /// A postcode of Germany, Austria, Switzerland, the United Kingdom or the United States: `80331`, `SW1A 1AA`.
    Postcode,
    /// A parcel's number whose check digit fits: UPS, postal services (UPU S10), DHL, FedEx, USPS, DPD, GLS, Hermes.
    TrackingNumber,
    /// A web address.
    Url,
    /// A number, with a point before its decimals.
    Number,
    /// A payment card's number, by its check digit. The value is its last four digits: `•••• 1111`.
    PaymentCard,
    /// A colour in English or German, by its English name: `blue`, `light blue`.
    Colour,
    /// A size: `M`, `XXL`, `42`, `UK 8`, `42-44`.
    Size,
}

impl Builtin {
    /// Words that stand near a thing of this kind, beside those of the rule.
    pub(super) fn context_words(self) -> &'static [&'static str] {
        match self {
            Self::Phone => phone::CONTEXT_WORDS,
            Self::Postcode => postcode::CONTEXT_WORDS,
            Self::TrackingNumber => tracking::CONTEXT_WORDS,
            Self::Email
            | Self::Money
            | Self::Date
            | Self::Url
            | Self::Number
            | Self::PaymentCard
            | Self::Colour
            | Self::Size => &[],
        }
    }

    pub(super) fn find(self, request: &Request<'_>, out: &mut Vec<Found>) {
        match self {
            Self::Email => email::find(request, out),
            Self::Phone => phone::find(request, out),
            Self::Money => money::find(request, out),
            Self::Date => date::find(request, out),
            Self::Postcode => postcode::find(request, out),
            Self::TrackingNumber => tracking::find(request, out),
            Self::Url => urls(request, out),
            Self::Number => numbers(request, out),
            Self::PaymentCard => cards::find(request, out),
            Self::Colour => colour::find(request, out),
            Self::Size => size::find(request, out),
        }
    }
}

fn urls(request: &Request<'_>, out: &mut Vec<Found>) {
    let text = request.line.text;
    let mut from = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let begins = from;
        from += piece.len();
        let piece = piece.trim_end();
        // Short of a whole piece: "(see www.shop.example)", "link:https://…".
        let starts = ["https://", "http://", "www."].iter().filter_map(|prefix| find_ignoring_case(piece, prefix));
        let Some(at) = starts.min() else { continue };
        let Some(url) = piece.get(at..) else { continue };
        let url =
            url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '\u{201d}', '\u{201c}']);
        let host = url.split("://").last().unwrap_or_default();
        if out.len() < MAX_PLACES && host.split(['/', '?', '#']).next().is_some_and(|host| host.contains('.')) {
            let (start, end) = (begins + at, begins + at + url.len());
            out.push(Found {
                start,
                end,
                value: url.to_owned(),
                rank: rank::SIGN,
                reason: "a web address".to_owned(),
                ..Found::default()
            });
        }
    }
}

fn find_ignoring_case(text: &str, prefix: &str) -> Option<usize> {
    text.as_bytes().windows(prefix.len()).position(|bytes| bytes.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn numbers(request: &Request<'_>, out: &mut Vec<Found>) {
    let line = request.line;
    for index in 0..line.len() {
        if out.len() >= MAX_PLACES {
            return;
        }
        let found = |value: String, reason: &str| Found {
            start: line.start(index),
            end: line.end(index),
            value,
            rank: rank::ANY,
            reason: reason.to_owned(),
            ..Found::default()
        };
        if let Some(amount) = money::amount(line, index) {
            out.push(Found { end: amount.end, ..found(amount.value, "a number") });
        } else if let Some(count) = request.is_asked.then(|| words::count(line.word(index))).flatten() {
            // Only in an answer: elsewhere "one" and "ein" count nothing.
            out.push(found(count.to_string(), "a number in words, and it was asked for"));
        }
    }
}
