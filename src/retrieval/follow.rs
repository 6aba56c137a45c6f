//! Whether a message only goes on with what was said before.

/// Words of a follow-up at most: who writes more says all of it.
const MOST_WORDS: usize = 8;

/// How follow-ups begin, in the languages the desk speaks.
const BEGINNINGS: [&str; 22] = [
    "and",
    "or",
    "what about",
    "how about",
    "what if",
    "also",
    "but",
    "ok and",
    "okay and",
    "same for",
    "even",
    "und",
    "oder",
    "was ist mit",
    "wie ist es mit",
    "wie sieht es mit",
    "was wenn",
    "auch",
    "aber",
    "gilt das",
    "ok und",
    "okay und",
];

/// Words that stand for something said before.
const POINTING: [&str; 16] = [
    "that", "it", "this", "those", "there", "them", "then", "das", "es", "dort", "dahin", "dafür", "davon", "dann",
    "dies", "diese",
];

/// How questions begin that may point.
const ASKING: [&str; 26] = [
    "how", "what", "when", "where", "who", "why", "which", "does", "do", "is", "are", "can", "could", "will", "would",
    "wie", "was", "wann", "wo", "warum", "gilt", "ist", "sind", "kann", "geht", "wird",
];

/// Whether `text` is short and begins like something that goes on, or names what it is about only by pointing at it.
pub(super) fn is_follow_up(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    if words.is_empty() || words.len() > MOST_WORDS {
        return false;
    }
    let begins = |beginning: &str| {
        beginning.split(' ').zip(&words).filter(|(a, b)| a == *b).count() == beginning.split(' ').count()
    };
    let asks = text.trim_end().ends_with('?') || ASKING.contains(&words[0]);
    BEGINNINGS.into_iter().any(begins) || (asks && words.iter().any(|word| POINTING.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_ups_are_known_by_their_words() {
        let check = |text: &str, expected: bool| assert_eq!(is_follow_up(text), expected, "{text}");
        check("and for Norway?", true);
        check("What about PayPal", true);
        check("does that hold for gift cards", true);
        check("und nach Norwegen?", true);
        check("wie ist es mit Inseln", true);
        check("how long do refunds take", false);
        check("and I have been waiting for my refund for three weeks now, when will it come", false);
        check("it was a white one", false);
        check("android app", false);
        check("", false);
    }
}
