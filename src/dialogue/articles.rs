//! What is done with what a search found: answered, written, or asked about.

use super::form::Given;
use super::rules::{Fallback, Rules};
use super::{Found, Move, Talk, found_something, sentiment, sure_intent};
use crate::domain::Understanding;

/// Choices offered when the assistant is unsure.
const CHOICES: usize = 3;

/// Articles among them.
const OFFERED: usize = 2;

/// Two articles answer equally well whose log odds of being the answer differ by less than this: 0.90 and 0.88.
const CLOSE: f32 = 0.25;

/// Below this share of the `in_scope` threshold, offering intents would be guessing.
const WORTH_ASKING: f32 = 0.8;

/// Below this share of the `confirm` threshold a further intent is not worth offering.
const WORTH_OFFERING: f32 = 0.4;

impl Talk<'_> {
    /// The part of a message with two questions that only an article may answer, because an intent is sure of the other.
    pub(super) fn searched_part(&self, understanding: &Understanding) -> Option<usize> {
        let [first, second] = understanding.parts.as_slice() else { return None };
        let is_sure = |part| sure_intent(part, self.rules).map(|(_, rule)| !rule.hands_over);
        // A person hears all of it.
        if is_sure(understanding) == Some(false) {
            return None;
        }
        let part = match (is_sure(first), is_sure(second)) {
            (Some(true), None) => 1,
            (None, Some(true)) => 0,
            _ => return None,
        };
        self.rules.fallback.contains(&Fallback::KnowledgeBase).then_some(part)
    }

    /// A search for a part came back: what answers it is said beside what answers the other. If nothing does, the message is
    /// taken as one question.
    pub(super) fn found_in_part(&mut self, understanding: Understanding, part: usize, found: &[Found]) -> Move {
        self.signs.sentiment = Some(sentiment(&understanding.text));
        let best = found.first().filter(|best| best.fit >= self.rules.article_fits);
        let other = understanding.parts.get(1 - part.min(1)).and_then(|other| sure_intent(other, self.rules));
        let (Some(best), Some((name, rule))) = (best, other) else {
            let sure = sure_intent(&understanding, self.rules);
            self.signs.intent = sure.map(|(name, _)| name.to_owned());
            return self.said_whole(understanding);
        };
        let article = Move::Article { article: best.article.clone() };
        self.signs.intent = Some(name.to_owned());
        let answer = self.answer(name, rule, &Given::of(&understanding), "one of the two things the message asks");
        // What asks something of the shopper goes last; else they stand as they were asked.
        let (first, then) = if rule.is_plain() && part == 1 { (answer, article) } else { (article, answer) };
        Move::Then(Box::new(first), Box::new(then))
    }

    /// A search came back.
    pub(super) fn found(&mut self, understanding: Understanding, found: Vec<Found>) -> Move {
        self.signs.sentiment = Some(sentiment(&understanding.text));
        if self.state.form.is_some() {
            return self.found_in_form(found.first().filter(|best| best.fit >= self.rules.article_fits));
        }
        // Who writes also judges whether the passages answer, so those that are only worth offering will do. Without any
        // nobody is asked.
        let is_worth_writing = found.first().is_some_and(|best| best.fit >= self.rules.article_offers);
        if is_worth_writing && self.rules.fallback.contains(&Fallback::Llm) {
            return Move::Write(understanding, found);
        }
        self.answered(&understanding, &found)
    }

    /// What was to be written from it did.
    pub(super) fn written(&mut self, understanding: &Understanding, found: &[Found], from: Option<String>) -> Move {
        self.signs.sentiment = Some(sentiment(&understanding.text));
        match from {
            Some(article) => {
                found_something(&mut self.state);
                Move::Written { article }
            }
            None => self.answered(understanding, found),
        }
    }

    // In the articles' own words: one answers, or the shopper says which of those that may is meant.
    fn answered(&mut self, understanding: &Understanding, found: &[Found]) -> Move {
        let fits = found.iter().filter(|found| found.fit >= self.rules.article_fits).count();
        let is_close = |pair: &[Found]| log_odds(pair[0].fit) - log_odds(pair[1].fit) < CLOSE;
        if fits >= 2 && found.windows(2).next().is_some_and(is_close) {
            let articles = found.iter().take(2).map(|found| found.article.clone()).collect();
            found_something(&mut self.state);
            return Move::Choices { articles, intents: Vec::new() };
        }
        if fits >= 1 {
            found_something(&mut self.state);
            return Move::Article { article: found[0].article.clone() };
        }
        let worth = found.iter().filter(|found| found.fit >= self.rules.article_offers);
        let articles: Vec<String> = worth.take(OFFERED).map(|found| found.article.clone()).collect();
        let mut intents = choices(understanding, self.rules);
        intents.truncate(CHOICES - articles.len());
        if articles.is_empty() && intents.is_empty() { self.miss() } else { Move::Choices { articles, intents } }
    }
}

fn choices(understanding: &Understanding, rules: &Rules) -> Vec<String> {
    let Some(top) = understanding.top() else { return Vec::new() };
    let confirm = rules.thresholds_of(understanding).confirm;
    if top.probability < confirm || understanding.in_scope < rules.thresholds.in_scope * WORTH_ASKING {
        return Vec::new();
    }
    let worth = understanding.intents.iter().filter(|ranked| ranked.probability >= confirm * WORTH_OFFERING);
    worth.take(CHOICES).map(|ranked| ranked.intent.clone()).collect()
}

// A fit near one or zero differs by little from another and means much more.
fn log_odds(fit: f32) -> f32 {
    let fit = fit.clamp(1e-4, 1.0 - 1e-4);
    (fit / (1.0 - fit)).ln()
}
