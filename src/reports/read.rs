//! Reads the rows of a period, a page at a time.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::days::{Day, Days};
use super::{Page, Period, Report, Rules, Tally, Wanted};
use crate::domain::Outcome;
use crate::store::{EpisodeCursor, EpisodeRow, Store, StoreError};

/// Episodes of one report at most: three numbers of each are held, some 24 MB, and reading them takes seconds.
pub const EPISODES: u64 = 1_000_000;

/// Episodes looked at for one page of a list; where few are what is looked for, the page is short and the next goes on.
const LOOKED_AT: usize = 100_000;

/// Conversations shown with the numbers, of each outcome.
pub const AT_ONCE: usize = 20;

/// Conversations on a page of a list, and at most.
pub const PAGE: (usize, usize) = (100, 500);

/// Rows read at a time: well below a megabyte.
const ROWS: usize = 1_000;

/// What a report is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// The time.
    pub period: Period,
    /// What episodes are judged by.
    pub rules: Rules,
}

/// A report, and the first conversations behind each outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Full {
    /// The numbers.
    #[serde(flatten)]
    pub report: Report,
    /// The same day by day; the days add up to it.
    pub days: Vec<Day>,
    /// Some of the conversations, by outcome.
    pub conversations: BTreeMap<&'static str, Page>,
}

/// Why there is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// More episodes than one report counts.
    #[error("more than {EPISODES} episodes began in this time; ask for a shorter one")]
    TooMany,
    /// The log could not be read.
    #[error("the log could not be read; try again")]
    Unreadable(#[from] StoreError),
}

/// The numbers of a period.
///
/// # Errors
/// [`ReportError`].
pub async fn outcomes(store: &Store, query: &Query) -> Result<Report, ReportError> {
    Ok(count(store, query, |_| {}).await?.report(query.period, &query.rules))
}

/// The numbers of a period, day by day where the clock is that of `zone`, with the first conversations behind each outcome.
///
/// # Errors
/// [`ReportError`].
pub async fn first(store: &Store, query: &Query, zone: &TimeZone) -> Result<Full, ReportError> {
    let mut days = Days::of(query.period, zone);
    let mut pages =
        Outcome::ALL.map(|outcome| (Wanted { outcome: Some(outcome), ..Wanted::default() }, Filling::new(AT_ONCE)));
    let each = |row: &EpisodeRow| {
        days.add(row.facts.began, query.rules.judge(&row.facts).outcome);
        pages.iter_mut().for_each(|(wanted, page)| page.add(wanted, row, &query.rules));
    };
    let tally = count(store, query, each).await?;
    let named = Outcome::ALL.map(Outcome::name).into_iter();
    let conversations = named.zip(pages.into_iter().map(|(_, filling)| filling.page)).collect();
    Ok(Full { report: tally.report(query.period, &query.rules), days: days.into_days(), conversations })
}

/// The conversations of a period that are looked for, at most `limit`, behind `after`.
///
/// # Errors
/// [`ReportError`].
pub async fn page(
    store: &Store,
    query: &Query,
    wanted: &Wanted,
    mut after: Option<EpisodeCursor>,
    limit: usize,
) -> Result<Page, ReportError> {
    let mut filling = Filling::new(limit);
    for _ in 0..LOOKED_AT.div_ceil(ROWS) {
        let rows = store.episodes(query.period.from, query.period.to, after, ROWS).await?;
        rows.iter().for_each(|row| filling.add(wanted, row, &query.rules));
        match rows.last() {
            Some(last) if filling.page.next.is_none() => after = Some(last.cursor()),
            _ => return Ok(filling.page),
        }
    }
    Ok(Page { next: after.map(|cursor| cursor.to_string()), ..filling.page })
}

async fn count(store: &Store, query: &Query, mut each: impl FnMut(&EpisodeRow)) -> Result<Tally, ReportError> {
    let (mut tally, mut after) = (Tally::default(), None);
    loop {
        let rows = store.episodes(query.period.from, query.period.to, after, ROWS).await?;
        for row in &rows {
            tally.add(&row.facts, &query.rules);
            each(row);
        }
        if tally.total() > EPISODES {
            return Err(ReportError::TooMany);
        }
        let Some(last) = rows.last() else { return Ok(tally) };
        after = Some(last.cursor());
    }
}

// A page that is being filled: when one more is found than it takes, the one before is where the next page goes on.
struct Filling {
    page: Page,
    limit: usize,
    last: Option<EpisodeCursor>,
}

impl Filling {
    fn new(limit: usize) -> Self {
        Self { page: Page::default(), limit, last: None }
    }

    fn add(&mut self, wanted: &Wanted, row: &EpisodeRow, rules: &Rules) {
        if self.page.next.is_some() {
            return;
        }
        let Some(found) = wanted.find(row, rules) else { return };
        if self.page.rows.len() < self.limit {
            self.page.rows.push(found);
            self.last = Some(row.cursor());
        } else {
            self.page.next = self.last.map(|cursor| cursor.to_string());
        }
    }
}
