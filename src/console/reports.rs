//! The numbers, for those who may read them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Console;
use crate::desk::Presence;
use crate::domain::{Outcome, Phase, REASONS, RULES_VERSION};
use crate::http::Problem;
use crate::reports::{self, PAGE, Page, Period, ReportError, Rules, Wanted};
use crate::store::EpisodeCursor;
use crate::telemetry;

/// What is asked for, as it stands in the address. All of it is text, so that what is wrong with it is said in our words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    from: Option<String>,
    to: Option<String>,
    outcome: Option<String>,
    reason: Option<String>,
    rated: Option<String>,
    provisional: Option<String>,
    by: Option<String>,
    zone: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// `GET /api/reports/outcomes`: the numbers; day by day where `zone` is; with
/// `outcome`, `reason`, `rated`, `provisional` or `by` the conversations behind one.
pub(super) async fn outcomes(
    State(console): State<Console>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::bad_field(error.body_text()))?;
    let now = console.now();
    let recontact_hours = console.desk().content().settings().episode.recontact_hours;
    let period = Period::read(asked.from.as_deref(), asked.to.as_deref(), now).map_err(Problem::bad_field)?;
    let query = reports::Query { period, rules: Rules { now, recontact_hours } };
    let list = asked.list().map_err(Problem::bad_field)?;
    let zone = asked.zone.as_deref().map_or(Ok(TimeZone::UTC), zone).map_err(Problem::bad_field)?;
    // Closed only with the process, which answers nobody any more.
    let _turn = console.0.reports.acquire().await.map_err(|_| Problem::unavailable("the server is stopping"))?;
    let store = console.desk().store();
    let Some((wanted, after, limit)) = list else {
        let full = reports::first(store, &query, &zone).await.map_err(problem)?;
        return Ok(Json(full).into_response());
    };
    let page = reports::page(store, &query, &wanted, after, limit).await.map_err(problem)?;
    let (from, to) = (period.from.to_rfc3339(), period.to.to_rfc3339());
    Ok(Json(Listed { rules: RULES_VERSION, from, to, page }).into_response())
}

/// `GET /api/reports/now`: the queue, who is there, and how long the stages take.
pub(super) async fn now(State(console): State<Console>) -> Json<Value> {
    let (desk, now) = (console.desk(), console.now());
    let chats = desk.chats();
    let waiting = || chats.iter().filter(|chat| chat.phase == Phase::Waiting);
    let oldest = waiting().map(|chat| now.since(chat.handoff.since)).max().map(|wait| wait.as_secs());
    let there = desk.attendance();
    let count = |presence| there.iter().filter(|(_, of)| *of == presence).count();
    Json(json!({
        "at": now.to_rfc3339(), "waiting": waiting().count(), "with_agent": chats.len() - waiting().count(),
        "oldest_seconds": oldest,
        "agents": {
            "online": count(Presence::Online), "busy": count(Presence::Busy), "away": count(Presence::Away),
        },
        "zone": desk.content().settings().shop.timezone, "latency": telemetry::latencies(), "content_faults": desk.library().faults().len(),
    }))
}

/// A page of conversations, and what it was read by.
#[derive(Serialize)]
struct Listed {
    rules: u32,
    from: String,
    to: String,
    #[serde(flatten)]
    page: Page,
}

type List = (Wanted, Option<EpisodeCursor>, usize);

impl Asked {
    fn list(&self) -> Result<Option<List>, String> {
        let outcome = self.outcome.as_deref().map(outcome).transpose()?;
        let reason = self.reason.as_deref().map(reason).transpose()?;
        let rated = self.rated.as_deref().map(|text| number("rated", text, 1, 5)).transpose()?;
        let rated = rated.and_then(|score| u8::try_from(score).ok());
        let limit = self.limit.as_deref().map(|text| number("limit", text, 1, PAGE.1)).transpose()?;
        let after = self.after.as_deref().map(cursor).transpose()?;
        let provisional = self.provisional.as_deref().map(|text| word("provisional", text, ["false", "true"]));
        let human = self.by.as_deref().map(|text| word("by", text, ["bot", "human"]));
        let (provisional, human) = (provisional.transpose()?, human.transpose()?);
        let wanted = Wanted { outcome, reason, rated, provisional, human };
        if wanted == Wanted::default() {
            return match (after, limit) {
                (None, None) => Ok(None),
                _ => {
                    Err("`after` and `limit` are for a list; say which with `outcome`, `reason`, `rated`, `provisional` or `by`".to_owned())
                }
            };
        }
        Ok(Some((wanted, after, limit.unwrap_or(PAGE.0))))
    }
}

fn outcome(name: &str) -> Result<Outcome, String> {
    let all = || Outcome::ALL.map(Outcome::name).join(", ");
    Outcome::parse(name).ok_or_else(|| format!("`outcome` is one of {}", all()))
}

fn reason(name: &str) -> Result<&'static str, String> {
    let known = REASONS.into_iter().find(|known| *known == name);
    known.ok_or_else(|| format!("`reason` is one of {}", REASONS.join(", ")))
}

// Whether it is the second of two words.
fn word(name: &str, text: &str, words: [&str; 2]) -> Result<bool, String> {
    let found = words.iter().position(|word| *word == text);
    found.map(|at| at == 1).ok_or_else(|| format!("`{name}` is `{}` or `{}`", words[0], words[1]))
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "`zone` is a time zone such as Europe/Berlin".to_owned())
}

fn number(name: &str, text: &str, least: usize, most: usize) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("`{name}` is a number from {least} to {most}"))
}

fn cursor(text: &str) -> Result<EpisodeCursor, String> {
    EpisodeCursor::parse(text).ok_or_else(|| "`after` is what stood in `next` of the page before".to_owned())
}

fn problem(error: ReportError) -> Problem {
    let words = error.to_string();
    match error {
        ReportError::TooMany => Problem::bad_field(words),
        ReportError::Unreadable(_) => Problem::unavailable(words),
    }
}
