//! People: added, changed, revoked, never removed, because the log and the audit name them.

use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::audit::write;
use super::{Actor, People, PeopleError, sql, timestamp, unavailable, user};
use crate::domain::{AgentId, Role, Timestamp, User};

/// A person to add. Email, name and teams have been through [`crate::domain::person`].
#[derive(Clone)]
pub struct NewUser {
    /// The address they log in with.
    pub email: String,
    /// What is shown.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whose chats they are given.
    pub teams: Vec<String>,
    /// The digest of their password as a PHC string; without one they set it by a link.
    pub password: Option<String>,
}

/// Whether somebody can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// They have a password.
    Active,
    /// They have not set one yet.
    Invited,
    /// Not any more.
    Revoked,
}

/// A person as the list of people shows them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    /// Who.
    #[serde(flatten)]
    pub user: User,
    /// Whether they can come in.
    pub state: State,
    /// Since when they are known.
    #[serde(skip)]
    pub created_at: Timestamp,
    /// When they were last seen, while they are logged in.
    #[serde(skip)]
    pub last_seen: Option<Timestamp>,
}

// A person's row, whole.
pub(super) struct Stored {
    pub(super) user: User,
    pub(super) password: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) revoked_at: Option<Timestamp>,
}

impl Stored {
    fn state(&self) -> State {
        match (self.revoked_at, &self.password) {
            (Some(_), _) => State::Revoked,
            (None, Some(_)) => State::Active,
            (None, None) => State::Invited,
        }
    }
}

impl People {
    /// Adds somebody. Whoever was revoked under this address comes back as the same person, with what is said here.
    ///
    /// # Errors
    /// [`PeopleError::Taken`], [`PeopleError::Unavailable`].
    pub async fn add(&self, new: NewUser, by: &Actor, now: Timestamp) -> Result<User, PeopleError> {
        let mut work = self.begin().await?;
        let user = self.insert(&mut work, new, by, now).await?;
        self.commit(work).await?;
        Ok(user)
    }

    pub(super) async fn insert(
        &self,
        work: &mut SqliteConnection,
        new: NewUser,
        by: &Actor,
        now: Timestamp,
    ) -> Result<User, PeopleError> {
        let before = by_email(work, &new.email).await?;
        if before.as_ref().is_some_and(|before| before.revoked_at.is_none()) {
            return Err(PeopleError::Taken);
        }
        let what = if before.is_some() { "user_restored" } else { "user_added" };
        let id = before.map_or_else(|| self.new_id(), |before| before.user.id);
        let NewUser { email, name, role, teams, password } = new;
        let user = User { id, email, name, role, teams };
        let query = sqlx::query(sql::ADD_USER).bind(user.id.as_str()).bind(&user.email).bind(&user.name);
        let query = query.bind(user.role.name()).bind(list(&user.teams)).bind(password).bind(now.0);
        query.execute(&mut *work).await.map_err(unavailable)?;
        let detail = json!({ "role": user.role, "teams": user.teams });
        write(work, by, what, user.id.as_str(), &detail, now).await?;
        Ok(user)
    }

    fn new_id(&self) -> AgentId {
        let bytes = self.0.chance.bytes::<8>();
        AgentId::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Everybody, revoked people included, by name. They are as many as a shop has staff.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn all(&self) -> Result<Vec<Standing>, PeopleError> {
        let rows = sqlx::query(sql::USERS).fetch_all(&self.0.pool).await.map_err(unavailable)?;
        let standing = |row: &SqliteRow| {
            let stored = stored(row)?;
            let (state, created_at) = (stored.state(), stored.created_at);
            Ok(Standing { user: stored.user, state, created_at, last_seen: timestamp(row, 8) })
        };
        rows.iter().map(standing).collect()
    }

    /// The person `id`, unless revoked.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn user(&self, id: &AgentId) -> Result<Option<User>, PeopleError> {
        let row = sqlx::query(sql::USER).bind(id.as_str()).fetch_optional(&self.0.pool).await.map_err(unavailable)?;
        let stored = row.as_ref().map(stored).transpose()?;
        Ok(stored.filter(|stored| stored.revoked_at.is_none()).map(|stored| stored.user))
    }

    /// The person with this address, unless revoked.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn by_email(&self, email: &str) -> Result<Option<User>, PeopleError> {
        Ok(self.credentials(email).await?.map(|(user, _)| user))
    }

    /// The person with this address, unless revoked, and the digest of their password.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn credentials(&self, email: &str) -> Result<Option<(User, Option<String>)>, PeopleError> {
        let mut connection = self.0.pool.acquire().await.map_err(unavailable)?;
        let found = by_email(&mut connection, email).await?;
        Ok(found.filter(|found| found.revoked_at.is_none()).map(|found| (found.user, found.password)))
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// [`PeopleError::NotFound`], [`PeopleError::LastAdmin`], [`PeopleError::Unavailable`].
    pub async fn set_role(&self, id: &AgentId, role: Role, by: &Actor, now: Timestamp) -> Result<User, PeopleError> {
        let mut work = self.begin().await?;
        let before = active(&mut work, id).await?;
        if role != Role::Admin {
            spare_the_last_admin(&mut work, &before).await?;
        }
        let query = sqlx::query(sql::SET_ROLE).bind(role.name()).bind(id.as_str());
        query.execute(&mut *work).await.map_err(unavailable)?;
        let detail = json!({ "from": before.user.role, "to": role });
        write(&mut work, by, "role_changed", id.as_str(), &detail, now).await?;
        self.commit(work).await?;
        Ok(User { role, ..before.user })
    }

    /// Puts somebody into other teams.
    ///
    /// # Errors
    /// [`PeopleError::NotFound`], [`PeopleError::Unavailable`].
    pub async fn set_teams(
        &self,
        id: &AgentId,
        teams: Vec<String>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<User, PeopleError> {
        let mut work = self.begin().await?;
        let before = active(&mut work, id).await?;
        let query = sqlx::query(sql::SET_TEAMS).bind(list(&teams)).bind(id.as_str());
        query.execute(&mut *work).await.map_err(unavailable)?;
        let detail = json!({ "from": before.user.teams, "to": teams });
        write(&mut work, by, "teams_changed", id.as_str(), &detail, now).await?;
        self.commit(work).await?;
        Ok(User { teams, ..before.user })
    }

    /// Locks somebody out: their logins, links and password are gone with this.
    ///
    /// # Errors
    /// [`PeopleError::NotFound`], [`PeopleError::LastAdmin`], [`PeopleError::Unavailable`].
    pub async fn revoke(&self, id: &AgentId, by: &Actor, now: Timestamp) -> Result<(), PeopleError> {
        let mut work = self.begin().await?;
        let before = active(&mut work, id).await?;
        spare_the_last_admin(&mut work, &before).await?;
        for statement in [sql::REVOKE_USER, sql::CLOSE_LINKS_OF] {
            sqlx::query(statement).bind(now.0).bind(id.as_str()).execute(&mut *work).await.map_err(unavailable)?;
        }
        sqlx::query(sql::END_LOGINS_OF).bind(id.as_str()).execute(&mut *work).await.map_err(unavailable)?;
        write(&mut work, by, "user_revoked", id.as_str(), &Value::Null, now).await?;
        self.commit(work).await
    }

    /// Whether there is an admin who can come in.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn has_admin(&self) -> Result<bool, PeopleError> {
        let mut connection = self.0.pool.acquire().await.map_err(unavailable)?;
        Ok(other_admins(&mut connection, "").await? > 0)
    }
}

/// The person `id`, who must not be revoked.
pub(super) async fn active(work: &mut SqliteConnection, id: &AgentId) -> Result<Stored, PeopleError> {
    let row = sqlx::query(sql::USER).bind(id.as_str()).fetch_optional(work).await.map_err(unavailable)?;
    let stored = stored(row.as_ref().ok_or(PeopleError::NotFound)?)?;
    if stored.revoked_at.is_some() { Err(PeopleError::NotFound) } else { Ok(stored) }
}

async fn by_email(work: &mut SqliteConnection, email: &str) -> Result<Option<Stored>, PeopleError> {
    let row = sqlx::query(sql::USER_BY_EMAIL).bind(email).fetch_optional(work).await.map_err(unavailable)?;
    row.as_ref().map(stored).transpose()
}

/// How many admins who can come in there are beside `id`.
pub(super) async fn other_admins(work: &mut SqliteConnection, id: &str) -> Result<i64, PeopleError> {
    Ok(sqlx::query(sql::OTHER_ADMINS).bind(id).fetch_one(work).await.map_err(unavailable)?.get(0))
}

// An admin who has no password yet lets nobody in, and so may go.
async fn spare_the_last_admin(work: &mut SqliteConnection, stored: &Stored) -> Result<(), PeopleError> {
    let counts = stored.user.role == Role::Admin && stored.state() == State::Active;
    if counts && other_admins(work, stored.user.id.as_str()).await? == 0 {
        return Err(PeopleError::LastAdmin);
    }
    Ok(())
}

fn stored(row: &SqliteRow) -> Result<Stored, PeopleError> {
    let created_at = Timestamp(row.get(6));
    Ok(Stored { user: user(row)?, password: row.get(5), created_at, revoked_at: timestamp(row, 7) })
}

fn list(teams: &[String]) -> String {
    Value::from(teams).to_string()
}
