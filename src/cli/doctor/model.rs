//! The language model, asked one question with the limits of a shopper's.

use std::time::Duration;

use super::{Finding, in_time};
use crate::config::Config;
use crate::domain::Clock;
use crate::llm::{Ask, Llm, Outcome, Pace, Source, Written};

const MODEL: &str = "language model";

/// An answer takes at most 20 s; the rest is for a machine that is busy.
const LIMIT: Duration = Duration::from_secs(25);

/// Asks the language model the settings name for the answer to a made-up question; nothing where they name none.
pub(super) async fn look(config: &Config) -> Option<Finding> {
    let clock = Clock::system();
    let llm = match Llm::new(&config.llm, &config.outbound, clock.clone()) {
        Ok(llm) => llm?,
        Err(error) => {
            return Some(Finding::problem(MODEL, error.to_string(), "look at the section [llm] of the settings"));
        }
    };
    let slow = "choose a faster model: shoppers get the articles' own words meanwhile";
    let asked = async {
        let pace = Pace::of(clock.now());
        judge(&llm.write(question(), &pace, &mut |_, _| {}).await)
    };
    Some(in_time(LIMIT, MODEL, slow, asked).await)
}

fn question() -> Ask {
    let text = "Delivery within the country takes 3 working days and costs 4.90 EUR. From 50 EUR it is free.";
    Ask {
        conversation: "doctor".into(),
        visitor: "doctor".into(),
        question: "How long does delivery take?".into(),
        locale: "en".into(),
        locales: vec!["en".into()],
        shop: "a shop".into(),
        assistant: "Assistant".into(),
        sources: vec![Source { name: "delivery#time".into(), title: "Delivery".into(), text: text.into(), url: None }],
        ..Ask::default()
    }
}

fn judge(written: &Written) -> Finding {
    let report = &written.report;
    let seconds = |ms: u64| format!("{}.{} s", ms / 1000, ms % 1000 / 100);
    let model = &report.model;
    let problem = |found: &str, cure: &str| Finding::problem(MODEL, format!("{model}: {found}"), cure);
    match report.outcome {
        Outcome::Said => {
            let first = seconds(report.first_sentence_ms.unwrap_or(report.total_ms));
            let tokens = report.prompt_tokens + report.completion_tokens;
            let found = format!("{model} answers: first sentence after {first}, {tokens} tokens");
            Finding::ok(MODEL, found)
        }
        Outcome::Cut | Outcome::Guard | Outcome::NoAnswer => {
            let why = report.verdicts.iter().find_map(|verdict| verdict.why.as_deref());
            let found =
                format!("{model} answered a plain question in a way that is not said: {}", why.unwrap_or("no answer"));
            Finding::warning(MODEL, found, "ask again; if it stays so, choose a model that keeps to what it is given")
        }
        Outcome::TimedOut => problem(
            &format!("no whole sentence in {}", seconds(report.total_ms)),
            "choose a faster model: shoppers get the articles' own words meanwhile",
        ),
        Outcome::Limited => problem("it refuses more calls (429)", "look at the limits of your account there"),
        Outcome::Babble | Outcome::TooLarge => problem(
            "what came could not be read",
            "llm.url has to lead to an API that speaks like OpenAI's /v1/chat/completions, streamed",
        ),
        Outcome::Broken
        | Outcome::Resting
        | Outcome::Busy
        | Outcome::NoSources
        | Outcome::Language
        | Outcome::BudgetConversation
        | Outcome::BudgetVisitor
        | Outcome::BudgetDay => problem(
            report.fault.as_deref().unwrap_or("it was not asked"),
            "look whether llm.url, llm.model and the key are right, and whether it can be reached from this machine",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;
    use crate::llm;

    #[tokio::test]
    async fn no_model_is_nothing_to_look_at_and_one_that_is_not_there_is_a_problem() {
        let mut config = Config::defaults().expect("the defaults");
        assert_eq!(look(&config).await, None);
        // A port that nobody listens on.
        let url = "http://127.0.0.1:1/v1".into();
        config.llm = llm::Config { url, model: "small".into(), ..llm::Config::off() };
        let finding = look(&config).await.expect("a finding");
        assert_eq!(finding.level, Level::Problem, "{finding:?}");
        assert!(finding.found.contains("small"), "{finding:?}");
    }
}
