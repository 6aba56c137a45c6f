//! What a question asks of a product beside its name: a price, a colour, a size, that it is there, that it is cheap. English
//! and German. What is read is taken out of the words; what is left is searched for as words are.
//!
//! A number is a price only where words or a currency say so: `HP-1042`, `40x40`, "under 30 cm" and "size 42" are none.

use super::price::{Amount, Bound, Codes, Price, amount, currency};
use super::traits::{Traits, Values};
use crate::nlu::fold;

/// Words of a question that are read. A pasted text has more, and asks for nothing in particular.
const MOST_WORDS: usize = 200;

/// What stands before an amount, folded: below it, up to it, above it, from it on.
const BEFORE: &[(&str, Side, bool)] = &[
    ("under", Side::Most, false),
    ("below", Side::Most, false),
    ("less than", Side::Most, false),
    ("cheaper than", Side::Most, false),
    ("lower than", Side::Most, false),
    ("unter", Side::Most, false),
    ("weniger als", Side::Most, false),
    ("guenstiger als", Side::Most, false),
    ("billiger als", Side::Most, false),
    ("up to", Side::Most, true),
    ("upto", Side::Most, true),
    ("max", Side::Most, true),
    ("maximum", Side::Most, true),
    ("a maximum of", Side::Most, true),
    ("at most", Side::Most, true),
    ("no more than", Side::Most, true),
    ("not more than", Side::Most, true),
    ("not over", Side::Most, true),
    ("within", Side::Most, true),
    ("bis", Side::Most, true),
    ("bis zu", Side::Most, true),
    ("bis maximal", Side::Most, true),
    ("maximal", Side::Most, true),
    ("hoechstens", Side::Most, true),
    ("nicht mehr als", Side::Most, true),
    ("nicht ueber", Side::Most, true),
    ("over", Side::Least, false),
    ("above", Side::Least, false),
    ("more than", Side::Least, false),
    ("ueber", Side::Least, false),
    ("uber", Side::Least, false),
    ("mehr als", Side::Least, false),
    ("teurer als", Side::Least, false),
    ("from", Side::Least, true),
    ("at least", Side::Least, true),
    ("min", Side::Least, true),
    ("minimum", Side::Least, true),
    ("starting at", Side::Least, true),
    ("not under", Side::Least, true),
    ("ab", Side::Least, true),
    ("mindestens", Side::Least, true),
    ("wenigstens", Side::Least, true),
    ("nicht unter", Side::Least, true),
    ("not less than", Side::Least, true),
];

/// What stands before an amount of money and is no limit before a bare number: "for 20 euros", "for 4 people".
const FOR: [&str; 3] = ["for", "fuer", "fur"];

/// What stands behind an amount.
const BEHIND: &[(&str, Side)] = &[
    ("or less", Side::Most),
    ("or under", Side::Most),
    ("or cheaper", Side::Most),
    ("oder weniger", Side::Most),
    ("oder guenstiger", Side::Most),
    ("und weniger", Side::Most),
    ("or more", Side::Least),
    ("and up", Side::Least),
    ("and over", Side::Least),
    ("oder mehr", Side::Least),
    ("und mehr", Side::Least),
    ("aufwaerts", Side::Least),
    ("max", Side::Most),
    ("maximum", Side::Most),
    ("maximal", Side::Most),
    ("hoechstens", Side::Most),
];

/// What opens a range, and what stands between its ends.
const OPENING: [&str; 4] = ["between", "zwischen", "from", "von"];
const BETWEEN: [&str; 8] = ["and", "und", "to", "bis", "-", "\u{2013}", "\u{2014}", "&"];

/// What a number counts or measures, so that it is no price.
const UNITS: &[&str] = &[
    "cm", "mm", "m", "km", "ml", "cl", "l", "liter", "litre", "litres", "liters", "kg", "g", "gr", "mg", "oz", "lb",
    "watt", "w", "volt", "v", "x", "inch", "inches", "zoll", "hour", "hours", "stunden", "day", "days", "tage",
    "tagen", "week", "weeks", "wochen", "minutes", "minuten", "years", "jahre", "jahren", "months", "monate", "uhr",
    "stueck", "pieces", "pcs", "people", "personen", "percent", "prozent", "%", "degrees", "grad", "meter",
];

/// What says that a product is there. Longer ones first.
const IN_STOCK: [&str; 10] = [
    "available now",
    "available immediately",
    "available right away",
    "in stock",
    "auf lager",
    "vorraetig",
    "lagernd",
    "sofort lieferbar",
    "sofort verfuegbar",
    "gleich lieferbar",
];
/// Before it, these say that it is not there.
const NOT_THERE: [&str; 8] = ["not", "back", "again", "isn't", "nicht", "wieder", "never", "nie"];

/// What asks for low prices; the German ones with any ending.
const CHEAP: [&str; 6] = ["cheap", "cheaper", "cheapest", "inexpensive", "affordable", "lowest-priced"];
const CHEAP_STEMS: [&str; 4] = ["guenstig", "billig", "preiswert", "preisguenstig"];

/// What stands before a size, and before a colour.
const SIZE_WORDS: [&str; 6] = ["size", "sizes", "groesse", "groessen", "grosse", "gr"];
const COLOUR_WORDS: [&str; 4] = ["colour", "color", "farbe", "farbton"];

/// Before "weiß" these make it a verb.
const KNOWING: [&str; 8] = ["ich", "man", "wer", "jemand", "er", "sie", "niemand", "keiner"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Least,
    Most,
}

/// What a question asks of a product.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) least: Option<Bound>,
    pub(super) most: Option<Bound>,
    /// Any of these.
    pub(super) colours: Vec<String>,
    /// Any of these.
    pub(super) sizes: Vec<String>,
    /// Those that are there are meant, where there are any.
    pub(super) in_stock: bool,
    /// The cheapest come first.
    pub(super) cheapest_first: bool,
    /// The words that are left.
    pub(super) rest: String,
    /// The words without prices: those that may be a SKU.
    pub(super) unpriced: String,
}

impl Limits {
    /// What `text` asks for, with the colours and sizes there are.
    pub(super) fn read(text: &str, values: &Values) -> Self {
        let words: Vec<Word<'_>> = text.split_whitespace().take(MOST_WORDS).map(Word::new).collect();
        let mut limits = Self::default();
        let (mut rest, mut unpriced) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let (part, taken) = part_at(&words, at, values).unwrap_or((Part::Word, 1));
            if part == Part::Word {
                rest.push(word.raw);
            }
            if !matches!(part, Part::Price { .. }) {
                unpriced.extend(words.iter().skip(at).take(taken).map(|word| word.raw));
            }
            limits.take(part);
            at += taken;
        }
        Self { rest: rest.join(" "), unpriced: unpriced.join(" "), ..limits }
    }

    fn take(&mut self, part: Part<'_>) {
        match part {
            Part::Word | Part::Measure => {}
            Part::Price { least, most } => (self.least, self.most) = (least.or(self.least), most.or(self.most)),
            Part::InStock => self.in_stock = true,
            Part::Cheap => self.cheapest_first = true,
            Part::Colour(colour) => self.colours.push(colour.to_owned()),
            Part::Size(size) => self.sizes.push(size.to_owned()),
        }
    }

    /// Whether something is asked for that tells products apart without a word of their names.
    pub(super) fn tell_apart(&self) -> bool {
        let attributes = !self.colours.is_empty() || !self.sizes.is_empty();
        self.least.is_some() || self.most.is_some() || self.cheapest_first || attributes
    }

    /// Whether a product of this price and these traits is asked for.
    pub(super) fn allow(&self, price: Option<&Price>, traits: &Traits) -> bool {
        let costs = |bound: Option<Bound>, holds: fn(&Bound, &Price) -> bool| {
            bound.is_none_or(|bound| price.is_some_and(|price| holds(&bound, price)))
        };
        let has = |wanted: &[String], given: &[String]| {
            wanted.is_empty() || wanted.iter().any(|wanted| given.contains(wanted))
        };
        costs(self.least, Bound::is_below)
            && costs(self.most, Bound::is_above)
            && has(&self.colours, &traits.colours)
            && has(&self.sizes, std::slice::from_ref(&traits.size))
    }
}

// A word as it stands there, and folded without the marks around it.
struct Word<'t> {
    raw: &'t str,
    plain: String,
}

impl<'t> Word<'t> {
    fn new(raw: &'t str) -> Self {
        let is_mark = |c: char| {
            matches!(c, '.' | ',' | '!' | '?' | ';' | ':' | '"' | '(' | ')' | '\u{201e}' | '\u{201c}' | '\u{201d}')
        };
        Self { raw, plain: fold(raw.trim_matches(is_mark)) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'v> {
    Word,
    // "Under 30 cm": no feed says it in numbers, and it is no name.
    Measure,
    Price { least: Option<Bound>, most: Option<Bound> },
    InStock,
    Cheap,
    Colour(&'v str),
    Size(&'v str),
}

// What is asked for at a word, and in how many words.
fn part_at<'v>(words: &'v [Word<'_>], at: usize, values: &'v Values) -> Option<(Part<'v>, usize)> {
    let here = words.get(at..)?;
    let before = at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.plain.as_str());
    if !SIZE_WORDS.contains(&before)
        && let Some(found) = range(here).or_else(|| limited(here)).or_else(|| priced(here))
    {
        return Some(found);
    }
    if let Some(taken) = IN_STOCK.iter().find_map(|phrase| phrase_at(here, phrase))
        && !NOT_THERE.contains(&before)
    {
        return Some((Part::InStock, taken));
    }
    let word = here.first()?.plain.as_str();
    if CHEAP.contains(&word) || CHEAP_STEMS.iter().any(|stem| word.starts_with(stem)) {
        return Some((Part::Cheap, 1));
    }
    if let Some(taken) = phrase_at(here, "least expensive") {
        return Some((Part::Cheap, taken));
    }
    let lead = usize::from(SIZE_WORDS.contains(&word) || COLOUR_WORDS.contains(&word));
    let before = if lead == 1 { word } else { before };
    let named = here.get(lead..)?;
    size(named, before, values).or_else(|| colour(named, before, values)).map(|part| (part, lead + 1))
}

fn phrase_at(words: &[Word<'_>], phrase: &str) -> Option<usize> {
    let mut count = 0;
    for (index, part) in phrase.split(' ').enumerate() {
        words.get(index).filter(|word| word.plain == part)?;
        count += 1;
    }
    Some(count)
}

struct Money {
    amount: Amount,
    codes: Option<Codes>,
    taken: usize,
}

// An amount at the first word, with a currency before or behind it.
fn money(words: &[Word<'_>]) -> Option<Money> {
    let word = |index: usize| words.get(index).map_or("", |word: &Word<'_>| word.plain.as_str());
    if let Some(codes) = currency(word(0)) {
        let (amount, None) = amount(word(1))? else { return None };
        return Some(Money { amount, codes: Some(codes), taken: 2 });
    }
    let (amount, codes) = amount(word(0))?;
    match (codes, currency(word(1))) {
        (None, Some(codes)) => Some(Money { amount, codes: Some(codes), taken: 2 }),
        (codes, _) => Some(Money { amount, codes, taken: 1 }),
    }
}

fn is_measured(words: &[Word<'_>], money: &Money) -> bool {
    money.codes.is_none() && words.get(money.taken).is_some_and(|next| UNITS.contains(&next.plain.as_str()))
}

// "between 10 and 30", "from 10 to 30 euros", "20-30 €".
fn range(words: &[Word<'_>]) -> Option<(Part<'static>, usize)> {
    let opened = usize::from(OPENING.contains(&words.first()?.plain.as_str()));
    let (one, other, taken) = ends(words.get(opened..)?)?;
    let codes = one.codes.or(other.codes);
    if opened == 0 && codes.is_none() || is_measured(words.get(opened..)?, &Money { codes, taken, ..other }) {
        return None;
    }
    let bound = |amount| Some(Bound { amount, codes, included: true });
    let (least, most) = (one.amount.min(other.amount), one.amount.max(other.amount));
    Some((Part::Price { least: bound(least), most: bound(most) }, opened + taken))
}

// Both ends of a range, and how many words they are.
fn ends(words: &[Word<'_>]) -> Option<(Money, Money, usize)> {
    if let Some((one, other)) = words.first()?.plain.split_once(['-', '\u{2013}', '\u{2014}'])
        && let (Some((one, first)), Some((other, second))) = (amount(one), amount(other))
    {
        let next = words.get(1).and_then(|word| currency(&word.plain));
        let taken = 1 + usize::from(second.is_none() && next.is_some());
        let one = Money { amount: one, codes: first, taken: 1 };
        return Some((one, Money { amount: other, codes: second.or(next), taken }, taken));
    }
    let one = money(words)?;
    let between = words.get(one.taken)?.plain.as_str();
    let other = money(words.get(one.taken + 1..)?).filter(|_| BETWEEN.contains(&between))?;
    let taken = one.taken + 1 + other.taken;
    Some((one, other, taken))
}

// "under 20", "at least 50 euros", "20 € or less", "for 20 euros".
fn limited(words: &[Word<'_>]) -> Option<(Part<'static>, usize)> {
    let before =
        BEFORE.iter().filter_map(|(phrase, side, included)| Some((phrase_at(words, phrase)?, *side, *included)));
    let is_for = FOR.contains(&words.first()?.plain.as_str());
    let before = before.max_by_key(|(taken, ..)| *taken).or(is_for.then_some((1, Side::Most, true)));
    let skipped = before.map_or(0, |(taken, ..)| taken);
    let rest = words.get(skipped..)?;
    let money = money(rest).filter(|money| !(is_for && money.codes.is_none()))?;
    if is_measured(rest, &money) {
        let is_one_of_two = rest.get(money.taken).is_some_and(|unit| unit.plain == "x");
        return (skipped > 0 && !is_one_of_two).then_some((Part::Measure, skipped + money.taken + 1));
    }
    let behind = rest.get(money.taken..)?;
    let behind = BEHIND.iter().find_map(|(phrase, side)| Some((phrase_at(behind, phrase)?, *side, true)));
    let (taken, side, included) = match (before, behind) {
        (Some((_, side, included)), None) => (0, side, included),
        (_, Some(behind)) => behind,
        (None, None) => return None,
    };
    let bound = Some(Bound { amount: money.amount, codes: money.codes, included });
    let (least, most) = if side == Side::Least { (bound, None) } else { (None, bound) };
    Some((Part::Price { least, most }, skipped + money.taken + taken))
}

// "The mug at 14 euros": what something costs is no word of its name, and no limit.
fn priced(words: &[Word<'_>]) -> Option<(Part<'static>, usize)> {
    let money = money(words).filter(|money| money.codes.is_some())?;
    Some((Part::Price { least: None, most: None }, money.taken))
}

// A letter is a size where it is a capital or something says so, and a number where something says so.
fn size<'v>(words: &'v [Word<'_>], before: &str, values: &Values) -> Option<Part<'v>> {
    let word = words.first()?;
    let is_led = before == "in" || SIZE_WORDS.contains(&before);
    let is_letters = word.plain.chars().all(char::is_alphabetic);
    let is_plain = is_letters && (word.plain.len() > 1 || word.raw.starts_with(char::is_uppercase));
    let is_range = word.plain.contains('-');
    let is_meant = is_led || (is_plain || is_range) && amount(before).is_none();
    (is_meant && values.is_size(&word.plain)).then_some(Part::Size(&word.plain))
}

fn colour<'v>(words: &[Word<'_>], before: &str, values: &'v Values) -> Option<Part<'v>> {
    let word = words.first()?.plain.as_str();
    let is_verb = word == "weiss" && KNOWING.contains(&before);
    values.colour(word).filter(|_| !is_verb).map(Part::Colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::Product;

    fn values() -> Values {
        let product =
            |color: &str, size: &str| Product { color: color.to_owned(), size: size.to_owned(), ..Product::default() };
        Values::of(&[product("green", "M"), product("white", "42"), product("oak", "39-42")])
    }

    // `>=20 EUR` and the like as a bound.
    fn bound(text: &str) -> Option<Bound> {
        let (sign, money) = (text.get(..1)?, text.get(1..)?);
        assert!(matches!(sign, "<" | ">"), "{text}");
        let included = money.starts_with('=');
        let (number, code) =
            money.trim_start_matches('=').split_once(' ').unwrap_or((money.trim_start_matches('='), ""));
        let (amount, _) = amount(number).expect(text);
        Some(Bound { amount, codes: currency(&code.to_lowercase()), included })
    }

    // `limits` is what was read: bounds, colours, sizes, `there` and `cheap`; `rest` are the words that are left.
    fn check(text: &str, limits: &[&str], rest: &str) {
        let mut expected = Limits { rest: rest.to_owned(), ..Limits::default() };
        for limit in limits {
            match *limit {
                "there" => expected.in_stock = true,
                "cheap" => expected.cheapest_first = true,
                "green" | "white" | "oak" => expected.colours.push((*limit).to_owned()),
                "m" | "42" | "39-42" => expected.sizes.push((*limit).to_owned()),
                low if low.starts_with('>') => expected.least = bound(low),
                high => expected.most = bound(high),
            }
        }
        let read = Limits::read(text, &values());
        assert_eq!(Limits { unpriced: String::new(), ..read }, expected, "{text}");
    }

    #[test]
    fn prices_are_read_in_both_languages() {
        check("throws under 20 euros", &["<20 EUR"], "throws");
        check("anything up to €20?", &["<=20 EUR"], "anything");
        check("max. 20 EUR", &["<=20 EUR"], "");
        check("less than 19,90 €, please", &["<19.90 EUR"], "please");
        check("more than 1.299 euro", &[">1299 EUR"], "");
        check("at least 50", &[">=50"], "");
        check("lamps over $50", &[">50 $"], "lamps");
        check("20 euros or less", &["<=20 EUR"], "");
        check("mugs for 20€", &["<=20 EUR"], "mugs");
        check("between 10 and 30 euros", &[">=10 EUR", "<=30 EUR"], "");
        check("from 30 to 10", &[">=10", "<=30"], "");
        check("20-30 € throws", &[">=20 EUR", "<=30 EUR"], "throws");
        check("20 \u{2013} 30 Euro", &[">=20 EUR", "<=30 EUR"], "");
        check("Decken unter 100 Euro", &["<100 EUR"], "Decken");
        check("höchstens 20", &["<=20"], "");
        check("zwischen 10 und 30 Euro", &[">=10 EUR", "<=30 EUR"], "");
        check("Lampen ab 50 bis 100 €", &[">=50", "<=100 EUR"], "Lampen");
        check("nicht mehr als 20,- Euro", &["<=20 EUR"], "");
        check("über 50 Euro", &[">50 EUR"], "");
        check("ueber 50", &[">50"], "");
        check("the mug at 14 euros", &[], "the mug at");
    }

    #[test]
    fn other_numbers_are_no_prices() {
        check("vases under 30 cm", &[], "vases");
        check("a lamp with up to 60 W", &[], "a lamp with");
        let check = |text: &str| check(text, &[], text);
        check("is HP-1042-BLU there");
        check("cushion 40x40 from 45 x 45 cm");
        check("a kettle for 1.5 litres");
        check("mugs for 4 people");
        check("socks 43-46");
        check("E27, 60 W");
        check("delivered in 3 days");
        check("20 %");
        check("from Berlin to Rome");
        check("\u{20ac}");
    }

    #[test]
    fn attributes_stock_and_order_are_read() {
        check("green throws", &["green"], "throws");
        check("grüne oder weiße Decken", &["green", "white"], "oder Decken");
        check("die Farbe Weiß", &["white"], "die");
        check("ich weiß nicht, ob", &[], "ich weiß nicht, ob");
        check("the shirt in M", &["m"], "the shirt in");
        check("shirt, size m", &["m"], "shirt,");
        check("Größe M", &["m"], "");
        check("I'm 2 m tall", &[], "I'm 2 m tall");
        check("a 1.5 M cable", &[], "a 1.5 M cable");
        check("shoes size 42 under 100 euros", &["42", "<100 EUR"], "shoes");
        check("42 napkins", &[], "42 napkins");
        check("socks 39-42", &["39-42"], "socks");
        check("oak boards in stock", &["oak", "there"], "boards");
        check("sofort lieferbare Vase", &[], "sofort lieferbare Vase");
        check("Vase sofort lieferbar?", &["there"], "Vase");
        check("when is it back in stock", &[], "when is it back in stock");
        check("wann wieder auf Lager", &[], "wann wieder auf Lager");
        check("the cheapest vase", &["cheap"], "the vase");
        check("günstige Vasen", &["cheap"], "Vasen");
        check("cheaper than 30 euros", &["<30 EUR"], "");
    }

    #[test]
    fn what_has_a_price_is_no_sku() {
        let read = Limits::read("is 1042 in green under 20 euros", &values());
        assert_eq!(read.unpriced, "is 1042 in green");
    }
}
