//! Links that let somebody in once: the first admin, somebody invited, somebody who lost a password.

use std::time::Duration;

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::audit::write;
use super::users::{active, other_admins};
use super::{Actor, NewUser, People, PeopleError, digest, sql, unavailable};
use crate::domain::{AgentId, Role, Timestamp, User};

/// How long the first admin's link holds.
pub const FIRST_ADMIN_FOR: Duration = Duration::from_secs(3600);

/// How long an invitation holds: a weekend.
pub const INVITE_FOR: Duration = Duration::from_secs(3 * 24 * 3600);

/// How long a link for a new password holds.
pub const RESET_FOR: Duration = Duration::from_secs(3600);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Makes the first admin.
    FirstAdmin,
    /// Sets a password for the first time.
    Invite,
    /// Sets another password.
    Reset,
}

impl LinkKind {
    const ALL: [Self; 3] = [Self::FirstAdmin, Self::Invite, Self::Reset];

    fn name(self) -> &'static str {
        match self {
            Self::FirstAdmin => "first_admin",
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }

    fn holds(self) -> Duration {
        match self {
            Self::FirstAdmin => FIRST_ADMIN_FOR,
            Self::Invite => INVITE_FOR,
            Self::Reset => RESET_FOR,
        }
    }
}

/// A link that was just made. It cannot be printed by accident.
pub struct Link {
    /// The secret, for the fragment of an address: browsers send no fragment to any server.
    pub token: String,
    /// What it is for.
    pub kind: LinkKind,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

impl Link {
    /// Path and fragment of the page that uses it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/console#link={}", self.token)
    }
}

/// What a link offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What it is for.
    pub kind: LinkKind,
    /// For whom; nobody yet for the first admin.
    pub user: Option<User>,
    /// As what.
    pub role: Role,
}

/// What somebody sets by a link.
#[derive(Clone)]
pub struct Setting {
    /// The digest of the password, a PHC string.
    pub password: String,
    /// Address and name of the first admin; for others they stand already.
    pub first_admin: Option<(String, String)>,
}

impl People {
    /// Adds somebody who sets their password by the returned link.
    ///
    /// # Errors
    /// [`PeopleError::Taken`], [`PeopleError::Unavailable`].
    pub async fn invite(&self, new: NewUser, by: &Actor, now: Timestamp) -> Result<(User, Link), PeopleError> {
        let mut work = self.begin().await?;
        let user = self.insert(&mut work, NewUser { password: None, ..new }, by, now).await?;
        let link = self.link(&mut work, LinkKind::Invite, Some(&user), by, now).await?;
        self.commit(work).await?;
        Ok((user, link))
    }

    /// A link by which somebody sets another password. The one they have holds until then; links made before do not.
    ///
    /// # Errors
    /// [`PeopleError::NotFound`], [`PeopleError::Unavailable`].
    pub async fn reset(&self, id: &AgentId, by: &Actor, now: Timestamp) -> Result<Link, PeopleError> {
        let mut work = self.begin().await?;
        let stored = active(&mut work, id).await?;
        let kind = if stored.password.is_some() { LinkKind::Reset } else { LinkKind::Invite };
        let link = self.link(&mut work, kind, Some(&stored.user), by, now).await?;
        self.commit(work).await?;
        Ok(link)
    }

    /// A link that makes the first admin, while there is none; one made before does not hold any more.
    ///
    /// # Errors
    /// [`PeopleError::Unavailable`].
    pub async fn first_admin(&self, now: Timestamp) -> Result<Option<Link>, PeopleError> {
        let mut work = self.begin().await?;
        if other_admins(&mut work, "").await? > 0 {
            return Ok(None);
        }
        let link = self.link(&mut work, LinkKind::FirstAdmin, None, &Actor::Server, now).await?;
        self.commit(work).await?;
        Ok(Some(link))
    }

    async fn link(
        &self,
        work: &mut SqliteConnection,
        kind: LinkKind,
        of: Option<&User>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Link, PeopleError> {
        let link = Link { token: self.secret(), kind, expires_at: now.plus(kind.holds()) };
        sqlx::query(sql::FORGET_LINKS).bind(now.0).execute(&mut *work).await.map_err(unavailable)?;
        let person = of.map(|user| user.id.as_str());
        // One open link at a time: whoever lost one asks for the next, and the lost one should be worth nothing.
        let close = match person {
            Some(person) => sqlx::query(sql::CLOSE_LINKS_OF).bind(now.0).bind(person),
            None => sqlx::query(sql::CLOSE_LINKS_FOR).bind(now.0).bind(kind.name()),
        };
        close.execute(&mut *work).await.map_err(unavailable)?;
        let role = of.map_or(Role::Admin, |user| user.role);
        let query = sqlx::query(sql::ADD_LINK).bind(digest("link", &link.token)).bind(kind.name()).bind(person);
        query.bind(role.name()).bind(link.expires_at.0).execute(&mut *work).await.map_err(unavailable)?;
        write(work, by, "link_made", person.unwrap_or_default(), &json!({ "kind": kind }), now).await?;
        Ok(link)
    }

    /// What a link offers; looking does not use it.
    ///
    /// # Errors
    /// [`PeopleError::LinkOver`], [`PeopleError::Unavailable`].
    pub async fn look(&self, token: &str, now: Timestamp) -> Result<Invitation, PeopleError> {
        let mut connection = self.0.pool.acquire().await.map_err(unavailable)?;
        let query = sqlx::query(sql::LINK).bind(digest("link", token)).bind(now.0);
        let row = query.fetch_optional(&mut *connection).await.map_err(unavailable)?;
        invitation(&mut connection, row.as_ref()).await
    }

    /// Uses a link: sets the password, ends what logins there were.
    ///
    /// # Errors
    /// [`PeopleError::LinkOver`], [`PeopleError::Taken`] for a first admin's address, [`PeopleError::Unavailable`].
    pub async fn redeem(&self, token: &str, setting: Setting, now: Timestamp) -> Result<User, PeopleError> {
        let mut work = self.begin().await?;
        let query = sqlx::query(sql::USE_LINK).bind(digest("link", token)).bind(now.0);
        let row = query.fetch_optional(&mut *work).await.map_err(unavailable)?;
        let found = invitation(&mut work, row.as_ref()).await?;
        let user = match (found.user, setting.first_admin) {
            (Some(user), _) => {
                let query = sqlx::query(sql::SET_PASSWORD).bind(&setting.password).bind(user.id.as_str());
                query.execute(&mut *work).await.map_err(unavailable)?;
                user
            }
            (None, Some((email, name))) => {
                let password = Some(setting.password);
                let new = NewUser { email, name, role: found.role, teams: Vec::new(), password };
                self.insert(&mut work, new, &Actor::Server, now).await?
            }
            (None, None) => return Err(PeopleError::LinkOver),
        };
        sqlx::query(sql::END_LOGINS_OF).bind(user.id.as_str()).execute(&mut *work).await.map_err(unavailable)?;
        let close = sqlx::query(sql::CLOSE_LINKS_OF).bind(now.0).bind(user.id.as_str());
        close.execute(&mut *work).await.map_err(unavailable)?;
        let (who, detail) = (Actor::User(user.id.clone()), json!({ "kind": found.kind }));
        write(&mut work, &who, "link_used", user.id.as_str(), &detail, now).await?;
        self.commit(work).await?;
        Ok(user)
    }
}

// A link for somebody who was revoked, or for a first admin when there is one, offers nothing.
async fn invitation(work: &mut SqliteConnection, row: Option<&SqliteRow>) -> Result<Invitation, PeopleError> {
    let row = row.ok_or(PeopleError::LinkOver)?;
    let (kind, person, role): (&str, Option<String>, &str) = (row.get(0), row.get(1), row.get(2));
    let kind = LinkKind::ALL.into_iter().find(|known| known.name() == kind).ok_or(PeopleError::LinkOver)?;
    let (user, role) = match person {
        Some(id) => match active(work, &AgentId::from(id)).await {
            Ok(stored) => (Some(stored.user.clone()), stored.user.role),
            Err(PeopleError::NotFound) => return Err(PeopleError::LinkOver),
            Err(error) => return Err(error),
        },
        None if other_admins(work, "").await? > 0 => return Err(PeopleError::LinkOver),
        None => (None, Role::parse(role).ok_or(PeopleError::LinkOver)?),
    };
    Ok(Invitation { kind, user, role })
}
