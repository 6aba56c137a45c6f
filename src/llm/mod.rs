//! A language model that writes text, and nothing else: over an API that speaks like OpenAI's, or off.
//!
//! It is given the passages an answer stands in and the fields of an order that its owner may see, with marks in the place of
//! everything personal (`veil`). What it writes is held back until a sentence is whole; what the promise guard (`guard`)
//! finds in no source is not said. Whatever goes wrong means that nothing was written, and the desk says the article's own words:
//! [`Llm::write`] never fails, and never takes longer than its limits.
//!
//! It carries out nothing. Calls of tools are not asked for, and not read when they come.

mod budget;
mod call;
mod config;
mod events;
mod guard;
mod prompt;
mod sentences;
mod speech;
#[cfg(test)]
mod tests;
mod veil;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use self::budget::{Budgets, Reserved};
use self::call::{Ended, Fault, Line, TOTAL};
use self::prompt::Prompt;
use self::speech::{Speech, Step};
use crate::domain::{Clock, Timestamp};
use crate::nlu::language::primary;
use crate::outbound::{self, Breakers, Client, Failure, Policy};

pub use self::call::Pace;
pub use self::config::Config;

/// Bytes of an answer. Three sentences take about 30 KiB with what is wrapped around each token.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Writes answers. Cheap to clone.
#[derive(Clone)]
pub struct Llm(Arc<Inner>);

struct Inner {
    line: Line,
    model: String,
    breakers: Breakers,
    permits: Semaphore,
    budgets: Budgets,
    prices: [f64; 2],
}

/// A question, and everything an answer may be made of.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The conversation's id, for its budget.
    pub conversation: String,
    /// The visitor, for theirs: the network they come from, else the conversation.
    pub visitor: String,
    /// What the shopper wrote.
    pub question: String,
    /// What it goes on with, if it does not stand by itself: the title of an article or of an intent.
    pub about: Option<String>,
    /// The locale to answer in.
    pub locale: String,
    /// All locales of the shop.
    pub locales: Vec<String>,
    /// The shop's name.
    pub shop: String,
    /// The assistant's.
    pub assistant: String,
    /// The passages, best first.
    pub sources: Vec<Source>,
    /// The fields of an order that the shopper may see.
    pub record: BTreeMap<String, String>,
    /// What is known to be personal: its kind (`email`, `phone`, `name`, `order_number`, `address`) and its value.
    pub personal: Vec<(String, String)>,
}

/// A passage of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Which it is: `article#anchor`.
    pub name: String,
    /// The article's title.
    pub title: String,
    /// The words.
    pub text: String,
    /// Its page, if it has one.
    pub url: Option<String>,
}

/// What came of an [`Ask`].
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// All sentences that passed, as they were heard. Nothing: say the article's own words instead.
    pub text: Option<String>,
    /// The places in `sources` of what they cite, the most cited first.
    pub cited: Vec<usize>,
    /// The guard stopped the model after some sentences had been heard: the passage should be shown with them.
    pub is_cut: bool,
    /// How it went, for the trace.
    pub report: Report,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was said, whole or as far as it came in time.
    Said,
    /// The guard stopped it after some sentences.
    Cut,
    /// There was nothing to answer from, so nobody was asked.
    NoSources,
    /// The guard cannot read the language, so nobody was asked.
    Language,
    /// The sources do not answer the question.
    NoAnswer,
    /// The guard stopped it at the first sentence.
    Guard,
    /// No sentence passed in time.
    TimedOut,
    /// No connection, a broken one, or a status other than 200.
    Broken,
    /// The API refused more calls.
    Limited,
    /// What came could not be read.
    Babble,
    /// More came than is taken.
    TooLarge,
    /// As many answers as allowed were being written.
    Busy,
    /// The API had failed too often and is left alone for a while.
    Resting,
    /// The conversation's tokens are spent.
    BudgetConversation,
    /// The visitor's tokens are spent.
    BudgetVisitor,
    /// The day's tokens are spent.
    BudgetDay,
}

/// How an answer went. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What became of it.
    pub outcome: Outcome,
    /// What went wrong with the call, if something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The first half of the SHA-256 of what was sent; empty when nothing was.
    pub prompt_hash: String,
    /// The model's name.
    pub model: String,
    /// Tokens sent: as the API counts them, else about.
    pub prompt_tokens: u64,
    /// Tokens written, the same way.
    pub completion_tokens: u64,
    /// What they cost, in the settings' currency; nothing when no price is set.
    pub cost: Option<f64>,
    /// How often the API was called.
    pub tries: u32,
    /// Milliseconds from the turn's start to the first sentence that passed.
    pub first_sentence_ms: Option<u64>,
    /// Milliseconds from the turn's start to the end.
    pub total_ms: u64,
    /// What was found of each sentence, in their order.
    pub verdicts: Vec<Verdict>,
}

/// What the guard found of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it was said.
    pub passed: bool,
    /// Why not, in words that repeat nothing personal.
    pub why: Option<String>,
}

impl Llm {
    /// The model the settings name; nothing when they name none.
    ///
    /// # Errors
    /// [`Failure::NoClient`] when TLS cannot be set up, [`Failure::BadUrl`] when the address is none.
    pub fn new(config: &Config, outbound: &outbound::Config, clock: Clock) -> Result<Option<Self>, Failure> {
        if !config.is_on() {
            return Ok(None);
        }
        let private_hosts = config.private_hosts(outbound);
        let client = Client::new(Policy { private_hosts, timeout: TOTAL, body_limit: LONGEST_ANSWER })?;
        let key = config.key.reveal();
        let key = (!key.is_empty()).then(|| ("authorization", format!("Bearer {key}")));
        Ok(Some(Self(Arc::new(Inner {
            line: Line { client, target: config.target()?, headers: key.into_iter().collect(), clock },
            model: config.model.trim().to_owned(),
            breakers: Breakers::default(),
            permits: Semaphore::new(config.at_once),
            budgets: Budgets::new(config),
            prices: [config.price_per_million_prompt, config.price_per_million_completion],
        }))))
    }

    /// Today, counted in days from 1970 in UTC, and the tokens used of which the store does not know yet.
    #[must_use]
    pub fn unsaved_tokens(&self) -> (i64, u64) {
        self.0.budgets.unsaved(self.0.line.clock.now())
    }

    /// Says that `more` tokens of a day were saved, and what the store has for that day in all; nothing if it failed.
    pub fn tokens_saved(&self, day: i64, more: u64, all: Option<u64>) {
        self.0.budgets.saved(day, more, all);
    }

    /// Writes an answer. Each sentence that passed the guard is heard at once: its place from 0, and its words with the blank
    /// before them. `pace` says how much time there is.
    pub async fn write(&self, ask: Ask, pace: &Pace, hear: &mut (dyn FnMut(usize, &str) + Send)) -> Written {
        let inner = &*self.0;
        let written = match inner.admitted(&ask) {
            Err(outcome) => inner.nothing(outcome, pace.began),
            Ok(permit) => {
                let written = inner.written(&ask, pace, hear).await;
                drop(permit);
                written
            }
        };
        count(&written.report);
        written
    }
}

// The key is in it.
impl std::fmt::Debug for Llm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Llm({}, {:?})", self.0.model, self.0.line.target)
    }
}

impl Inner {
    // What needs no prompt to be refused.
    fn admitted(&self, ask: &Ask) -> Result<tokio::sync::SemaphorePermit<'_>, Outcome> {
        if ask.sources.is_empty() {
            return Err(Outcome::NoSources);
        }
        if !guard::LANGUAGES.contains(&primary(&ask.locale).as_str()) {
            return Err(Outcome::Language);
        }
        self.permits.try_acquire().map_err(|_| Outcome::Busy)
    }

    async fn written(&self, ask: &Ask, pace: &Pace, hear: &mut (dyn FnMut(usize, &str) + Send)) -> Written {
        let began = pace.began;
        let (prompt, veil) = prompt::prompt(ask, &self.model);
        let reserved = match self.reserved(ask, &prompt) {
            Ok(reserved) => reserved,
            Err(outcome) => return self.nothing(outcome, began),
        };
        let source = self.line.target.as_str();
        if !self.breakers.lets_through(source, self.line.clock.now()) {
            self.budgets.settle(reserved, 0);
            return self.nothing(Outcome::Resting, began);
        }
        let mut speech = Speech::new(ask, prompt::sent(&ask.sources), veil, self.line.clock.clone());
        let ended = self.line.ask(&prompt.body, pace, &mut speech, hear).await;
        match &ended.fault {
            None => self.breakers.worked(source),
            Some(fault) => {
                self.breakers.failed(source, self.line.clock.now());
                let why = fault.words();
                tracing::warn!(why, tries = ended.tries, "the language model did not answer as it should");
            }
        }
        self.told(&prompt, reserved, speech, &ended, began)
    }

    fn reserved(&self, ask: &Ask, prompt: &Prompt) -> Result<Reserved, Outcome> {
        let tokens = prompt.tokens + u64::from(prompt::MOST_TOKENS);
        let reserved = self.budgets.reserve(&ask.conversation, &ask.visitor, tokens, self.line.clock.now());
        reserved.map_err(|(budget, is_first)| {
            let name = budget.name();
            metrics::counter!("frontdesk_llm_budget_total", "budget" => name).increment(1);
            if is_first {
                tracing::warn!(
                    budget = name,
                    "a budget of the language model is spent: articles answer in their own words"
                );
            }
            match budget {
                budget::Budget::Conversation => Outcome::BudgetConversation,
                budget::Budget::Visitor => Outcome::BudgetVisitor,
                budget::Budget::Day => Outcome::BudgetDay,
            }
        })
    }

    fn told(
        &self,
        prompt: &Prompt,
        reserved: Reserved,
        speech: Speech<'_>,
        ended: &Ended,
        began: Timestamp,
    ) -> Written {
        let outcome = outcome(&speech, ended.fault.as_ref());
        let usage = ended
            .usage
            .unwrap_or(events::Usage { prompt_tokens: prompt.tokens, completion_tokens: speech.heard().div_ceil(4) });
        self.budgets.settle(reserved, usage.prompt_tokens.saturating_add(usage.completion_tokens));
        let first = speech.first().map(|first| milliseconds(first.since(began)));
        let (said, cited, verdicts) = speech.into_parts();
        let report = Report {
            fault: ended.fault.as_ref().map(Fault::words),
            prompt_hash: prompt.hash.clone(),
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
            cost: self.cost(usage),
            tries: ended.tries,
            first_sentence_ms: first,
            verdicts,
            ..self.report(outcome, began)
        };
        Written { text: (!said.is_empty()).then_some(said), cited, is_cut: outcome == Outcome::Cut, report }
    }

    fn nothing(&self, outcome: Outcome, began: Timestamp) -> Written {
        Written { text: None, cited: Vec::new(), is_cut: false, report: self.report(outcome, began) }
    }

    fn report(&self, outcome: Outcome, began: Timestamp) -> Report {
        Report {
            outcome,
            fault: None,
            prompt_hash: String::new(),
            model: self.model.clone(),
            prompt_tokens: 0,
            completion_tokens: 0,
            cost: None,
            tries: 0,
            first_sentence_ms: None,
            total_ms: milliseconds(self.line.clock.now().since(began)),
            verdicts: Vec::new(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of tokens is far below 2^52")]
    fn cost(&self, usage: events::Usage) -> Option<f64> {
        let [prompt, completion] = self.prices;
        let cost = usage.prompt_tokens as f64 * prompt + usage.completion_tokens as f64 * completion;
        (prompt + completion > 0.0).then_some(cost / 1e6)
    }
}

fn outcome(speech: &Speech<'_>, fault: Option<&Fault>) -> Outcome {
    match (speech.last(), speech.has_spoken(), fault) {
        (Step::Failed, true, _) => Outcome::Cut,
        (Step::Failed, false, _) => Outcome::Guard,
        (_, true, _) => Outcome::Said,
        (_, false, None) => Outcome::NoAnswer,
        (_, false, Some(fault)) => match fault {
            Fault::TimedOut => Outcome::TimedOut,
            Fault::Refused(429, _) => Outcome::Limited,
            Fault::Broken(_) | Fault::Refused(..) | Fault::StoppedHalfway => Outcome::Broken,
            Fault::Babble => Outcome::Babble,
            Fault::TooLarge => Outcome::TooLarge,
        },
    }
}

impl Outcome {
    /// Its name in the trace and in metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Cut => "cut",
            Self::NoSources => "no_sources",
            Self::Language => "language",
            Self::NoAnswer => "no_answer",
            Self::Guard => "guard",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::Limited => "limited",
            Self::Babble => "babble",
            Self::TooLarge => "too_large",
            Self::Busy => "busy",
            Self::Resting => "resting",
            Self::BudgetConversation => "budget_conversation",
            Self::BudgetVisitor => "budget_visitor",
            Self::BudgetDay => "budget_day",
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of seconds are far below 2^52")]
fn count(report: &Report) {
    metrics::counter!("frontdesk_llm_total", "outcome" => report.outcome.name()).increment(1);
    if report.tries == 0 {
        return;
    }
    let stages = [("first_sentence", report.first_sentence_ms), ("total", Some(report.total_ms))];
    for (stage, ms) in stages.into_iter().filter_map(|(stage, ms)| Some((stage, ms?))) {
        metrics::histogram!("frontdesk_llm_seconds", "stage" => stage).record(ms as f64 / 1_000.0);
    }
    metrics::counter!("frontdesk_llm_tokens_total", "kind" => "prompt").increment(report.prompt_tokens);
    metrics::counter!("frontdesk_llm_tokens_total", "kind" => "completion").increment(report.completion_tokens);
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
