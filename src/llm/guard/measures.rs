//! Money, percentages and durations in a text, with both ends of a range.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::amount::Amount;
use super::facts::{Fact, Reader};
use super::regex;

/// A number, and the one before it where both are a range of one unit.
const RANGE: &str = r"(?:(?P<low>\d+(?:[.,']\d+)*) ?(?:-|to|bis(?: zu)?|until|till?|or|oder) ?|(?:between|zwischen|from|von) (?P<from>\d+(?:[.,']\d+)*) (?:and|und) )?(?P<high>\d+(?:[.,']\d+)*)";

const CURRENCIES: [(&str, &str); 17] = [
    ("EUR", r"€|euros?\b|eur\b"),
    ("USD", r"us\$|\$|usd\b|(?:us[ -])?dollars?\b"),
    ("GBP", r"£|gbp\b|pounds?\b|pfund\b|quid\b"),
    ("CHF", r"chf\b|sfr\b\.?|franken\b|francs?\b"),
    ("JPY", r"¥|jpy\b|yen\b"),
    ("PLN", r"zł|pln\b|zloty\b"),
    ("INR", r"₹|inr\b|rupees?\b"),
    ("SEK", r"sek\b"),
    ("NOK", r"nok\b"),
    ("DKK", r"dkk\b"),
    ("kr", r"kr\b\.?|kron(?:or|er|en|e|a)\b"),
    ("CZK", r"czk\b|kč"),
    ("HUF", r"huf\b|forint\b"),
    ("CAD", r"cad\b"),
    ("AUD", r"aud\b"),
    // Not its code: `try 5 times` is no price.
    ("TRY", r"₺|lira\b"),
    ("cent", r"cents?\b|ct\b|pence\b"),
];

const UNITS: [(&str, &str); 8] = [
    (
        "working",
        r"(?:working|business|banking|bank|work)[ -]?days?|(?:bank)?(?:werk|arbeits|geschäfts)tag(?:e[ns]?|s)?|werktägig\w*",
    ),
    ("second", r"sec(?:ond)?s?|sekunden?"),
    ("minute", r"min(?:ute)?s?|minuten?|minütig\w*"),
    ("hour", r"hours?|hrs?|h|stunden?|std|stündig\w*"),
    ("day", r"(?:calendar |kalender)?(?:days?|tag(?:e[ns]?|s)?)|tägig\w*|taegig\w*"),
    ("week", r"weeks?|wks?|wochen?|wöchig\w*|fortnights?"),
    ("month", r"months?|monat(?:e[ns]?|s)?|monatig\w*|quarters?|quartale?n?"),
    ("year", r"years?|yrs?|jahr(?:e[ns]?|s)?|jährig\w*"),
];

const FILLERS: &str = r"(?:(?:full|whole|more|further|additional|extra|another|consecutive|weitere[rsmn]?|ganze[rsmn]?|volle[rsmn]?|aufeinanderfolgende[nr]?) )?";

/// Moments told from now, by what they come to.
const MOMENTS: [(&str, &str); 13] = [
    (
        "today",
        r"today|tonight|heute|this (?:evening|afternoon|morning)|same[ -]day|(?:selben|gleichen) tag|taggleich\w*",
    ),
    ("day after tomorrow", r"day after tomorrow|übermorgen|uebermorgen"),
    ("next working day", r"(?:next|following) (?:working|business|work)[ -]?day|nächste[nr]? (?:werk|arbeits)tag"),
    (
        "end of a time",
        r"(?:the )?end of (?:the |this )?(?:day|week|month|year)|ende (?:der|dieser) woche|ende (?:des|dieses) (?:tages|monats|jahres)",
    ),
    ("a feast", r"christmas(?: eve)?|easter|new year(?:'s eve)?|weihnachten|heiligabend|ostern|silvester|neujahr"),
    (
        "tomorrow",
        r"following day|folgetag|nächster tag|tomorrow|morgen|next[ -](?:day|morning|evening)|nächsten (?:tag|morgen|abend)|overnight|über nacht",
    ),
    ("this week", r"this week(?:end)?|diese[rn]? woche|dieses wochenende"),
    ("next week", r"next week(?:end)?|nächste[rn]? woche|kommende[rn]? woche"),
    ("this month", r"this month|diese[nr]? monat"),
    ("next month", r"next month|nächste[nr]? monat|kommende[nr]? monat"),
    (
        "at once",
        r"immediately|instantly|instant|right away|straight away|at once|sofort\w*|umgehend\w*|unverzüglich\w*",
    ),
    ("for ever", r"for ?ever|lifetime|lifelong|lebenslang\w*|unlimited|unbegrenzt\w*|unbefristet\w*"),
    ("at any time", r"any ?time|jederzeit|24/7|around the clock|round the clock|rund um die uhr"),
];

fn names(list: &[(&str, &str)], mark: char) -> String {
    let named = list.iter().enumerate().map(|(at, (_, words))| format!("(?P<{mark}{at}>{words})"));
    named.collect::<Vec<_>>().join("|")
}

// What stands at the place of the list that was found.
fn kind(list: &'static [(&'static str, &'static str)], found: &Captures<'_>, mark: char) -> Option<&'static str> {
    list.iter().enumerate().find(|(at, _)| found.name(&format!("{mark}{at}")).is_some()).map(|(_, (name, _))| *name)
}

// `€5-10`, unless the second number has a unit of its own: `€5 - 3 days`.
static MONEY_RANGE: LazyLock<Regex> = LazyLock::new(|| {
    let (before, units) = (names(&CURRENCIES, 'b'), names(&UNITS, 'u'));
    regex(&format!(
        r"(?:{before}) ?(?P<low>\d+(?:[.,']\d+)*) ?(?:-|to|bis|or|oder) ?(?P<high>\d+(?:[.,']\d+)*)(?P<own>[ -]?{FILLERS}(?:(?:{units})\b|%|per ?cent|prozent))?"
    ))
});
static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    let (before, after) = (names(&CURRENCIES, 'b'), names(&CURRENCIES, 'a'));
    regex(&format!(r"(?:{before}) ?(?P<first>\d+(?:[.,']\d+)*)|{RANGE} ?(?:{after})"))
});
static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"{RANGE} ?-?(?:%|per ?cent\b|prozent(?:ig\w*)?\b|pct\b|v\. ?h\.)")));
static DURATION: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"\b{RANGE}[ -]?{FILLERS}(?:{})\b", names(&UNITS, 'u'))));
static FEW: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"\b(?:a few|few|some|several|many|a couple of|couple of|within|in|einige[nr]?|ein paar|wenige[nr]?|mehrere[nr]?|viele[nr]?|binnen|innerhalb von)[ -](?:short |short, |kurzen |wenigen |einigen |a few |just )?(?:{})\b",
        names(&UNITS, 'u')
    ))
});
static GREETING: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:guten|good) (?:morgen|morning)\b"));
static MOMENT: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"\b(?:{})\b", names(&MOMENTS, 'm'))));

/// Takes all money, percentages, durations and moments out of the text.
pub(super) fn take(reader: &mut Reader) {
    reader.take(&GREETING, |_| Some(Vec::new()));
    reader.take(&MOMENT, |found| Some(vec![Fact::Soon(kind(&MOMENTS, found, 'm')?)]));
    reader.take(&MONEY_RANGE, |found| if found.name("own").is_some() { None } else { money(found) });
    reader.take(&MONEY, money);
    reader.take(&PERCENT, |found| Some(ends(found)?.into_iter().map(Fact::Percent).collect()));
    reader.take(&DURATION, |found| {
        let unit = kind(&UNITS, found, 'u')?;
        let factor = if found[0].contains("fortnight") { 2 } else { 1 };
        let factor = if found[0].contains("quart") { 3 } else { factor };
        Some(ends(found)?.into_iter().map(|amount| duration(amount.times(factor), unit)).collect())
    });
    reader.take(&FEW, |found| Some(vec![Fact::Few(plural(kind(&UNITS, found, 'u')?))]));
}

// What RANGE found, both ends of it; nothing when one of them is no amount.
fn ends(found: &Captures<'_>) -> Option<Vec<Amount>> {
    let ends = ["low", "from", "high", "first"].into_iter().filter_map(|name| found.name(name));
    ends.map(|end| Amount::read(end.as_str())).collect()
}

fn money(found: &Captures<'_>) -> Option<Vec<Fact>> {
    let currency = kind(&CURRENCIES, found, 'b').or_else(|| kind(&CURRENCIES, found, 'a'))?;
    // In the shops this is made for, a cent is a euro's.
    let fact = |amount: Amount| match currency {
        "cent" => Fact::Money(amount.hundredth(), "EUR"),
        _ => Fact::Money(amount, currency),
    };
    Some(ends(found)?.into_iter().map(fact).collect())
}

fn duration(amount: Amount, unit: &str) -> Fact {
    match unit {
        "working" => Fact::Working(amount),
        "second" => Fact::Elapsed(amount),
        "minute" => Fact::Elapsed(amount.times(60)),
        "hour" => Fact::Elapsed(amount.times(3_600)),
        "day" => Fact::Elapsed(amount.times(86_400)),
        "week" => Fact::Elapsed(amount.times(604_800)),
        "month" => Fact::Months(amount),
        _ => Fact::Months(amount.times(12)),
    }
}

fn plural(unit: &str) -> &'static str {
    match unit {
        "working" => "working days",
        "second" => "seconds",
        "minute" => "minutes",
        "hour" => "hours",
        "day" => "days",
        "week" => "weeks",
        "month" => "months",
        _ => "years",
    }
}
