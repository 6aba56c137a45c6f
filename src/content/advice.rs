//! What the author of the examples should look at: nothing is broken, but the assistant will mix intents up. Words and places
//! for what [`nlu::advise`] finds.

use super::check::Loaded;
use super::collect::Faults;
use super::encodings::Encodings;
use super::examples::ParsedExample;
use super::found;
use super::intent::Intent;
use super::lessons::Lessons;
use crate::knowledge::Fault;
use crate::nlu::{self, ConfusedPair, ExampleAt, Mistaken, NearPair, Options, Similar};
use crate::retrieval::IndexError;

/// Letters of an example that are quoted: enough to know it by.
const QUOTED: usize = 80;

impl Loaded {
    /// What a model of these files is trained on.
    #[must_use]
    pub fn lessons(&self) -> Lessons {
        Lessons::of(&self.intents, &self.articles, &self.today)
    }

    /// The warnings of the check, and beside them what is found by comparing all examples and by cross-validation: examples of two
    /// intents that say the same, and intents that are taken for one another. Takes seconds; `progress` is told of parts done
    /// and all.
    #[must_use]
    pub fn advice(&self, encodings: &Encodings, progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Fault> {
        let lessons = self.lessons();
        let advice = encodings.with(|encoding| {
            let options = Options { out_of_scope: &lessons.elsewhere, encoding, ..Options::default() };
            nlu::advise(&lessons.intents, &options, progress)
        });
        let mut faults = Faults::default();
        self.warnings.iter().for_each(|warning| faults.push(warning.clone()));
        let intents = Intents(&self.intents);
        for pair in &advice.near {
            intents.tell_near(pair, &mut faults);
        }
        for pair in &advice.confused {
            intents.tell_confused(pair, &mut faults);
        }
        faults.into_sorted()
    }

    /// Asks the search every question of the articles: each has to find its own article, surely enough to be answered. Takes
    /// seconds; `progress` is told of articles done and all.
    ///
    /// # Errors
    /// Only if the index cannot be built.
    pub fn unfound(&self, encodings: &Encodings, progress: &dyn Fn(usize, usize)) -> Result<Vec<Fault>, IndexError> {
        let index = encodings.with(|encoding| self.index(None, encoding, None))?;
        let mut faults = Faults::default();
        let tell = |done| progress(done, self.articles.len());
        found::check(&self.articles, &index, &self.today, &tell, &mut faults);
        Ok(faults.into_sorted())
    }
}

/// In the order of the lessons.
struct Intents<'a>(&'a [Intent]);

impl<'a> Intents<'a> {
    fn example(&self, at: ExampleAt) -> Option<(&'a Intent, &'a ParsedExample)> {
        let intent = self.0.get(at.intent)?;
        Some((intent, intent.examples.get(at.example)?))
    }

    // Nothing if a place is none of these intents', which cannot be.
    fn tell_near(&self, pair: &NearPair, faults: &mut Faults) -> Option<()> {
        let ((intent, one), (other_intent, other)) = (self.example(pair.one)?, self.example(pair.other)?);
        let same = match pair.by {
            Similar::Meaning => "says nearly the same as",
            Similar::Words => "has nearly the same words as",
        };
        let problem = format!(
            "{} {same} {} in the intent `{}` ({}:{})",
            quoted(&one.text),
            quoted(&other.text),
            other_intent.name,
            other_intent.file,
            other.place.line
        );
        let cure = format!(
            "keep the one that belongs where it is and reword or remove the other; if both belong, write this one under \
             `not_examples` of `{}`, too",
            other_intent.name
        );
        faults.warning(&intent.file, one.place, problem, cure);
        Some(())
    }

    fn tell_confused(&self, pair: &ConfusedPair, faults: &mut Faults) -> Option<()> {
        let (intent, other) = (self.0.get(pair.intent)?, self.0.get(pair.other)?);
        let (_, first) = self.example(*pair.there.lines.first()?)?;
        let mut problem = format!(
            "{} of `{}` are taken for `{}` when they are left out of training, such as {}",
            share(&pair.there),
            intent.name,
            other.name,
            quoted(&first.text)
        );
        if let Some((_, back)) = pair.back.lines.first().and_then(|at| self.example(*at)) {
            let place = format!("{}:{}", other.file, back.place.line);
            problem = format!(
                "{problem}, and {} the other way round, such as {} ({place})",
                share(&pair.back),
                quoted(&back.text)
            );
        }
        let cure = if pair.is_mutual() {
            "make one intent of both if one reply serves both; else move examples to where they belong and reword those that \
             could stand in either"
                .to_owned()
        } else {
            format!(
                "move those that belong to `{0}` there; for the others write more examples like them, or put them under \
                 `not_examples` of `{0}`",
                other.name
            )
        };
        faults.warning(&intent.file, first.place, problem, cure);
        Some(())
    }
}

fn share(mistaken: &Mistaken) -> String {
    format!("{} of {} examples", mistaken.lines.len(), mistaken.of)
}

fn quoted(text: &str) -> String {
    let mut letters = text.chars();
    let head: String = letters.by_ref().take(QUOTED).collect();
    let rest = if letters.next().is_some() { "…" } else { "" };
    format!("`{head}{rest}`")
}
