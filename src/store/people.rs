//! The people at the desk: who they are, what they are logged in with, the links that let them in, and what was changed.
//!
//! Past the log's writer, over connections of its own, because none of it is on the way of a message; and so that the
//! command line can use it beside a running server. A count in `meta` says that something changed, which is how a server
//! learns what another process did.

mod audit;
mod links;
mod logins;
mod sql;
mod users;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{ConnectOptions, Row, Sqlite, Transaction};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{migrate, open};
use crate::domain::{AgentId, Chance, Role, Timestamp, User, hex_digest};

pub use audit::AuditRow;
pub use links::{FIRST_ADMIN_FOR, INVITE_FOR, Invitation, Link, LinkKind, RESET_FOR, Setting};
pub use logins::{IDLE, Login, LoginId, NewLogin, WHOLE};
pub use users::{NewUser, Standing, State};

/// How often the count of changes is looked at: revoked sockets have to be closed within a second.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// The people. Cheap to clone.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    pool: sqlx::SqlitePool,
    chance: Chance,
    changed: watch::Sender<u64>,
}

/// Who does something to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at the desk.
    User(AgentId),
    /// Whoever may run commands on this machine.
    CommandLine,
    /// The server itself.
    Server,
}

impl Actor {
    // Ids are hex digits, so that none of them is one of these words.
    fn as_str(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::CommandLine => "command line",
            Self::Server => "server",
        }
    }
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// No such person, or they were revoked.
    #[error("there is no such person")]
    NotFound,
    /// Somebody has this address already.
    #[error("somebody has this email already")]
    Taken,
    /// Nobody could let anybody in any more.
    #[error("this is the last admin; make somebody else an admin first")]
    LastAdmin,
    /// The link was used, has run out, or never was.
    #[error("this link is not valid any more; ask for a new one")]
    LinkOver,
    /// The database did not answer.
    #[error("the store does not answer")]
    Unavailable,
}

impl People {
    /// Opens the people in the folder `data`, and makes its tables if there are none. A running server is not disturbed.
    ///
    /// # Errors
    /// When the folder cannot be used or its database is of another version.
    pub async fn open(data: &Path, chance: Chance) -> anyhow::Result<Self> {
        open::make_folder(data)?;
        let options = open::options(data);
        let mut connection = options.connect().await.context("cannot open the database")?;
        // A log of an older version is brought up to this one by a server, which has the folder to itself.
        match sqlx::query(sql::IS_LOG).fetch_optional(&mut connection).await? {
            Some(_) => migrate::check_version(&mut connection).await?,
            None => migrate::migrate(&mut connection).await?,
        }
        Ok(Self::over(&options, chance))
    }

    pub(super) fn over(options: &SqliteConnectOptions, chance: Chance) -> Self {
        // These rows are few: half a MiB of pages holds them.
        let options = options.clone().pragma("cache_size", "-512").statement_cache_capacity(32);
        let pool = SqlitePoolOptions::new()
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options);
        Self(Arc::new(Inner { pool, chance, changed: watch::Sender::new(0) }))
    }

    /// Lets go of the file.
    pub(super) async fn close(&self) {
        self.0.pool.close().await;
    }

    /// Moves whenever people, roles or logins changed: time to ask [`People::still`].
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Sees what other processes change, until `shutdown`. The caller spawns it.
    pub async fn watch(self, shutdown: CancellationToken) {
        loop {
            // The machine's own time: nothing is decided by it, and another process does not keep to a clock set by hand.
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            match sqlx::query(sql::VERSION).fetch_optional(&self.0.pool).await {
                Ok(row) => self.tell(row.as_ref()),
                Err(error) => tracing::warn!(%error, "whether people changed could not be read"),
            }
        }
    }

    fn tell(&self, row: Option<&SqliteRow>) {
        let version = row.and_then(|row| row.get::<String, _>(0).parse().ok()).unwrap_or(0);
        // Never back: what another process did in between is seen by the next look.
        self.0.changed.send_if_modified(|known| {
            let newer = version > *known;
            *known = version.max(*known);
            newer
        });
    }

    // The write lock from the start: two who read first and then both want to write would have to be refused.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, PeopleError> {
        self.0.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)
    }

    async fn commit(&self, mut work: Transaction<'static, Sqlite>) -> Result<(), PeopleError> {
        let version = sqlx::query(sql::NEXT_VERSION).fetch_one(&mut *work).await.map_err(unavailable)?;
        work.commit().await.map_err(unavailable)?;
        self.tell(Some(&version));
        Ok(())
    }

    fn secret(&self) -> String {
        BASE64.encode(self.0.chance.bytes::<32>())
    }
}

// What stands in the database for a secret. The secret has 256 random bits, so a fast digest is enough.
fn digest(of: &str, secret: &str) -> String {
    hex_digest(&[of.as_bytes(), secret.as_bytes()])
}

// The columns id, email, name, role, teams, which every statement about a person begins with.
fn user(row: &SqliteRow) -> Result<User, PeopleError> {
    let (role, teams): (&str, &str) = (row.get(3), row.get(4));
    let (Some(role), Ok(teams)) = (Role::parse(role), serde_json::from_str(teams)) else {
        tracing::error!(role, "a stored person cannot be read");
        return Err(PeopleError::Unavailable);
    };
    Ok(User { id: AgentId::from(row.get::<String, _>(0)), email: row.get(1), name: row.get(2), role, teams })
}

fn timestamp(row: &SqliteRow, column: usize) -> Option<Timestamp> {
    row.get::<Option<i64>, _>(column).map(Timestamp)
}

fn unavailable(error: sqlx::Error) -> PeopleError {
    tracing::error!(%error, "the database did not answer");
    PeopleError::Unavailable
}

#[cfg(test)]
mod tests;
