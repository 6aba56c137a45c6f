//! The words that tell what a number is, in English and German, folded as [`super::line::fold`] does.

/// Words of an answer that is otherwise nothing but the thing asked for.
pub(super) const FILLERS: &[&str] = &[
    "a",
    "ah",
    "also",
    "aeh",
    "and",
    "again",
    "bitte",
    "cheers",
    "correct",
    "das",
    "danke",
    "dass",
    "der",
    "die",
    "dies",
    "diese",
    "doch",
    "es",
    "from",
    "gerne",
    "guten",
    "hallo",
    "hello",
    "here",
    "here's",
    "heisst",
    "hey",
    "hi",
    "hier",
    "hm",
    "i",
    "i'm",
    "ich",
    "id",
    "is",
    "ist",
    "it",
    "it's",
    "its",
    "ja",
    "jetzt",
    "just",
    "klar",
    "lautet",
    "mal",
    "mate",
    "mean",
    "meant",
    "mein",
    "meine",
    "meinte",
    "moment",
    "morgen",
    "my",
    "nee",
    "nein",
    "no",
    "not",
    "nope",
    "nicht",
    "nochmal",
    "nr",
    "number",
    "nummer",
    "oder",
    "oh",
    "ok",
    "okay",
    "or",
    "please",
    "pls",
    "plz",
    "ref",
    "reference",
    "richtig",
    "sein",
    "should",
    "sicher",
    "so",
    "sondern",
    "sorry",
    "sure",
    "tag",
    "thank",
    "thanks",
    "that",
    "that's",
    "the",
    "think",
    "this",
    "thx",
    "to",
    "try",
    "und",
    "versuch",
    "von",
    "war",
    "waere",
    "was",
    "wohl",
    "would",
    "yeah",
    "yep",
    "yes",
    "you",
];

/// Words that announce any number: with one of them directly before, a bare number is more than a quantity.
pub(super) const NUMBER_WORDS: &[&str] = &["no", "nr", "num", "number", "nummer", "numero", "ref", "reference", "id"];

/// What is counted or measured: a number in front of one is an amount and names nothing.
const UNITS: &[&str] = &[
    "cent",
    "cents",
    "cm",
    "day",
    "days",
    "dozen",
    "eur",
    "exemplare",
    "gb",
    "g",
    "gram",
    "grams",
    "gramm",
    "hour",
    "hours",
    "hundred",
    "inch",
    "inches",
    "items",
    "jahr",
    "jahre",
    "jahren",
    "kg",
    "kilo",
    "kilometer",
    "km",
    "lbs",
    "liter",
    "litre",
    "m",
    "mb",
    "meter",
    "meters",
    "miles",
    "mins",
    "minute",
    "minuten",
    "minutes",
    "ml",
    "mm",
    "monat",
    "monate",
    "monaten",
    "month",
    "months",
    "page",
    "pages",
    "percent",
    "pieces",
    "points",
    "prozent",
    "punkte",
    "seiten",
    "stueck",
    "stuecke",
    "stunde",
    "stunden",
    "tage",
    "tagen",
    "times",
    "uhr",
    "units",
    "watt",
    "week",
    "weeks",
    "woche",
    "wochen",
    "years",
    "year",
];

/// Words that make what follows a price.
pub(super) const PRICE_WORDS: &[&str] = &[
    "bezahle", "bezahlt", "bezahlen", "charged", "cost", "costs", "gekostet", "gezahlt", "kostet", "kosten", "paid",
    "pay", "paying", "preis", "price", "priced", "spent", "worth", "zahle", "zahlen", "zahlte",
];

/// Words that announce a number of another kind than most rules look for. A rule that has one of them among its own
/// context words reads past it.
pub(super) const OTHER_NUMBERS: &[&str] = &[
    "account",
    "artikelnummer",
    "artikelnr",
    "blz",
    "customer",
    "fax",
    "handy",
    "handynummer",
    "hausnummer",
    "iban",
    "item",
    "kontonummer",
    "kunde",
    "kunden",
    "kundennr",
    "kundennummer",
    "membership",
    "mobile",
    "phone",
    "pin",
    "plz",
    "postal",
    "postcode",
    "postleitzahl",
    "rechnungsnr",
    "rechnungsnummer",
    "sendungsnummer",
    "sku",
    "steuernummer",
    "tel",
    "telefon",
    "telefonnummer",
    "telephone",
    "tracking",
    "ustid",
    "vat",
    "zip",
    "zipcode",
];

/// Words in front of a place or a day.
pub(super) const PLACE_WORDS: &[&str] =
    &["to", "in", "for", "from", "at", "near", "nach", "aus", "fuer", "bei", "an", "into", "naehe"];

/// Words in front of a day. What is written like `18.11` is a day only behind one.
pub(super) const DAY_WORDS: &[&str] = &[
    "ab", "after", "am", "before", "between", "bis", "by", "den", "dem", "der", "from", "on", "seit", "since", "till",
    "until", "vom", "vor", "zum", "zwischen",
];

/// Whether a word is a unit or a currency.
pub(super) fn is_unit(word: &str) -> bool {
    UNITS.contains(&word) || currency(word).is_some()
}

/// The ISO 4217 code of a currency's name or sign.
///
/// `$` is the dollar most shoppers mean; `kr` is left out, for three countries mean three currencies.
pub(super) fn currency(name: &str) -> Option<&'static str> {
    Some(match name {
        "€" | "eur" | "euro" | "euros" => "EUR",
        "$" | "usd" | "dollar" | "dollars" | "bucks" => "USD",
        "£" | "gbp" | "pound" | "pounds" | "pfund" | "quid" => "GBP",
        "¥" | "jpy" | "yen" => "JPY",
        "chf" | "sfr" | "fr" | "franken" | "francs" => "CHF",
        "pln" | "zł" | "zloty" => "PLN",
        "sek" => "SEK",
        "nok" => "NOK",
        "dkk" => "DKK",
        "czk" | "kč" => "CZK",
        "huf" => "HUF",
        "cad" => "CAD",
        "aud" => "AUD",
        _ => return None,
    })
}

/// The month a word names, 1 to 12.
pub(super) fn month(word: &str) -> Option<i8> {
    Some(match word {
        "jan" | "january" | "januar" | "jaenner" => 1,
        "feb" | "february" | "februar" | "feber" => 2,
        "mar" | "march" | "maer" | "maerz" | "mrz" => 3,
        "apr" | "april" => 4,
        "may" | "mai" => 5,
        "jun" | "june" | "juni" => 6,
        "jul" | "july" | "juli" => 7,
        "aug" | "august" => 8,
        "sep" | "sept" | "september" => 9,
        "oct" | "okt" | "october" | "oktober" => 10,
        "nov" | "november" => 11,
        "dec" | "dez" | "december" | "dezember" => 12,
        _ => return None,
    })
}

/// A number said as a word, up to twelve, articles included.
pub(super) fn count(word: &str) -> Option<u8> {
    Some(match word {
        "a" | "an" | "one" | "ein" | "eine" | "einem" | "einen" | "einer" | "eins" => 1,
        "two" | "zwei" => 2,
        "three" | "drei" => 3,
        "four" | "vier" => 4,
        "five" | "fuenf" => 5,
        "six" | "sechs" => 6,
        "seven" | "sieben" => 7,
        "eight" | "acht" => 8,
        "nine" | "neun" => 9,
        "ten" | "zehn" => 10,
        "eleven" | "elf" => 11,
        "twelve" | "zwoelf" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::line::fold;
    use super::*;

    #[test]
    fn all_words_are_folded() {
        for list in [FILLERS, NUMBER_WORDS, UNITS, PRICE_WORDS, OTHER_NUMBERS, PLACE_WORDS, DAY_WORDS] {
            for word in list {
                assert_eq!(&fold(word), word);
            }
        }
    }
}
