//! What is personal does not leave: a mark stands in its place on the way out, and gives way to it on the way back.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::guard;

/// Marks of one call. Who writes more numbers than this has pasted a list; from there on they all get the last one's number
/// and are not put back.
const MOST: usize = 200;
/// Characters from which a value is hidden inside other words, too: shorter ones are parts of too many.
const TELLING: usize = 4;
/// Fields of a record that are somebody's own whatever stands in them.
const OWN_FIELDS: [&str; 3] = ["order_id", "order_number", "tracking_number"];
/// Words in a field's name that make it somebody's own.
const OWN_WORDS: [&str; 27] = [
    "address",
    "birthday",
    "buyer",
    "city",
    "company",
    "consignee",
    "contact",
    "customer",
    "email",
    "firstname",
    "fullname",
    "iban",
    "lastname",
    "mail",
    "member",
    "mobile",
    "name",
    "phone",
    "postal",
    "postcode",
    "recipient",
    "street",
    "surname",
    "telephone",
    "town",
    "user",
    "zip",
];
/// Words beside `name` that make it a thing's.
const THINGS: [&str; 10] =
    ["product", "item", "article", "carrier", "shop", "store", "method", "status", "service", "variant"];

static EMAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\w.+%'-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+"));
static IBAN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?\b"));
static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[+(]{0,2}\d(?:[ ()/.\u{a0}–-]{0,3}\d){5,}"));
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])\. ?(?:0?[1-9]|1[0-2])\. ?(?:\d{4}|\d{2})?)(?:[^\d.-]|[.-](?:\D|\d{1,2}\.|$)|$)",
    )
});
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:https?://|www\.)\S+"));
static MARK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[?\b([A-Z][A-Z_]*_\d{1,3})\b\]?"));

// Whether a field is somebody's own by its name, however that is put together: `shipping_address`, `customerName`, `e-mail`.
fn is_own(name: &str) -> bool {
    let mut apart = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() {
            apart.push('_');
        }
        apart.extend(c.to_lowercase());
    }
    let words: Vec<&str> = apart.split(|c: char| !c.is_alphabetic()).collect();
    let is_thing = words.iter().any(|word| THINGS.contains(word));
    let is_own = |word: &&str| OWN_WORDS.contains(word) && !(is_thing && *word == "name");
    OWN_FIELDS.contains(&name) || words.iter().any(is_own)
}

#[expect(clippy::expect_used, reason = "the patterns are constants, and tests use every one of them")]
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

/// What stands for what, in one call.
#[derive(Default)]
pub(super) struct Veil {
    /// The values that were told, the longest first, with their kinds.
    told: Vec<(Regex, &'static str)>,
    /// Value by mark, without brackets.
    values: BTreeMap<String, String>,
    /// Mark by value in small letters.
    marks: BTreeMap<String, String>,
}

// It holds what must not be printed.
impl std::fmt::Debug for Veil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Veil({})", self.values.len())
    }
}

impl Veil {
    /// A veil over values that are known to be personal, each with its kind.
    pub(super) fn new(personal: &[(String, String)]) -> Self {
        let mut values: Vec<(String, &'static str, bool)> = Vec::new();
        for (kind, value) in personal {
            // As the text is seen when it is looked for.
            let (kind, value) = (kind_of(kind), guard::visible(value));
            let value = value.trim();
            values.push((value.to_owned(), kind, true));
            if kind == "NAME" {
                // Who is called Ann Lee also signs as Ann. As it is written only: `may` and `will` are words.
                values.extend(
                    value.split_whitespace().filter(|part| *part != value).map(|part| (part.to_owned(), kind, false)),
                );
            }
        }
        values.retain(|(value, ..)| value.chars().count() > 1);
        values.sort_by_key(|(value, ..)| std::cmp::Reverse(value.len()));
        let told =
            values.iter().filter_map(|(value, kind, any_case)| Some((matcher(value, *any_case)?, *kind))).collect();
        Self { told, ..Self::default() }
    }

    /// A text with marks in the place of everything personal.
    pub(super) fn hide(&mut self, text: &str) -> String {
        let mut text = guard::visible(text);
        for (pattern, kind) in std::mem::take(&mut self.told) {
            text = self.replaced(&text, &pattern, kind);
            self.told.push((pattern, kind));
        }
        let text = self.replaced(&text, &EMAIL, "EMAIL");
        let text = self.replaced(&text, &IBAN, "IBAN");
        self.without_numbers(&text)
    }

    /// A field of a record, the same way. What is somebody's own by its name is hidden whole.
    pub(super) fn hide_field(&mut self, name: &str, value: &str) -> String {
        let value = value.trim();
        if value.is_empty() {
            String::new()
        } else if is_own(name) {
            self.mark(kind_of(name), value)
        } else {
            // Whoever follows a link is shown the order.
            let value = self.replaced(value, &LINK, "LINK");
            self.hide(&value)
        }
    }

    /// A sentence with the values back in it, and the values that came back.
    ///
    /// # Errors
    /// When it holds a mark that stands for nothing.
    pub(super) fn lift(&self, sentence: &str) -> Result<(String, Vec<&str>), &'static str> {
        let (mut lifted, mut own, mut unknown) = (String::with_capacity(sentence.len()), Vec::new(), false);
        let mut at = 0;
        for found in MARK.captures_iter(sentence) {
            let whole = found.get_match();
            let Some(value) = self.values.get(&found[1]) else {
                unknown |= is_like_ours(&found[1]);
                continue;
            };
            lifted.push_str(&sentence[at..whole.start()]);
            lifted.push_str(value);
            own.push(value.as_str());
            at = whole.end();
        }
        lifted.push_str(&sentence[at..]);
        if unknown { Err("a mark that stands for nothing") } else { Ok((lifted, own)) }
    }

    fn replaced(&mut self, text: &str, pattern: &Regex, kind: &'static str) -> String {
        pattern.replace_all(text, |found: &Captures<'_>| self.mark(kind, &found[0])).into_owned()
    }

    // Rows of digits that may be a phone, a card, an account or a customer: all that begin like a phone number, and all
    // longer than any price. Days stay. What is hidden without need comes back when it is said.
    fn without_numbers(&mut self, text: &str) -> String {
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        while let Some(found) = DIGITS.find_at(text, at) {
            out.push_str(&text[at..found.start()]);
            let day = DAY
                .find(&text[found.start()..])
                .map(|day| day.as_str().trim_end_matches(|c: char| !c.is_numeric()).len());
            at = match day {
                Some(length) => found.start() + length,
                None => found.end(),
            };
            let digits = found.as_str().chars().filter(|c| c.is_numeric()).count();
            let is_phone = found.as_str().starts_with(['+', '(', '0']) && !found.as_str().starts_with("0.");
            if day.is_none() && (digits >= 9 || is_phone && digits >= 6) {
                let mark = self.mark(if is_phone { "PHONE" } else { "NUMBER" }, found.as_str());
                out.push_str(&mark);
            } else {
                out.push_str(&text[found.start()..at]);
            }
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    fn mark(&mut self, kind: &'static str, value: &str) -> String {
        let key = format!("{kind} {}", value.to_lowercase());
        if let Some(mark) = self.marks.get(&key) {
            return format!("[{mark}]");
        }
        if self.values.len() >= MOST {
            return format!("[{kind}]");
        }
        let number = 1 + self.values.keys().filter(|mark| mark.starts_with(&format!("{kind}_"))).count();
        let mark = format!("{kind}_{number}");
        self.values.insert(mark.clone(), value.to_owned());
        self.marks.insert(key, mark.clone());
        format!("[{mark}]")
    }
}

// A value wherever it stands, however its spaces and capitals are written; inside other words only when it is long or has
// digits.
fn matcher(value: &str, any_case: bool) -> Option<Regex> {
    let words: Vec<String> = value.split_whitespace().map(regex::escape).collect();
    let core = words.join(r"\s+");
    let is_telling = value.chars().count() >= TELLING && any_case || value.chars().any(char::is_numeric);
    let edge = |c: Option<char>| if !is_telling && c.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
    let (first, last) = (edge(value.chars().next()), edge(value.chars().next_back()));
    // Built of escaped text; only a value of megabytes could fail, and such a one is in no question.
    Regex::new(&format!("{}{first}{core}{last}", if any_case { "(?i)" } else { "" })).ok()
}

fn kind_of(kind: &str) -> &'static str {
    match kind {
        "email" => "EMAIL",
        "phone" => "PHONE",
        "name" | "customer" | "customer_name" | "first_name" | "last_name" | "recipient" | "surname" => "NAME",
        "order_id" | "order_number" => "ORDER",
        "address" | "street" | "city" | "postcode" | "zip" => "ADDRESS",
        _ => "PRIVATE",
    }
}

fn is_like_ours(mark: &str) -> bool {
    const KINDS: [&str; 10] =
        ["EMAIL", "PHONE", "NAME", "ORDER", "ADDRESS", "PRIVATE", "IBAN", "NUMBER", "CARD", "LINK"];
    KINDS.iter().any(|kind| mark.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn veil(personal: &[(&str, &str)]) -> Veil {
        Veil::new(&personal.iter().map(|(kind, value)| ((*kind).into(), (*value).into())).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_personal_is_hidden() {
        let personal = [("name", "Ann Lee"), ("email", "ann@example.com"), ("order_number", "10443"), ("name", "Al")];
        let check = |text: &str, expected: &str| assert_eq!(veil(&personal).hide(text), expected, "{text}");
        check("I am ANN  lee, order #10443", "I am [NAME_1], order #[ORDER_1]");
        check("Ann@Example.com and bob@example.com", "[EMAIL_1] and [EMAIL_2]");
        check("Ann here, Al too, but also all", "[NAME_1] here, [NAME_2] too, but also all");
        check("call +49 171 1234567 or 0171/1234567", "call [PHONE_1] or [PHONE_2]");
        check("card 4111 1111 1111 1111", "card [NUMBER_1]");
        check("DE89 3704 0044 0532 0130 00 please", "[IBAN_1] please");
        check("from 24.11.2026 until 2026-11-30 10:30", "from 24.11.2026 until 2026-11-30 10:30");
        check("24.11.2026 0171 1234567", "24.11.2026 [PHONE_1]");
        check("it cost 1.299,00 € for 3", "it cost 1.299,00 € for 3");
        check("tracking 00340434161094042557", "tracking [PHONE_1]");
        check("a\u{200b}nn@example.com", "[EMAIL_1]");
        check("bob (at) example.com", "[EMAIL_1]");
    }

    #[test]
    fn fields_that_are_somebodys_own_are_hidden_whole() {
        let mut veil = veil(&[]);
        assert_eq!(veil.hide_field("city", "Bern"), "[ADDRESS_1]");
        assert_eq!(veil.hide_field("city", ""), "");
        assert_eq!(veil.hide_field("status", "shipped"), "shipped");
        assert_eq!(veil.hide_field("eta", "2026-11-24"), "2026-11-24");
        assert_eq!(veil.hide_field("tracking_url", "https://track.example/dhl/7?pin=1"), "[LINK_1]");
        assert_eq!(veil.hide_field("order_number", "10042"), "[ORDER_1]");
        for name in [
            "shipping_address",
            "customer_email_name",
            "billingName",
            "e-mail",
            "deliveryCity",
            "member_no",
            "store_address",
        ] {
            assert!(veil.hide_field(name, "Ann Lee 20095").starts_with("[PRIVATE_"), "{name}");
        }
        for name in ["product_name", "carrier_name", "carrier", "itemName", "total", "shipped_on"] {
            assert_eq!(veil.hide_field(name, "Blue mug"), "Blue mug", "{name}");
        }
        assert_eq!(veil.hide_field("track_text", "see HTTPS://track.example/7?pin=1 now"), "see [LINK_2] now");
        assert_eq!(veil.hide_field("club", "2019-12-11-77123456"), "[NUMBER_1]");
        assert_eq!(veil.hide_field("club", "4012-88-88-88881881"), "[NUMBER_2]");
        assert_eq!(veil.hide_field("window", "24.11.2026-26.11.2026"), "24.11.2026-26.11.2026");
    }

    #[test]
    fn what_was_hidden_comes_back_and_nothing_else() {
        let mut veil = veil(&[("name", "Ann Lee")]);
        veil.hide("Ann Lee, ann@example.com");
        let check = |text: &str, expected: Result<&str, ()>| {
            assert_eq!(veil.lift(text).as_ref().map(|(text, _)| text.as_str()).map_err(|_| ()), expected, "{text}");
        };
        check("Hello [NAME_1], we wrote to EMAIL_1.", Ok("Hello Ann Lee, we wrote to ann@example.com."));
        check("Hello [NAME_2].", Err(()));
        check("Hello [CARD_1].", Err(()));
        check("The [SIZE_1] is fine", Ok("The [SIZE_1] is fine"));
        assert_eq!(veil.lift("[NAME_1]").expect("known").1, ["Ann Lee"]);
        assert_eq!(format!("{veil:?}"), "Veil(2)");
    }
}
