//! Words that steer a form instead of answering it: "never mind", "skip", "what?", "no, 10043".

use crate::domain::Understanding;

/// What a short message wants of the conversation itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// Stop asking.
    Cancel,
    /// Go on without this answer.
    Skip,
    /// Say it again.
    Repeat,
}

// Whole messages, in small letters without signs. "cancel my order" is a wish, "cancel" alone ends the questions: so nothing
// here is looked for inside a longer message.
const CANCEL: [&str; 36] = [
    "cancel",
    "cancel that",
    "cancel this",
    "never mind",
    "nevermind",
    "nvm",
    "forget it",
    "forget that",
    "forget about it",
    "stop",
    "stop it",
    "stop this",
    "stop asking",
    "abort",
    "quit",
    "exit",
    "leave it",
    "drop it",
    "no thanks",
    "no thank you",
    "not now",
    "doesnt matter",
    "it doesnt matter",
    "vergiss es",
    "vergiss das",
    "vergessen wir das",
    "abbrechen",
    "abbruch",
    "stopp",
    "egal",
    "ist egal",
    "schon gut",
    "lass es",
    "lass gut sein",
    "doch nicht",
    "nein danke",
];

const SKIP: [&str; 31] = [
    "skip",
    "skip it",
    "skip this",
    "skip that",
    "pass",
    "next",
    "i dont know",
    "i dont know it",
    "dont know",
    "dunno",
    "no idea",
    "i dont have it",
    "i dont have one",
    "i dont have that",
    "dont have it",
    "dont have one",
    "i cant find it",
    "cant find it",
    "i lost it",
    "überspringen",
    "weiter",
    "weiß nicht",
    "weiss nicht",
    "weiß ich nicht",
    "weiss ich nicht",
    "das weiß ich nicht",
    "keine ahnung",
    "habe ich nicht",
    "hab ich nicht",
    "finde ich nicht",
    "find ich nicht",
];

// Begin a message of a few words that says the same at greater length: "i cant find it anywhere".
const LOST: [&str; 10] = [
    "i dont know",
    "i dont have",
    "i cant find",
    "i lost",
    "no idea",
    "keine ahnung",
    "weiß ich nicht",
    "ich weiß nicht",
    "ich habe keine",
    "ich finde sie nicht",
];

/// Words of such a message; a longer one may be about something else.
const LONGER: usize = 5;

const REPEAT: [&str; 33] = [
    "what",
    "what was that",
    "what did you say",
    "what was the question",
    "say that again",
    "can you say that again",
    "could you say that again",
    "say again",
    "come again",
    "repeat",
    "repeat that",
    "can you repeat that",
    "could you repeat that",
    "again",
    "once more",
    "pardon",
    "sorry",
    "excuse me",
    "huh",
    "eh",
    "was",
    "wie",
    "wie bitte",
    "bitte was",
    "hä",
    "hae",
    "nochmal",
    "noch mal",
    "noch einmal",
    "wiederholen",
    "wiederhole das",
    "kannst du das wiederholen",
    "was war die frage",
];

// Said before or behind, they change nothing: "oh, never mind then".
const FILLERS: [&str; 22] = [
    "oh", "ok", "okay", "ah", "hm", "hmm", "well", "please", "pls", "then", "actually", "just", "ach", "na", "ja",
    "bitte", "dann", "halt", "mal", "also", "naja", "einfach",
];

// With one of these in front, a new value takes the place of the last one.
const CORRECTS: [&str; 27] = [
    "no",
    "nope",
    "not",
    "sorry",
    "wait",
    "oops",
    "actually",
    "correction",
    "wrong",
    "i mean",
    "i meant",
    "my mistake",
    "make that",
    "typo",
    "nein",
    "nee",
    "ne",
    "nicht",
    "ups",
    "moment",
    "stopp",
    "falsch",
    "quatsch",
    "korrektur",
    "ich meine",
    "ich meinte",
    "entschuldigung",
];

// Before a value, they say that it is not the one.
const DENIES: [&str; 6] = ["not", "nicht", "instead of", "rather than", "statt", "anstatt"];

/// What `text` wants, if it is nothing but a word that steers.
pub(super) fn control(text: &str) -> Option<Control> {
    let words = words(text);
    let whole = words.join(" ");
    let filler = |word: &&String| FILLERS.contains(&word.as_str());
    let start = words.iter().take_while(filler).count();
    let end = words.len() - words[start..].iter().rev().take_while(filler).count();
    let core = words[start..end].join(" ");
    let is = |list: &[&str]| list.contains(&whole.as_str()) || list.contains(&core.as_str());
    if is(&CANCEL) {
        Some(Control::Cancel)
    } else if is(&SKIP) || words.len() <= LONGER && LOST.iter().any(|start| begins(&core, start)) {
        Some(Control::Skip)
    } else if is(&REPEAT) {
        Some(Control::Repeat)
    } else {
        None
    }
}

/// Whether `text` puts something right.
pub(super) fn corrects(text: &str) -> bool {
    let words = words(text);
    let start = words.iter().take_while(|word| FILLERS.contains(&word.as_str()) && *word != "actually").count();
    let rest = words[start..].join(" ");
    CORRECTS.iter().any(|phrase| begins(&rest, phrase))
}

/// Whether what begins at the character `start` of `text` is denied: "not 10042 but 10043".
pub(super) fn is_denied(text: &str, start: usize) -> bool {
    let before: String = text.chars().take(start).collect();
    let before = words(&before).join(" ");
    DENIES.iter().any(|phrase| before == *phrase || before.ends_with(&format!(" {phrase}")))
}

/// The words of a message that are no part of what it names.
pub(super) fn words_beside(understanding: &Understanding) -> usize {
    let is_named = |at: &usize| understanding.entities.iter().any(|entity| (entity.start..entity.end).contains(at));
    let rest = understanding.text.chars().enumerate().map(|(at, c)| if is_named(&at) { ' ' } else { c });
    words(&rest.collect::<String>()).len()
}

/// Whether `text` could be a question about something else, rather than a bad answer.
pub(super) fn asks_something(text: &str) -> bool {
    text.contains('?') || words(text).len() >= 4
}

fn begins(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn words(text: &str) -> Vec<String> {
    let small = text.to_lowercase().replace(['\'', '’'], "");
    let signs = |c: char| !c.is_alphanumeric();
    small.split(signs).filter(|word| !word.is_empty()).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_messages_steer_and_longer_ones_do_not() {
        let check = |text: &str, expected: Option<Control>| assert_eq!(control(text), expected, "{text}");
        check("never mind", Some(Control::Cancel));
        check("Oh, never mind then!", Some(Control::Cancel));
        check("Vergiss es bitte", Some(Control::Cancel));
        check("cancel my order", None);
        check("please cancel order 10042", None);
        check("skip", Some(Control::Skip));
        check("I don't have it", Some(Control::Skip));
        check("i cant find it anywhere", Some(Control::Skip));
        check("I don't know how long delivery takes", None);
        check("weiß ich nicht", Some(Control::Skip));
        check("what?", Some(Control::Repeat));
        check("say that again please", Some(Control::Repeat));
        check("Wie bitte?", Some(Control::Repeat));
        check("sorry?", Some(Control::Repeat));
        check("what is your address", None);
        check("10042", None);
        check("", None);
    }

    #[test]
    fn corrections_are_heard() {
        let check = |text: &str, expected: bool| assert_eq!(corrects(text), expected, "{text}");
        check("no, 10043", true);
        check("sorry 10043", true);
        check("oh wait, it's 10043", true);
        check("Nein, ich meinte 10043", true);
        check("10043", false);
        check("note 10043", false);
        assert!(is_denied("not 10042 but 10043", 4) && !is_denied("not 10042 but 10043", 14));
        assert!(is_denied("10043 statt 10042", 12) && !is_denied("10043 statt 10042", 0));
    }
}
