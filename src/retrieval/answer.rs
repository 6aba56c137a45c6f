//! The sentences of a passage that answer, where an article has no answer of its own.

/// The longest text that is said, in characters.
const LONGEST: usize = 600;

/// Characters after which no further sentence is begun: two sentences or so.
const ENOUGH: usize = 200;

/// The sentence of `text` that has most of what was asked (as `has` tells), with what follows it while that is short; the
/// beginning where no sentence has any of it.
pub(super) fn of_passage(text: &str, has: &dyn Fn(&str) -> f32) -> String {
    let sentences = sentences(text);
    let scores = sentences.iter().map(|sentence| has(sentence)).enumerate();
    let best = scores.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |(at, _)| at);
    let mut said = String::new();
    for sentence in sentences.iter().skip(best) {
        if !said.is_empty() && said.chars().count() + sentence.chars().count() > ENOUGH {
            break;
        }
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(sentence);
    }
    cut(&said)
}

/// What of `text` is not in `said` yet, sentence by sentence.
#[must_use]
pub fn unsaid(text: &str, said: &str) -> String {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let said = plain(said);
    let rest: Vec<&str> = sentences(text).into_iter().filter(|sentence| !said.contains(&plain(sentence))).collect();
    rest.join(" ")
}

/// The sentences of a text. A line is one, too: entries of lists have no full stop.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut begin = 0;
        for (at, c) in line.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?')) {
            let end = at + c.len_utf8();
            let rest = &line[end..];
            // "24.11. um 9" and "z. B. so" go on in small letters or digits.
            let is_end = rest.starts_with(' ')
                && rest.trim_start().starts_with(|c: char| c.is_uppercase() || !c.is_alphanumeric());
            if is_end && end - begin > 3 {
                found.push(line[begin..end].trim());
                begin = end;
            }
        }
        found.push(line[begin..].trim());
    }
    found.retain(|sentence| !sentence.is_empty());
    found
}

// As many whole sentences as fit.
fn cut(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(LONGEST) else { return text.to_owned() };
    let cut = &text[..limit];
    let end = cut.rfind(['.', '!', '?', '\n']).map_or(limit, |end| end + 1);
    cut[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_twice() {
        let answer = "Wipe it with a cloth. Grease it twice a year.";
        assert_eq!(unsaid(answer, "Wipe it  with a cloth."), "Grease it twice a year.");
        assert_eq!(unsaid(answer, "wipe it with a cloth. grease it twice a year."), "");
        assert_eq!(unsaid(answer, "Wipe it."), answer);
        assert_eq!(unsaid("", "x"), "");
    }

    #[test]
    fn the_best_sentence_answers() {
        let check = |text: &str, word: &str, expected: &str| {
            let has = |sentence: &str| if sentence.contains(word) { 1.0 } else { 0.0 };
            assert_eq!(of_passage(text, &has), expected, "{text}");
        };
        check("In the shade.", "linen", "In the shade.");
        check(
            "We wash it. Linen dries in the shade. Wool lies flat.",
            "shade",
            "Linen dries in the shade. Wool lies flat.",
        );
        check("- Card: five days\n- PayPal: at once", "PayPal", "- PayPal: at once");
        check("Until 24.11. we wait, z. B. for post. Then not.", "Then", "Then not.");
        check("", "x", "");
        let long = "word ".repeat(300);
        assert_eq!(of_passage(&long, &|_| 0.0).chars().count(), 599);
    }
}
