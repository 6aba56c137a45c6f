//! Where sentences end. What comes in pieces is held back until it is whole.

/// Characters of one sentence. Three short ones were asked for; whoever goes on has lost the thread.
pub(super) const LONGEST: usize = 400;

/// Words whose stop ends no sentence, in small letters.
const ABBREVIATIONS: &str = " e.g i.e eg ie vs approx ca no nos nr st mr mrs ms dr prof tel inc ltd incl excl max min bzw usw ggf evtl \
    inkl exkl zzgl abzgl vgl std höchst u.a z.b d.h o.ä u.ä i.d.r bspw jan feb apr jun jul aug sep sept oct nov dec okt dez \
    mär tägl gem ";

/// Longer than any of these, in characters.
const LONGEST_ABBREVIATION: usize = 12;

/// Quotes, brackets and marks behind a mark, at most.
const MOST_CLOSING: usize = 8;

/// A text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Sentences {
    open: String,
}

impl Sentences {
    /// More of the text.
    pub(super) fn push(&mut self, piece: &str) {
        self.open.push_str(piece);
    }

    /// The next sentence that is surely over: something that does not belong to it has come.
    pub(super) fn next(&mut self) -> Option<String> {
        let end = end(&self.open, true)?;
        let rest = self.open.split_off(end);
        // A line that was broken within a sentence is read as it is shown: in one.
        Some(std::mem::replace(&mut self.open, rest).trim().replace('\n', " "))
    }

    /// What is left, when nothing more comes.
    pub(super) fn rest(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.open).trim().replace('\n', " ");
        (!rest.is_empty()).then_some(rest)
    }

    /// What is left if it looks whole, when nobody knows whether more comes: it ends with a mark that is no stop of a number or
    /// an abbreviation.
    pub(super) fn settled(&mut self) -> Option<String> {
        let open = self.open.trim_end();
        let bare = open.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | ' ' | ','));
        // `…days. [1]` and `…days [1].`: the number of a source may stand on either side.
        let is_whole = [open, if open.ends_with(']') { bare } else { "" }].into_iter().any(|text| {
            let Some((at, mark)) = text.char_indices().next_back() else { return false };
            is_mark(mark) && (mark != '.' || (!is_abbreviation(&text[..at]) && !text[..at].ends_with(is_digit)))
        });
        if is_whole { self.rest() } else { None }
    }

    /// Whether more has come without an end than a sentence may have.
    pub(super) fn is_too_long(&self) -> bool {
        self.open.chars().nth(LONGEST).is_some()
    }
}

/// All sentences of a text.
pub(super) fn all(text: &str) -> Vec<String> {
    let mut sentences = Sentences { open: text.to_owned() };
    let mut all = Vec::new();
    // One by one from the front would copy the rest each time; articles are short, but not that short.
    let mut at = 0;
    while let Some(end) = end(&sentences.open[at..], false) {
        all.push(sentences.open[at..at + end].trim().to_owned());
        at += end;
    }
    sentences.open.drain(..at);
    all.extend(sentences.rest());
    all.retain(|sentence| !sentence.is_empty());
    all
}

fn is_digit(c: char) -> bool {
    c.is_numeric()
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '؟' | '۔' | '।' | '॥')
}

// Marks of scripts that put no space behind them.
fn ends_by_itself(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡')
}

// The place behind the first sentence. It is only known once something else has begun. `is_model`: a model wrote it, who is not
// listened to for longer than a sentence may be, and whose broken lines go on; an author's lines are entries of lists.
fn end(text: &str, is_model: bool) -> Option<usize> {
    let mut has_begun = false;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if is_model && count > LONGEST {
            return None;
        }
        let after = at + c.len_utf8();
        let had_begun = has_begun;
        has_begun |= !c.is_whitespace();
        if c == '\n' {
            // A line break with nothing before it parts nothing.
            if !had_begun || is_model && goes_on(&text[after..]) {
                continue;
            }
            return behind_sources(text, at).filter(|_| !text[after..].trim_start().is_empty());
        }
        if !is_mark(c) || (c == '.' && is_within(text, at)) {
            continue;
        }
        let closed = after + closing(&text[after..]);
        let is_apart = ends_by_itself(c) || text[closed..].starts_with(char::is_whitespace);
        let is_source = text[closed..].starts_with('[');
        if !is_apart && !is_source {
            continue;
        }
        return behind_sources(text, closed);
    }
    None
}

// Whether a line goes on in the one that begins here, as far as it has come.
fn goes_on(next: &str) -> bool {
    let line = next.trim_start_matches([' ', '\t']);
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_listed = number.len() < line.len() && number.starts_with(['.', ')']);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '€' | '$' | '£' | '¥' | '%');
    line.starts_with(is_word) && !is_listed
}

// Bytes of the quotes, brackets and further marks that belong to a mark.
fn closing(text: &str) -> usize {
    text.chars()
        .take(MOST_CLOSING)
        .take_while(|c| is_mark(*c) || matches!(c, '"' | '\'' | ')' | '”' | '’' | '»' | '“' | '*' | '_'))
        .map(char::len_utf8)
        .sum()
}

// The place behind the numbers of sources that follow a sentence; nothing while more of them may come.
fn behind_sources(text: &str, from: usize) -> Option<usize> {
    let mut end = from;
    loop {
        let rest = &text[end..];
        let start = rest.trim_start_matches([' ', '\t']);
        let next = start.chars().next()?;
        if next != '[' {
            return Some(end);
        }
        let inside = start[1..].split_once(']');
        let Some((inside, behind)) = inside else {
            // It may still become one; what is too long for that is none.
            return (start.len() > 20).then_some(end);
        };
        if !inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ')) {
            return Some(end);
        }
        end = text.len() - behind.len() + usize::from(behind.starts_with('.'));
    }
}

// Whether a stop ends no sentence: it stands in a number, behind one (`24.11.`, `3. Stock`) or behind an abbreviation.
fn is_within(text: &str, at: usize) -> bool {
    let (before, behind) = (&text[..at], &text[at + 1..]);
    if behind.starts_with(char::is_alphanumeric) {
        return true;
    }
    let digits = before.chars().rev().take_while(|c| c.is_numeric()).count();
    (1..=2).contains(&digits) || is_abbreviation(before)
}

fn is_abbreviation(before: &str) -> bool {
    // Looked at from the end, and no further than the longest goes: a text of stops alone would be read again for each of them.
    let from = before.char_indices().rev().nth(LONGEST_ABBREVIATION).map_or(0, |(at, _)| at);
    let before = &before[from..];
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
    let last = word.rsplit('.').next().unwrap_or_default();
    let is_letter = last.chars().count() == 1 && last.chars().all(char::is_alphabetic);
    let word = word.to_lowercase();
    is_letter || (!word.is_empty() && ABBREVIATIONS.contains(&format!(" {word} ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // It took seconds when each mark was looked at with all that is before and behind it.
    #[test]
    fn babble_is_left_off() {
        for babble in [".", "!", "\n", ". ", "a.", "[", "1.", "...!?\n"] {
            let mut sentences = Sentences::default();
            sentences.push(&babble.repeat(60_000 / babble.len()));
            let count = std::iter::from_fn(|| sentences.next()).count();
            assert!(count <= 30_000, "{babble:?}");
            assert!(all(&babble.repeat(60_000 / babble.len())).len() <= 60_000, "{babble:?}");
        }
    }

    #[test]
    fn a_broken_line_goes_on_when_a_model_wrote_it() {
        let check = |text: &str, expected: &[&str]| {
            let mut sentences = Sentences::default();
            sentences.push(text);
            let mut told: Vec<String> = std::iter::from_fn(|| sentences.next()).collect();
            told.extend(sentences.rest());
            assert_eq!(told, expected, "{text}");
        };
        check("It comes at no\ncost. Yes.", &["It comes at no cost.", "Yes."]);
        check("You get\n50\n€ back. Yes.", &["You get 50 € back.", "Yes."]);
        check("Two ways:\n- by post\n- by hand", &["Two ways:", "- by post", "- by hand"]);
        check("Two ways:\n1. by post\n2) by hand", &["Two ways:", "1. by post", "2) by hand"]);
        check("One\n\nTwo", &["One", "Two"]);
    }

    #[test]
    fn sentences_end_where_readers_end_them() {
        let check = |text: &str, expected: &[&str]| assert_eq!(all(text), expected, "{text}");
        check("One. Two! Three? Four", &["One.", "Two!", "Three?", "Four"]);
        check("It is 1.000,50 € or 3.5 kg. Yes.", &["It is 1.000,50 € or 3.5 kg.", "Yes."]);
        check("See shop.example. Then go.", &["See shop.example.", "Then go."]);
        check("Pack it, e.g. in paper. Done.", &["Pack it, e.g. in paper.", "Done."]);
        check("Das geht z. B. so. Gut.", &["Das geht z. B. so.", "Gut."]);
        check("Bis 24.11. da. Gut.", &["Bis 24.11. da.", "Gut."]);
        check("Am 24. November kommt es. Gut.", &["Am 24. November kommt es.", "Gut."]);
        check("Order No. 10443 is here. Fine.", &["Order No. 10443 is here.", "Fine."]);
        check("A line\nanother\n\n- and a third", &["A line", "another", "- and a third"]);
        check("Yes. [1] No [2]. Well.[3] Ok", &["Yes. [1]", "No [2].", "Well.[3]", "Ok"]);
        check("Both [1][2]. And. [1, 2] So", &["Both [1][2].", "And. [1, 2]", "So"]);
        check("他说。好！", &["他说。", "好！"]);
        check("هل هذا؟ نعم.", &["هل هذا؟", "نعم."]);
        check("He said \"yes.\" Then?!", &["He said \"yes.\"", "Then?!"]);
        check("In the year 2026. Then.", &["In the year 2026.", "Then."]);
        check("", &[]);
        check(" \n ", &[]);
    }

    #[test]
    fn nothing_is_handed_out_before_it_is_whole() {
        let check = |pieces: &[&str], expected: &[&str], settled: Option<&str>| {
            let mut sentences = Sentences::default();
            let mut out = Vec::new();
            for piece in pieces {
                sentences.push(piece);
                out.extend(std::iter::from_fn(|| sentences.next()));
            }
            assert_eq!(out, expected, "{pieces:?}");
            assert_eq!(sentences.settled().as_deref(), settled, "{pieces:?}");
        };
        check(&["It costs 5"], &[], None);
        check(&["It costs 5."], &[], None);
        check(&["It costs 5.", "90 €"], &[], None);
        check(&["It is free."], &[], Some("It is free."));
        check(&["It is free. "], &[], Some("It is free."));
        check(&["It is free. ["], &[], None);
        check(&["It is free. [1]"], &[], Some("It is free. [1]"));
        check(&["It is free. [1]", " T"], &["It is free. [1]"], None);
        check(&["It is free [1]."], &[], Some("It is free [1]."));
        check(&["It is free. T"], &["It is free."], None);
        check(&["A line\n"], &[], None);
        check(&["Es geht z. B."], &[], None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_make_no_difference(text in r"[a-z0-9.!?\n \[\]「。é]{0,60}", cut in 0usize..60) {
            let cut = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let told = |pieces: &[&str]| {
                let mut sentences = Sentences::default();
                let mut out = Vec::new();
                for piece in pieces {
                    sentences.push(piece);
                    out.extend(std::iter::from_fn(|| sentences.next()));
                }
                out.extend(sentences.rest());
                out.retain(|sentence| !sentence.is_empty());
                out
            };
            prop_assert_eq!(told(&[&text[..cut], &text[cut..]]), told(&[&text]));
            if !text.contains('\n') {
                prop_assert_eq!(told(&[&text]), all(&text));
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let mut sentences = Sentences::default();
            sentences.push(&text);
            let whole: usize = all(&text).iter().map(String::len).sum();
            prop_assert!(whole <= text.len());
            sentences.settled();
        }
    }
}
