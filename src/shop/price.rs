//! Prices as decimals: those of a feed, and amounts as shoppers write them. Nothing is rounded, and amounts of different
//! currencies are not compared.

/// Decimals that are kept: as many as a feed may have.
const PLACES: usize = 12;
/// Digits before the decimals of an amount in a question. A billion is the most anybody means.
const MAX_DIGITS: usize = 10;

/// What two digits, a comma and a dash say: no cents.
const WHOLE: [&str; 6] = [",--", ".--", ",-", ".-", ",\u{2013}", ".\u{2013}"];

/// What shoppers call currencies, folded, and the codes that may be meant. A sign that several share is that of the shop.
const CURRENCIES: [(&[&str], Codes); 8] = [
    (&["€", "euro", "euros", "eur"], &["EUR"]),
    (&["$", "dollar", "dollars", "bucks"], &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"]),
    (&["usd", "us$"], &["USD"]),
    (&["£", "pound", "pounds", "quid", "gbp", "pfund"], &["GBP"]),
    (&["chf", "franken", "francs", "sfr", "fr"], &["CHF"]),
    (&["kr", "kronen", "kronor", "kroner", "sek", "dkk", "nok"], &["SEK", "DKK", "NOK"]),
    (&["zl", "zloty", "pln"], &["PLN"]),
    (&["yen", "¥", "jpy"], &["JPY"]),
];

/// Codes of currencies, as `EUR`.
pub(super) type Codes = &'static [&'static str];

/// An amount, in parts of 10⁻¹².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Amount(u128);

/// What a product costs. In order by currency, then by amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Price {
    currency: [u8; 3],
    amount: Amount,
}

impl Price {
    /// The price a feed writes as `14.90 EUR`.
    pub(super) fn of_feed(text: &str) -> Option<Self> {
        let (amount, currency) = text.split_once(' ')?;
        let (whole, cents) = amount.split_once('.').unwrap_or((amount, "0"));
        let is_code = currency.len() == 3 && currency.chars().all(|c| c.is_ascii_uppercase());
        let currency = currency.as_bytes().first_chunk().filter(|_| is_code)?;
        Some(Self { currency: *currency, amount: decimal(whole, cents, PLACES)? })
    }
}

/// One end of what something may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) amount: Amount,
    /// The currencies it may be in; the product's own where nothing was said.
    pub(super) codes: Option<Codes>,
    /// Whether the amount itself is still within.
    pub(super) included: bool,
}

impl Bound {
    /// Whether `price` is at most this.
    pub(super) fn is_above(&self, price: &Price) -> bool {
        self.has(price) && (price.amount < self.amount || self.included && price.amount == self.amount)
    }

    /// Whether `price` is at least this.
    pub(super) fn is_below(&self, price: &Price) -> bool {
        self.has(price) && (price.amount > self.amount || self.included && price.amount == self.amount)
    }

    fn has(&self, price: &Price) -> bool {
        self.codes.is_none_or(|codes| codes.iter().any(|code| code.as_bytes() == price.currency))
    }
}

/// The currencies that a folded word may mean.
pub(super) fn currency(word: &str) -> Option<Codes> {
    CURRENCIES.iter().find(|(names, _)| names.contains(&word)).map(|(_, codes)| *codes)
}

/// The amount that a folded word is, with the currency that is written to it: `20`, `19,90`, `1.299`, `20€`, `$20`, `20,-`.
pub(super) fn amount(word: &str) -> Option<(Amount, Option<Codes>)> {
    if let Some(amount) = number(word) {
        return Some((amount, None));
    }
    let digits = |c: char| c.is_ascii_digit();
    let (first, last) = (word.find(digits)?, word.rfind(digits)? + 1);
    let inner = &word[first..last];
    let (before, behind) = (&word[..first], &word[last..]);
    let behind = WHOLE.iter().find_map(|sign| behind.strip_prefix(sign)).unwrap_or(behind);
    let codes = match (before, behind) {
        ("", "") => None,
        (sign, "") | ("", sign) => Some(currency(sign)?),
        _ => return None,
    };
    Some((number(inner)?, codes))
}

// A number as written in either country: point or comma, with or without groups of thousands.
fn number(text: &str) -> Option<Amount> {
    let is_separator = |c: char| matches!(c, '.' | ',' | '\'');
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return None;
    }
    let groups: Vec<&str> = text.split(is_separator).collect();
    let separators: Vec<char> = text.chars().filter(|c| is_separator(*c)).collect();
    let (last, before) = groups.split_last()?;
    // `1.299` is more than a thousand, `1.29` a little more than one.
    let has_cents = !before.is_empty() && last.len() <= 2 && separators.last() != Some(&'\'');
    let (whole, cents) = if has_cents { (before, *last) } else { (groups.as_slice(), "0") };
    let thousands = separators.get(..whole.len() - 1)?;
    let (head, tail) = whole.split_first()?;
    let is_grouped = tail.is_empty() || head.len() <= 3 && tail.iter().all(|group| group.len() == 3);
    // What parts thousands stays the same and is not what parts the cents.
    let is_even = thousands.windows(2).all(|pair| pair[0] == pair[1])
        && !(has_cents && thousands.first().is_some_and(|first| separators.last() == Some(first)));
    if is_grouped && is_even { decimal(&whole.concat(), cents, MAX_DIGITS) } else { None }
}

fn decimal(whole: &str, cents: &str, longest: usize) -> Option<Amount> {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !is_number(whole) || !is_number(cents) || whole.len() > longest || cents.len() > PLACES {
        return None;
    }
    format!("{whole}{cents:0<PLACES$}").parse().ok().map(Amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(text: &str) -> Price {
        Price::of_feed(&format!("{text} EUR")).expect(text)
    }

    #[test]
    fn prices_of_feeds_are_read_and_compared_as_decimals() {
        assert!(euros("9.90") < euros("10") && euros("0.1") < euros("0.30") && euros("14.9") == euros("14.90"));
        for wrong in
            ["14", "14,90 EUR", "14. EUR", ".5 EUR", "14 eur", "14 EURO", "-1 EUR", "1e3 EUR", "1234567890123 EUR"]
        {
            assert_eq!(Price::of_feed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_read_as_either_country_writes_them() {
        let check = |text: &str, expected: Option<&str>| {
            let read = amount(text).map(|(amount, _)| amount);
            assert_eq!(read, expected.map(|text| euros(text).amount), "{text}");
        };
        check("20", Some("20"));
        check("19,90", Some("19.9"));
        check("19.9", Some("19.90"));
        check("1.299", Some("1299"));
        check("1,299.00", Some("1299"));
        check("1.299,50€", Some("1299.5"));
        check("1'299.-", Some("1299"));
        check("$20", Some("20"));
        check("20euro", Some("20"));
        check("20,-€", Some("20"));
        check("20,--", Some("20"));
        for wrong in
            ["", "€", "hp-1042", "40x40", "39-42", "e27", "20cm", "1.2.3", "1.234,567.8", "12345678901", ".5", "5."]
        {
            check(wrong, None);
        }
        assert_eq!(amount("20eur").and_then(|(_, codes)| codes), Some(&["EUR"][..]));
        assert_eq!(amount("20").and_then(|(_, codes)| codes), None);
    }

    #[test]
    fn bounds_hold_within_a_currency() {
        let bound = |codes, included| Bound { amount: euros("20").amount, codes, included };
        assert!(bound(None, false).is_above(&euros("19.99")) && !bound(None, false).is_above(&euros("20.00")));
        assert!(bound(currency("€"), true).is_above(&euros("20.00")) && bound(None, true).is_below(&euros("20")));
        assert!(
            !bound(currency("£"), true).is_above(&euros("1")) && !bound(currency("£"), true).is_below(&euros("99"))
        );
        let canadian = Price::of_feed("10 CAD").expect("a price");
        assert!(bound(currency("$"), true).is_above(&canadian) && !bound(currency("usd"), true).is_above(&canadian));
    }
}
