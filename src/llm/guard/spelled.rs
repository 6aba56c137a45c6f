//! Numbers in words, English and German, as digits: `twenty-five`, `fünfundzwanzig`, `a week`, `anderthalb Tage`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::regex;

const SMALL: [(&str, u32); 49] = [
    ("zero", 0),
    ("null", 0),
    ("two", 2),
    ("zwei", 2),
    ("zwo", 2),
    ("three", 3),
    ("drei", 3),
    ("four", 4),
    ("vier", 4),
    ("five", 5),
    ("fünf", 5),
    ("fuenf", 5),
    ("six", 6),
    ("sechs", 6),
    ("seven", 7),
    ("sieben", 7),
    ("eight", 8),
    ("acht", 8),
    ("nine", 9),
    ("neun", 9),
    ("ten", 10),
    ("zehn", 10),
    ("eleven", 11),
    ("elf", 11),
    ("twelve", 12),
    ("zwölf", 12),
    ("zwoelf", 12),
    ("dozen", 12),
    ("dutzend", 12),
    ("thirteen", 13),
    ("dreizehn", 13),
    ("fourteen", 14),
    ("vierzehn", 14),
    ("fifteen", 15),
    ("fünfzehn", 15),
    ("fuenfzehn", 15),
    ("sixteen", 16),
    ("sechzehn", 16),
    ("seventeen", 17),
    ("siebzehn", 17),
    ("eighteen", 18),
    ("achtzehn", 18),
    ("nineteen", 19),
    ("neunzehn", 19),
    ("twice", 2),
    ("double", 2),
    ("doppelt", 2),
    ("zweimal", 2),
    ("dreimal", 3),
];

const TENS: [(&str, u32); 19] = [
    ("twenty", 20),
    ("zwanzig", 20),
    ("thirty", 30),
    ("dreißig", 30),
    ("dreissig", 30),
    ("forty", 40),
    ("fourty", 40),
    ("vierzig", 40),
    ("fifty", 50),
    ("fünfzig", 50),
    ("fuenfzig", 50),
    ("sixty", 60),
    ("sechzig", 60),
    ("seventy", 70),
    ("siebzig", 70),
    ("eighty", 80),
    ("achtzig", 80),
    ("ninety", 90),
    ("neunzig", 90),
];

// Ordinals that are not made of their cardinal, from four up: "the first step" and "ein zweites Paket" are no numbers.
const ORDINALS: [(&str, u32); 11] = [
    ("fifth", 5),
    ("ninth", 9),
    ("twelfth", 12),
    ("twentieth", 20),
    ("thirtieth", 30),
    ("siebte", 7),
    ("siebten", 7),
    ("siebter", 7),
    ("twenty-first", 21),
    ("twenty-second", 22),
    ("twenty-third", 23),
];

/// First, second and third count as days where a month follows, and what else is a word of its own: `achten Sie darauf`.
const EARLY: [(&str, u32); 12] = [
    ("achte", 8),
    ("achten", 8),
    ("achter", 8),
    ("first", 1),
    ("ersten", 1),
    ("erster", 1),
    ("second", 2),
    ("zweiten", 2),
    ("zweiter", 2),
    ("third", 3),
    ("dritten", 3),
    ("dritter", 3),
];

/// Bytes of the longest word that is read as a number: `neunhundertneunundneunzigtausendneunhundertneunundneunzig` has fewer.
const LONGEST_NUMBER: usize = 64;

static HALVES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:half[ -](?:an? |of (?:the |an? )?)?|(?:ein(?:e[nrms]?)? )?halbe[nrms]? |(?:die )?hälfte (?:de[rs] |vo[nm] )?)",
    )
});
static AND_A_HALF: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(\p{L}+|\d+) and a half\b|\b(?:anderthalb|(eineinhalb|zweieinhalb|dreieinhalb|viereinhalb))\b")
});
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?:one|an?|ein(?:em|en)?) (third|quarter|drittel|viertel)( (?:of|off|de[rsmn]|vo[nm])\b)")
});
static ONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:one|an?|single|another|ein(?:e[nrms]?)?)[ -]((?:full |whole |single |extra |additional |further |more |zusätzliche[nrms]? |weitere[nrms]? |ganze[nrms]? |volle[nrms]? |einzige[nrms]? )?(?:(?:second|sekunde|minute|hour|stunde|day|tag|week|woche|fortnight|month|monat|quarter|quartal|year|jahr|(?:working|business|calendar|banking)[ -]?days?|werktag|arbeitstag|kalendertag|euro|eur|dollar|pound|cent|ct|percent|per cent|prozent|hundred|hundert|thousand|tausend|million|dozen|dutzend)\b|€|%))",
    )
});
// `twice a year` names no time that something takes.
static RATES: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(once|twice|times|[0-9]+x|einmal|zweimal|dreimal|mal) (?:an?|pro|im|in der|am) (\p{L}+)")
});
// `dreißigtägig`, `zwanzigprozentig`.
static GLUED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(\p{L}+?)((?:tägig|taegig|wöchig|monatig|jährig|stündig|minütig|prozentig)\w*)\b"));
static CHECKED_TWICE: LazyLock<Regex> = LazyLock::new(|| regex(r"\bdouble[ -]check"));
static TENS_AND_ONE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(\p{L}+)[ -](\p{L}+)\b"));
static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"\p{L}+"));
static SCALES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(\d+)(?:[.,](\d))? ?(hundred|hundert|thousand|tausend|tsd\b\.?|million(?:en)?|mio\b\.?|dozen|dutzend)(?: (?:and |und )?(\d{1,2})\b)?",
    )
});
static EARLY_DAYS: LazyLock<Regex> = LazyLock::new(|| {
    let words = EARLY.map(|(word, _)| word).join("|");
    let months = super::dates::month_words();
    regex(&format!(r"\b({words})( (?:of )?(?:{months})\b)"))
});

/// A folded text in small letters with digits in the place of number words.
pub(super) fn to_digits(lower: &str) -> String {
    let text = AND_A_HALF.replace_all(lower, |found: &Captures<'_>| {
        let whole = match (found.get(1), found.get(2)) {
            (Some(word), _) => whole(word.as_str()),
            (_, Some(word)) => word
                .as_str()
                .strip_suffix("einhalb")
                .and_then(|word| if word == "ein" { Some(1) } else { cardinal(word) }),
            _ => Some(1),
        };
        whole.map_or_else(|| found[0].to_owned(), |whole| format!("{whole}.5"))
    });
    let text = HALVES.replace_all(&text, "0.5 ");
    let text = PARTS.replace_all(&text, |found: &Captures<'_>| {
        let part = if matches!(&found[1], "third" | "drittel") { "0.333333" } else { "0.25" };
        format!("{part}{}", &found[2])
    });
    let text = EARLY_DAYS.replace_all(&text, |found: &Captures<'_>| {
        let day = EARLY.iter().find(|(word, _)| *word == &found[1]).map_or(0, |(_, day)| *day);
        format!("{day}.{}", &found[2])
    });
    let text = CHECKED_TWICE.replace_all(&text, "check");
    let text = GLUED.replace_all(&text, |found: &Captures<'_>| match cardinal(&found[1]) {
        Some(number) => format!("{number} {}", &found[2]),
        None => found[0].to_owned(),
    });
    let text = RATES.replace_all(&text, "$1 per $2");
    let text = ONE.replace_all(&text, "1 $1");
    let text = joined(&text);
    let text = WORD.replace_all(&text, |found: &Captures<'_>| {
        number(&found[0]).map_or_else(|| found[0].to_owned(), |number| number.to_string())
    });
    SCALES.replace_all(&text, scaled).into_owned()
}

// `twenty-five` and `twenty five`, and their ordinals.
fn joined(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(found) = TENS_AND_ONE.captures_at(text, at) {
        let (whole, first, second) = (found.get_match(), &found[1], &found[2]);
        let tens = value(&TENS, first);
        let one = match second {
            "one" | "first" => Some(1),
            "second" => Some(2),
            "third" => Some(3),
            _ => number(second),
        };
        let sum = tens.zip(one.filter(|one| *one < 10)).map(|(tens, one)| tens + one);
        // A word that is no number may be followed by one that is: it is looked at again as the first of the next two.
        let end = if sum.is_some() { whole.end() } else { whole.start() + first.len() };
        out.push_str(text.get(at..whole.start()).unwrap_or_default());
        match sum {
            Some(sum) => out.push_str(&sum.to_string()),
            None => out.push_str(first),
        }
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn scaled(found: &Captures<'_>) -> String {
    let factor: u64 = match &found[3] {
        "hundred" | "hundert" => 100,
        "dozen" | "dutzend" => 12,
        word if word.starts_with("mio") || word.starts_with("million") => 1_000_000,
        _ => 1_000,
    };
    let digit = |at: usize| found.get(at).and_then(|found| found.as_str().parse::<u64>().ok());
    let product = digit(1).and_then(|whole| whole.checked_mul(factor));
    let sum =
        product.and_then(|product| product.checked_add(digit(2).unwrap_or(0) * factor / 10 + digit(4).unwrap_or(0)));
    sum.map_or_else(|| found[0].to_owned(), |sum| sum.to_string())
}

fn whole(word: &str) -> Option<u32> {
    match word {
        "one" => Some(1),
        _ => word.parse().ok().or_else(|| cardinal(word)),
    }
}

fn number(word: &str) -> Option<u32> {
    cardinal(word).or_else(|| ordinal(word))
}

fn value(list: &[(&str, u32)], word: &str) -> Option<u32> {
    list.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

fn cardinal(word: &str) -> Option<u32> {
    // A number is read part by part, so `hundert` written ten thousand times would be as deep.
    if word.len() > LONGEST_NUMBER {
        return None;
    }
    let simple = |word: &str| value(&SMALL, word).or_else(|| value(&TENS, word));
    simple(word).or_else(|| {
        if let Some((unit, tens)) = word.split_once("und") {
            let unit = if unit == "ein" { Some(1) } else { value(&SMALL, unit).filter(|unit| *unit < 10) };
            if let Some(sum) = unit.zip(value(&TENS, tens)).map(|(unit, tens)| unit + tens) {
                return Some(sum);
            }
        }
        if let Some((thousands, rest)) = word.split_once("tausend") {
            let thousands = if matches!(thousands, "" | "ein") { 1 } else { cardinal(thousands)? };
            let rest = if rest.is_empty() { 0 } else { cardinal(rest)? };
            return 1_000_u32.checked_mul(thousands)?.checked_add(rest);
        }
        let (hundreds, rest) = word.split_once("hundert")?;
        let hundreds = if matches!(hundreds, "" | "ein") { 1 } else { value(&SMALL, hundreds)? };
        let rest = if rest.is_empty() { 0 } else { cardinal(rest)? };
        Some(100 * hundreds + rest)
    })
}

fn ordinal(word: &str) -> Option<u32> {
    let endings = ["th", "sten", "ster", "stes", "ste", "ten", "ter", "tes", "te"];
    value(&ORDINALS, word).or_else(|| {
        let stems = endings.iter().filter_map(|ending| word.strip_suffix(ending));
        stems.filter_map(cardinal).find(|number| *number > 3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_words_become_digits() {
        let check = |input: &str, expected: &str| assert_eq!(to_digits(input), expected, "{input}");
        check("within fourteen days", "within 14 days");
        check("vierzehn tage", "14 tage");
        check("twenty-five euros", "25 euros");
        check("twenty five", "25");
        check("fünfundzwanzig", "25");
        check("einundzwanzig tage", "21 tage");
        check("neunhundertneunundneunzigtausendneunhundertneunundneunzig", "999999");
        for part in ["hundert", "tausend"] {
            let endless = part.repeat(20_000);
            check(&endless, &endless);
        }
        check("a week and one day", "1 week and 1 day");
        check("eine woche", "1 woche");
        check("einem monat", "1 monat");
        check("one of our people", "one of our people");
        check("eine rücksendung", "eine rücksendung");
        check("a full week", "1 full week");
        check("half an hour", "0.5 hour");
        check("eine halbe stunde", "0.5 stunde");
        check("two and a half days", "2.5 days");
        check("anderthalb tage", "1.5 tage");
        check("zweieinhalb tage", "2.5 tage");
        check("two hundred euros", "200 euros");
        check("a hundred euros", "100 euros");
        check("zweihundert euro", "200 euro");
        check("hundertfünfzig euro", "150 euro");
        check("2.5 million", "2500000");
        check("the first step", "the first step");
        check("first of november", "1. of november");
        check("am vierten november", "am 4 november");
        check("twenty-fourth of november", "24 of november");
        check("vierundzwanzigster november", "24 november");
        check("a third of the price", "0.333333 of the price");
        check("a third party", "a third party");
        check("half price", "0.5 price");
        check("twice a year", "2 per year");
        check("often, eaten, stunden, acht", "often, eaten, stunden, 8");
        check("hundreds of mugs", "hundreds of mugs");
    }
}
