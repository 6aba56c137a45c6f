//! Completes states with the words they name: a state stands on disk without them, see [`crate::domain::Sources`].

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::read::{event, number, staff_entry};
use super::sql::{self, Rows};
use crate::domain::{Conversation, Seq};

type ByNumber<'s> = HashMap<i64, &'s mut Conversation>;

/// Reads the words of `states`, which come with their conversations' numbers in the database. What cannot be read was logged
/// where it was read, and is missing in the state: the conversation goes on without it.
pub(super) async fn recall<'s>(
    connection: &mut SqliteConnection,
    states: impl IntoIterator<Item = (i64, &'s mut Conversation)>,
) -> sqlx::Result<()> {
    let mut states: ByNumber<'s> = states.into_iter().collect();
    let in_events = wanted(&states, |state| state.sources.events().collect());
    read(connection, &sql::WANTED_EVENTS, &in_events, |row| {
        if let (Some(state), Ok(event)) = (states.get_mut(&row.get(3)), event(row)) {
            state.recall(&[event], &[]);
        }
    })
    .await?;
    let in_staff = wanted(&states, |state| state.sources.staff().collect());
    read(connection, &sql::WANTED_STAFF, &in_staff, |row| {
        if let (Some(state), Ok(entry)) = (states.get_mut(&row.get(4)), staff_entry(row)) {
            state.recall(&[], &[entry]);
        }
    })
    .await
}

fn wanted(states: &ByNumber<'_>, entries: impl Fn(&Conversation) -> Vec<Seq>) -> Vec<(i64, Seq)> {
    states.iter().flat_map(|(no, state)| entries(state).into_iter().map(|seq| (*no, seq))).collect()
}

async fn read(
    connection: &mut SqliteConnection,
    sql: &Rows,
    entries: &[(i64, Seq)],
    mut take: impl FnMut(&SqliteRow),
) -> sqlx::Result<()> {
    let mut rest = entries;
    while !rest.is_empty() {
        let (count, text) = sql.fitting(rest.len());
        let (these, later) = rest.split_at(count);
        let query = these.iter().fold(sqlx::query(text), |query, (no, seq)| query.bind(*no).bind(number(*seq)));
        query.fetch_all(&mut *connection).await?.iter().for_each(&mut take);
        rest = later;
    }
    Ok(())
}
