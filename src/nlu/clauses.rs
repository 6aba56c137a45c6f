//! The clauses of a message: two questions in one, and what is denied beside what is meant.
//!
//! Words decide here, English and German ones. What they suggest is only taken up when the classifier agrees: see
//! [`super::Nlu::amend`].

/// Characters of a message that is taken apart. Who writes more tells a story, and its parts are no questions.
const MOST_CHARS: usize = 400;
/// Words a part must have to say something by itself.
const LEAST_WORDS: usize = 2;
/// Places at which one message is taken apart on trial: each costs two readings.
const MOST_SPLITS: usize = 3;

/// What stands between two questions, the stronger first. Found in lower case, each with what belongs to the second part left in.
const BETWEEN: [&str; 22] = [
    "? ",
    ". ",
    "! ",
    "; ",
    ", and also ",
    " and also ",
    ", außerdem ",
    " außerdem ",
    " und außerdem ",
    ", also ",
    " also ",
    ", and ",
    ", und ",
    " and ",
    " und ",
    ", second ",
    " sowie ",
    " & ",
    " plus ",
    ", ",
    " - ",
    "\n",
];

/// What denies, as whole words.
const DENIALS: [&str; 16] = [
    "not", "don't", "dont", "no", "isn't", "isnt", "never", "without", "nicht", "kein", "keine", "keinen", "keinem",
    "keiner", "keins", "ohne",
];

/// What may stand before a denial at the beginning of a clause.
const BEFORE_DENIALS: [&str; 13] =
    ["please", "bitte", "and", "und", "it", "it's", "its", "is", "this", "that", "es", "das", "ist"];

/// What somebody wants or says, around a denial: "I don't want", "ich brauche … nicht", "I am not asking".
const WISHES: [&str; 12] =
    ["want", "need", "mean", "asking", "looking", "will", "möchte", "moechte", "mochte", "brauche", "meine", "suche"];

/// What ends a denial, in lower case.
const TURNS: [&str; 7] = [" but ", " sondern ", " aber ", ", ", "; ", ". ", " - "];

/// A message in two parts, at each place where two questions may meet, the likeliest first.
pub(crate) fn splits(text: &str) -> Vec<(&str, &str)> {
    let mut splits = Vec::new();
    let Some(lower) = lower(text) else { return splits };
    for mark in BETWEEN {
        for (at, _) in lower.match_indices(mark) {
            let (Some(first), Some(second)) = (text.get(..at + 1), text.get(at + mark.len()..)) else { continue };
            let (first, second) = (first.trim_end_matches([',', ';', ' ', '\n']).trim(), second.trim());
            let is_known = splits.iter().any(|(known, _): &(&str, &str)| known.len().abs_diff(first.len()) <= 2);
            if says_something(first) && says_something(second) && !is_known {
                splits.push((first, second));
            }
            if splits.len() == MOST_SPLITS {
                return splits;
            }
        }
    }
    splits
}

/// What a message denies and what it says instead: "not cancel, just change the address" in two.
pub(crate) fn denial(text: &str) -> Option<(String, String)> {
    let lower = lower(text)?;
    let mut clauses = vec![0];
    for mark in TURNS {
        clauses.extend(lower.match_indices(mark).map(|(at, mark)| at + mark.len()));
    }
    clauses.sort_unstable();
    clauses.dedup();
    let ends = clauses.iter().skip(1).copied().chain([text.len()]);
    let clauses: Vec<&str> =
        clauses.iter().zip(ends).filter_map(|(from, to)| text.get(*from..to)).map(str::trim).collect();
    let (denied, meant): (Vec<&str>, Vec<&str>) =
        clauses.into_iter().filter(|clause| !clause.is_empty()).partition(|clause| denies(clause));
    let (denied, meant) = (denied.join(" "), meant.join(" "));
    (!denied.is_empty() && says_something(&meant)).then_some((denied, meant))
}

// Of equal length, byte by byte, as the text: only then do places in one tell places in the other.
fn lower(text: &str) -> Option<String> {
    let lower: String = text.chars().map(|c| if c == '\u{2019}' { c } else { lowered(c) }).collect();
    (lower.len() == text.len() && text.chars().count() <= MOST_CHARS).then_some(lower)
}

fn lowered(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
        _ => c,
    }
}

fn says_something(part: &str) -> bool {
    part.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() >= LEAST_WORDS
}

// "My card is not working" and "I don't know" deny nothing that was asked for: a wish does, or a thing's being something.
fn denies(clause: &str) -> bool {
    let words = clause.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}'));
    let plain = words.map(|word| word.to_lowercase().replace('\u{2019}', "'")).filter(|word| !word.is_empty());
    let plain: Vec<String> = plain.collect();
    let Some(at) = plain.iter().position(|word| DENIALS.contains(&word.as_str())) else { return false };
    let is = |word: Option<&String>, of: &[&str]| word.is_some_and(|word| of.contains(&word.as_str()));
    let somebody = is(plain.first(), &["i", "i'm", "im", "we", "ich", "wir"]);
    let is_wish = somebody && (is(plain.get(1), &WISHES) || is(plain.get(at + 1), &WISHES));
    is_wish || plain[..at].iter().all(|word| BEFORE_DENIALS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_questions_come_apart() {
        let check = |text: &str, first: &str, second: &str| {
            assert!(splits(text).contains(&(first, second)), "{text}: {:?}", splits(text));
        };
        check("What are your hours? Do you have a phone?", "What are your hours?", "Do you have a phone?");
        check("where is it and how do i pay", "where is it", "how do i pay");
        check("Wo ist mein Paket und wie zahle ich", "Wo ist mein Paket", "wie zahle ich");
        check("cancel my order, and is there a fee", "cancel my order", "is there a fee");
        assert_eq!(splits("black and white"), []);
        assert_eq!(splits("where is my order"), []);
        assert_eq!(splits(&"a b and c d ".repeat(100)), []);
    }

    #[test]
    fn what_is_denied_stands_apart() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = denial(text);
            assert_eq!(found.as_ref().map(|(denied, meant)| (denied.as_str(), meant.as_str())), expected, "{text}");
        };
        check("not cancel, just change the address", Some(("not cancel,", "just change the address")));
        check("Nicht kaputt, sondern der falsche Artikel", Some(("Nicht kaputt,", "sondern der falsche Artikel")));
        check("i don’t want a refund but an exchange", Some(("i don’t want a refund but", "an exchange")));
        check(
            "ich brauche die Rechnung nicht, ich will wissen wo das Paket ist",
            Some(("ich brauche die Rechnung nicht,", "ich will wissen wo das Paket ist")),
        );
        check("i'm not asking when, i'm asking where", Some(("i'm not asking when,", "i'm asking where")));
        check("my card is not working, what can i do", None);
        check("i don't know where my phone is, help me", None);
        check("i did not get it, how do i cancel", None);
        check("it is not here", None);
        check("where is my order, please", None);
        check("no, thanks", None);
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart_without_harm(text in any::<String>()) {
            for (first, second) in splits(&text) {
                prop_assert!(text.contains(first) && text.contains(second));
            }
            let _ = denial(&text);
        }
    }
}
