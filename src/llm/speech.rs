//! What the model says, sentence by sentence: held back until it is whole, read by the guard, and only then heard.

use super::guard::{self, Guard, visible};
use super::prompt::NO_ANSWER;
use super::sentences::{LONGEST, Sentences};
use super::veil::Veil;
use super::{Ask, Source, Verdict};
use crate::domain::{Clock, Timestamp};
use crate::nlu::language::{self, primary};

/// Sentences of one answer. Three were asked for.
const MOST: usize = 4;
/// Letters from which a sentence is long enough to be sure of its language.
const TELLING: usize = 20;

/// Who hears the sentences that passed: the place of each, and its words with the blank before them.
pub(super) type Hear<'h> = &'h mut (dyn FnMut(usize, &str) + Send);

/// Whether the model may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    On,
    /// Enough was said.
    Enough,
    /// The model has no answer.
    NoAnswer,
    /// The guard stopped it.
    Failed,
}

/// One answer, as far as it has come.
pub(super) struct Speech<'s> {
    clock: Clock,
    veil: Veil,
    guard: Guard,
    locale: String,
    locales: &'s [String],
    /// Which sources are in another language than the answer.
    translated: Vec<bool>,
    sentences: Sentences,
    said: String,
    passed: usize,
    cited: Vec<usize>,
    heard: u64,
    first: Option<Timestamp>,
    verdicts: Vec<Verdict>,
    last: Step,
}

impl<'s> Speech<'s> {
    pub(super) fn new(ask: &'s Ask, sources: &[Source], veil: Veil, clock: Clock) -> Self {
        Self {
            clock,
            veil,
            guard: Guard::new(sources, &ask.record),
            locale: ask.locale.clone(),
            locales: &ask.locales,
            translated: sources.iter().map(|source| is_other(&source.text, &ask.locale, &ask.locales)).collect(),
            sentences: Sentences::default(),
            said: String::new(),
            passed: 0,
            cited: vec![0; sources.len()],
            heard: 0,
            first: None,
            verdicts: Vec::new(),
            last: Step::On,
        }
    }

    /// More of what the model writes.
    pub(super) fn take(&mut self, piece: &str, hear: Hear<'_>) -> Step {
        self.heard += u64::try_from(piece.chars().count()).unwrap_or(u64::MAX);
        self.sentences.push(piece);
        while self.last == Step::On
            && let Some(sentence) = self.sentences.next()
        {
            self.sentence(&sentence, &mut *hear);
        }
        if self.last == Step::On && self.sentences.is_too_long() {
            self.fail(format!("a sentence of more than {LONGEST} characters"));
        }
        self.last
    }

    /// The model is done: what is left is its last sentence.
    pub(super) fn finish(&mut self, hear: Hear<'_>) -> Step {
        self.end(Sentences::rest, hear)
    }

    /// Nobody knows whether the model is done: what is left is said only if it looks whole.
    pub(super) fn settle(&mut self, hear: Hear<'_>) -> Step {
        self.end(Sentences::settled, hear)
    }

    fn end(&mut self, rest: fn(&mut Sentences) -> Option<String>, hear: Hear<'_>) -> Step {
        if self.last == Step::On
            && let Some(sentence) = rest(&mut self.sentences)
        {
            self.sentence(&sentence, hear);
        }
        self.last
    }

    /// Forgets what was begun, for another try. What was heard cannot be forgotten.
    pub(super) fn restart(&mut self) {
        self.sentences = Sentences::default();
        self.heard = 0;
    }

    pub(super) fn has_spoken(&self) -> bool {
        self.passed > 0
    }

    /// Characters the model wrote.
    pub(super) fn heard(&self) -> u64 {
        self.heard
    }

    /// When the first sentence passed.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.first
    }

    /// How it stands.
    pub(super) fn last(&self) -> Step {
        self.last
    }

    /// What was said, the places of the sources it cites, the most cited first, and what was found of each sentence.
    pub(super) fn into_parts(self) -> (String, Vec<usize>, Vec<Verdict>) {
        let mut cited: Vec<usize> = (0..self.cited.len()).filter(|at| self.cited[*at] > 0).collect();
        cited.sort_by_key(|at| std::cmp::Reverse(self.cited[*at]));
        (self.said, cited, self.verdicts)
    }

    fn sentence(&mut self, raw: &str, hear: Hear<'_>) {
        if raw.to_ascii_uppercase().replace(' ', "_").contains(NO_ANSWER) {
            self.last = if self.has_spoken() { Step::Failed } else { Step::NoAnswer };
            return;
        }
        match self.checked(raw) {
            Ok(None) => {}
            Ok(Some(sentence)) => {
                self.say(&sentence, hear);
            }
            Err(why) => self.fail(why),
        }
    }

    // The sentence as it is said; nothing when no words are left of it.
    fn checked(&mut self, raw: &str) -> Result<Option<String>, String> {
        if raw.chars().count() > LONGEST {
            return Err(format!("a sentence of more than {LONGEST} characters"));
        }
        let plain = guard::plain(&visible(raw))?;
        let (bare, mut cited) = without_numbers(&plain, self.cited.len())?;
        if !bare.chars().any(char::is_alphanumeric) {
            return Ok(None);
        }
        if cited.is_empty() {
            cited.push(0);
        }
        let (lifted, own) = self.veil.lift(&bare)?;
        self.guard.judge(&lifted, &cited, &own, &self.said)?;
        if self.is_foreign(&lifted) {
            return Err("it is in another language".into());
        }
        // A translation has no words in common with its source.
        let is_translated = cited.iter().any(|at| self.translated[*at]);
        if !is_translated && !self.guard.is_founded(&lifted, &cited) {
            return Err("it speaks of nothing that its source speaks of".into());
        }
        cited.into_iter().for_each(|at| self.cited[at] += 1);
        Ok(Some(lifted))
    }

    fn say(&mut self, sentence: &str, hear: Hear<'_>) {
        let place = self.passed;
        let spoken = if place == 0 { sentence.to_owned() } else { format!(" {sentence}") };
        self.verdicts.push(Verdict { passed: true, why: None });
        self.first.get_or_insert_with(|| self.clock.now());
        self.said.push_str(&spoken);
        self.passed += 1;
        hear(place, &spoken);
        if self.passed == MOST {
            self.last = Step::Enough;
        }
    }

    fn fail(&mut self, why: String) {
        self.verdicts.push(Verdict { passed: false, why: Some(why) });
        self.last = Step::Failed;
    }

    fn is_foreign(&self, sentence: &str) -> bool {
        if sentence.chars().filter(|c| c.is_alphabetic()).count() < TELLING {
            return false;
        }
        is_other(sentence, &self.locale, self.locales)
    }
}

// Whether a text is surely in another language than that of `locale`.
fn is_other(text: &str, locale: &String, locales: &[String]) -> bool {
    let told = language::detect(text, locales);
    // Nothing is told of a language the shop does not speak, and of none at all.
    language::detect(text, std::slice::from_ref(locale)).is_none()
        || told.is_some_and(|told| primary(&told) != primary(locale))
}

// A sentence without the numbers of its sources, and their places.
fn without_numbers(sentence: &str, sources: usize) -> Result<(String, Vec<usize>), &'static str> {
    let (mut bare, mut cited, mut rest) = (String::with_capacity(sentence.len()), Vec::new(), sentence);
    while let Some((before, behind)) = rest.split_once('[') {
        let inside = behind.split_once(']').filter(|(inside, _)| is_number_list(inside));
        let Some((inside, behind)) = inside else {
            bare.push_str(before);
            bare.push('[');
            rest = behind;
            continue;
        };
        bare.push_str(before.trim_end());
        for number in inside.split(',').map(str::trim).filter(|number| !number.is_empty()) {
            let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let place = place.filter(|place| *place < sources).ok_or("the number of a source that is none")?;
            if !cited.contains(&place) {
                cited.push(place);
            }
        }
        rest = behind;
    }
    bare.push_str(rest);
    // `…free. [1].` has two stops when the number is gone.
    let bare = bare.trim();
    let bare = if bare.ends_with("..") && !bare.ends_with("...") { &bare[..bare.len() - 1] } else { bare };
    Ok((bare.to_owned(), cited))
}

fn is_number_list(inside: &str) -> bool {
    inside.contains(|c: char| c.is_ascii_digit())
        && inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
}

#[cfg(test)]
mod tests {
    use super::super::prompt;
    use super::super::tests::ask;
    use super::*;

    fn spoken(locale: &str, pieces: &[&str]) -> (Vec<String>, Step, Vec<usize>) {
        let mut ask = ask("I am ann@example.com");
        ask.locale = locale.into();
        let (_, veil) = prompt::prompt(&ask, "m");
        let mut speech = Speech::new(&ask, &ask.sources, veil, Clock::by_hand(Timestamp(0)));
        let mut heard = Vec::new();
        let mut hear = |place: usize, text: &str| {
            assert_eq!(place, heard.len());
            heard.push(text.to_owned());
        };
        let mut step = Step::On;
        for piece in pieces {
            step = speech.take(piece, &mut hear);
            if step != Step::On {
                break;
            }
        }
        if step == Step::On {
            step = speech.finish(&mut hear);
        }
        let (said, cited, _) = speech.into_parts();
        assert_eq!(said, heard.concat());
        (heard, step, cited)
    }

    #[test]
    fn sentences_are_heard_when_they_passed() {
        let check = |pieces: &[&str], heard: &[&str], step: Step, cited: &[usize]| {
            let (was_heard, was_step, was_cited) = spoken("en", pieces);
            assert_eq!(
                (was_heard.as_slice(), was_step, was_cited.as_slice()),
                (&heard.map_owned()[..], step, cited),
                "{pieces:?}"
            );
        };
        check(
            &["Returns ta", "ke 30 days [1]. ", "They are fr", "ee. [1]"],
            &["Returns take 30 days.", " They are free."],
            Step::On,
            &[0],
        );
        check(&["Delivery takes 3 days [2]."], &["Delivery takes 3 days."], Step::On, &[1]);
        check(&["Delivery takes 3 days [1]."], &[], Step::Failed, &[]);
        check(&["You have 30 days [1]. You get 50 € [1]."], &["You have 30 days."], Step::Failed, &[0]);
        check(&["You have 30 days [7]."], &[], Step::Failed, &[]);
        check(&["You have 30 days [1, 2]."], &["You have 30 days."], Step::On, &[0, 1]);
        check(&["NO_ANSWER"], &[], Step::NoAnswer, &[]);
        check(&["No answer."], &[], Step::NoAnswer, &[]);
        check(&["You have 30 days. NO_ANSWER"], &["You have 30 days."], Step::Failed, &[0]);
        check(&["We wrote to [EMAIL_1]."], &["We wrote to ann@example.com."], Step::On, &[0]);
        check(&["We wrote to [EMAIL_2]."], &[], Step::Failed, &[]);
        check(
            &["A. B. Oak here. Return one! Return it? Returns. Yew here."],
            &["A. B. Oak here.", " Return one!", " Return it?", " Returns."],
            Step::Enough,
            &[0],
        );
        check(&[&"x".repeat(401)], &[], Step::Failed, &[]);
        check(&["We sell bicycles."], &[], Step::Failed, &[]);
        check(
            &["You can send everything back. We sell bicycles."],
            &["You can send everything back."],
            Step::Failed,
            &[0],
        );
        check(&["[1]"], &[], Step::On, &[]);
        check(&[""], &[], Step::On, &[]);
    }

    #[test]
    fn the_language_is_the_shoppers() {
        let check =
            |locale: &str, text: &str, expected: Step| assert_eq!(spoken(locale, &[text]).1, expected, "{text}");
        check("de", "Du kannst das Paket an uns zurückschicken.", Step::On);
        check("de", "You can send the parcel back to us here.", Step::Failed);
        check("en", "Du kannst das Paket an uns zurückschicken.", Step::Failed);
        check("en", "Vous pouvez nous renvoyer le colis dans votre emballage.", Step::Failed);
        check("de", "Okay, DHL.", Step::On);
    }

    trait Owned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl Owned for [&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|text| (*text).to_owned()).collect()
        }
    }
}
