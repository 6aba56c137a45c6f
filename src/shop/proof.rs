//! What a shopper claims, compared with what an order's own record says.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use super::config::{Proof, Reveal};

/// A value as it is compared: of one length, and telling nothing by the time a comparison takes.
type Print = [u8; 32];

/// What a shopper says about themselves.
pub(super) struct Claim {
    given: Side,
    // Of a shopper whose shop vouches for them.
    verified: Value,
}

/// What an order's own record says. An empty value is never matched.
pub(super) struct Side {
    email: Value,
    postcode: Value,
}

struct Value {
    print: Print,
    is_there: Choice,
}

/// What of a record has been proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Proven {
    pub(super) email: bool,
    pub(super) postcode: bool,
    /// Whether that is enough.
    pub(super) enough: bool,
}

impl Claim {
    pub(super) fn of(input: &BTreeMap<String, String>, verified_email: Option<&str>) -> Self {
        let given = |slot: &str| input.get(slot).map_or("", String::as_str);
        Self { given: Side::new(given("email"), given("postcode")), verified: email(verified_email.unwrap_or("")) }
    }

    /// Compares with a record, in the same time whatever is equal.
    pub(super) fn proves(&self, only_if: &BTreeSet<Proof>, record: &Side) -> Proven {
        let wanted = |proof| Choice::from(u8::from(only_if.contains(&proof)));
        let vouched = self.verified.equals(&record.email);
        let email = self.given.email.equals(&record.email) & wanted(Proof::EmailMatches) | vouched;
        let postcode = self.given.postcode.equals(&record.postcode) & wanted(Proof::PostcodeMatches);
        let nothing_asked = Choice::from(u8::from(only_if.is_empty()));
        let enough = email | postcode | nothing_asked;
        Proven { email: email.into(), postcode: postcode.into(), enough: enough.into() }
    }
}

impl Proven {
    /// Whether a field may leave. The two that are proofs leave only when they were what proved it: a right e-mail address
    /// must not buy a postcode.
    pub(super) fn lets_out(self, reveal: &Reveal, field: &str) -> bool {
        let proven = match field {
            "email" => self.email,
            "postcode" => self.postcode,
            _ => true,
        };
        self.enough && proven && reveal.allow_fields.contains(field)
    }
}

impl Side {
    pub(super) fn new(address: &str, code: &str) -> Self {
        Self { email: email(address), postcode: postcode(code) }
    }
}

impl Value {
    fn new(normal: &str) -> Self {
        let is_there = Choice::from(u8::from(!normal.is_empty()));
        Self { print: Sha256::digest(normal.as_bytes()).into(), is_there }
    }

    fn equals(&self, other: &Self) -> Choice {
        self.print.ct_eq(&other.print) & self.is_there & other.is_there
    }
}

fn email(text: &str) -> Value {
    Value::new(&text.trim().to_lowercase())
}

fn postcode(text: &str) -> Value {
    Value::new(&text.split_whitespace().collect::<String>().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(address: &str, code: &str, verified: Option<&str>) -> Claim {
        let input = [("email", address), ("postcode", code)].map(|(slot, value)| (slot.to_owned(), value.to_owned()));
        Claim::of(&input.into(), verified)
    }

    #[test]
    fn one_of_the_proofs_asked_for_is_enough() {
        let record = Side::new("Ann@Example.com", "SW1A 1AA");
        let both: BTreeSet<Proof> = [Proof::EmailMatches, Proof::PostcodeMatches].into();
        let only_email: BTreeSet<Proof> = [Proof::EmailMatches].into();
        let check = |address: &str, code: &str, verified, only_if: &BTreeSet<Proof>, expected| {
            let proven = claim(address, code, verified).proves(only_if, &record);
            assert_eq!(proven.enough, expected, "{address} {code} {verified:?} {only_if:?}");
        };
        check(" ann@example.COM ", "", None, &only_email, true);
        check("ann@example.com", "sw1a1aa", None, &both, true);
        check("", "sw1 a1aa", None, &both, true);
        check("", "SW1A 1AA", None, &only_email, false);
        check("bob@example.com", "10115", None, &both, false);
        check("", "", Some("ann@example.com"), &only_email, true);
        check("ann@example.com", "", Some("bob@example.com"), &only_email, true);
        check("", "", Some("bob@example.com"), &both, false);
        check("", "", None, &both, false);
        check("", "", None, &BTreeSet::new(), true);
    }

    #[test]
    fn what_a_record_does_not_say_cannot_be_guessed() {
        let both: BTreeSet<Proof> = [Proof::EmailMatches, Proof::PostcodeMatches].into();
        let empty = Side::new(" ", "");
        for (address, code) in [("", ""), (" ", "  "), ("ann@example.com", "10115")] {
            assert!(!claim(address, code, Some("")).proves(&both, &empty).enough);
        }
    }
}
