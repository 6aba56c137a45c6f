//! Logins: a secret in a browser's cookie, its digest here.

use std::time::Duration;

use serde_json::Value;
use sqlx::Row;

use super::audit::write;
use super::{Actor, People, PeopleError, digest, sql, unavailable, user};
use crate::domain::{AgentId, Timestamp, User};

/// A login nobody has used for this long is over.
pub const IDLE: Duration = Duration::from_secs(12 * 3600);

/// And after this long in any case.
pub const WHOLE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How exact `last_seen` is: each step is a commit, and nobody minds a minute in twelve hours.
const SEEN_STEP: Duration = Duration::from_secs(60);

/// Logins one person may have: more browsers than anybody works in.
const AT_ONCE: i64 = 20;

/// Which login: the digest of its secret, which lets nobody in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LoginId(String);

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct Login {
    /// Which login.
    pub id: LoginId,
    /// Who.
    pub user: User,
    /// What a change has to bring along, so that another page cannot make it.
    pub csrf: String,
    last_seen: Timestamp,
}

/// A login that was just made. It cannot be printed.
pub struct NewLogin {
    /// What the cookie holds.
    pub secret: String,
    /// What a change has to bring along.
    pub csrf: String,
}

impl People {
    /// Logs somebody in whose password was checked against the digest `password`; a login that is `replaced` by it ends.
    /// `None` when they were revoked, or their password was changed, in the meantime.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn log_in(
        &self,
        id: &AgentId,
        password: &str,
        replaced: Option<&LoginId>,
        now: Timestamp,
    ) -> Result<Option<NewLogin>, PeopleError> {
        let made = NewLogin { secret: self.secret(), csrf: self.secret() };
        let mut work = self.begin().await?;
        let query = sqlx::query(sql::ADD_LOGIN).bind(digest("login", &made.secret)).bind(&made.csrf).bind(now.0);
        let query = query.bind(now.plus(WHOLE).0).bind(id.as_str()).bind(password);
        if query.execute(&mut *work).await.map_err(unavailable)?.rows_affected() == 0 {
            return Ok(None);
        }
        if let Some(LoginId(replaced)) = replaced {
            sqlx::query(sql::END_LOGIN).bind(replaced).execute(&mut *work).await.map_err(unavailable)?;
        }
        let old = sqlx::query(sql::END_OLD_LOGINS).bind(now.0).bind(idle_before(now));
        old.execute(&mut *work).await.map_err(unavailable)?;
        let many = sqlx::query(sql::END_LOGINS_BEYOND).bind(id.as_str()).bind(AT_ONCE);
        many.execute(&mut *work).await.map_err(unavailable)?;
        write(&mut work, &Actor::User(id.clone()), "logged_in", id.as_str(), &Value::Null, now).await?;
        self.commit(work).await?;
        Ok(Some(made))
    }

    /// Writes down that somebody tried a wrong password. For people who exist only: names that do not exist would fill the
    /// log without end.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn login_refused(&self, id: &AgentId, now: Timestamp) -> Result<(), PeopleError> {
        self.note(&Actor::Server, "login_refused", id.as_str(), Value::Null, now).await
    }

    /// Who is logged in with the secret of a cookie. Being seen keeps a login alive.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn login(&self, secret: &str, now: Timestamp) -> Result<Option<Login>, PeopleError> {
        let login = self.find(&LoginId(digest("login", secret)), now).await?;
        if let Some(login) = &login
            && now.since(login.last_seen) >= SEEN_STEP
        {
            self.touch(&login.id, now).await?;
        }
        Ok(login)
    }

    /// The person of a login, as they are now; `None` when it is over: logged out, revoked, password changed, run out.
    /// Asked by a socket whenever [`People::changed`] moves.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn still(&self, login: &LoginId, now: Timestamp) -> Result<Option<User>, PeopleError> {
        Ok(self.find(login, now).await?.map(|login| login.user))
    }

    /// Keeps a login alive: somebody who works over a socket makes no requests.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn touch(&self, login: &LoginId, now: Timestamp) -> Result<(), PeopleError> {
        let query = sqlx::query(sql::TOUCH_LOGIN).bind(now.0).bind(&login.0);
        query.execute(&self.0.pool).await.map_err(unavailable)?;
        Ok(())
    }

    /// Ends a login.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn log_out(&self, login: &LoginId, now: Timestamp) -> Result<(), PeopleError> {
        let mut work = self.begin().await?;
        let ended = sqlx::query(sql::END_LOGIN).bind(&login.0).fetch_optional(&mut *work).await.map_err(unavailable)?;
        if let Some(row) = ended {
            let id = AgentId::from(row.get::<String, _>(0));
            write(&mut work, &Actor::User(id.clone()), "logged_out", id.as_str(), &Value::Null, now).await?;
        }
        self.commit(work).await
    }

    async fn find(&self, id: &LoginId, now: Timestamp) -> Result<Option<Login>, PeopleError> {
        let query = sqlx::query(sql::LOGIN).bind(&id.0).bind(now.0).bind(idle_before(now));
        let row = query.fetch_optional(&self.0.pool).await.map_err(unavailable)?;
        let login = |row: &sqlx::sqlite::SqliteRow| {
            let last_seen = Timestamp(row.get(6));
            Ok(Login { id: id.clone(), user: user(row)?, csrf: row.get(5), last_seen })
        };
        row.as_ref().map(login).transpose()
    }
}

// Logins last seen then, or earlier, are over.
fn idle_before(now: Timestamp) -> i64 {
    now.0.saturating_sub(i64::try_from(IDLE.as_millis()).unwrap_or(i64::MAX))
}
