//! Every statement about people. A column that PostgreSQL would not let be called `user` is called `person`.

pub(super) const USER: &str =
    "SELECT id, email, name, role, teams, password, created_at, revoked_at FROM users WHERE id = $1";
pub(super) const USER_BY_EMAIL: &str =
    "SELECT id, email, name, role, teams, password, created_at, revoked_at FROM users WHERE email = $1";
pub(super) const USERS: &str = "SELECT id, email, name, role, teams, password, created_at, revoked_at, \
     (SELECT MAX(last_seen) FROM logins WHERE person = users.id) FROM users ORDER BY name, id";
pub(super) const ADD_USER: &str = "INSERT INTO users (id, email, name, role, teams, password, created_at, revoked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
     role = excluded.role, teams = excluded.teams, password = excluded.password, revoked_at = NULL";
pub(super) const SET_ROLE: &str = "UPDATE users SET role = $1 WHERE id = $2";
pub(super) const SET_TEAMS: &str = "UPDATE users SET teams = $1 WHERE id = $2";
pub(super) const SET_PASSWORD: &str = "UPDATE users SET password = $1 WHERE id = $2";
pub(super) const REVOKE_USER: &str = "UPDATE users SET revoked_at = $1, password = NULL WHERE id = $2";
pub(super) const OTHER_ADMINS: &str = "SELECT COUNT(*) FROM users WHERE role = 'admin' AND revoked_at IS NULL \
     AND password IS NOT NULL AND id <> $1";

pub(super) const ADD_LOGIN: &str = "INSERT INTO logins (hash, person, csrf, created_at, last_seen, expires_at) \
     SELECT $1, id, $2, $3, $3, $4 FROM users WHERE id = $5 AND password = $6 AND revoked_at IS NULL";
pub(super) const LOGIN: &str = "SELECT u.id, u.email, u.name, u.role, u.teams, l.csrf, l.last_seen FROM logins l \
     JOIN users u ON u.id = l.person WHERE l.hash = $1 AND l.expires_at > $2 AND l.last_seen > $3 \
     AND u.revoked_at IS NULL";
pub(super) const TOUCH_LOGIN: &str = "UPDATE logins SET last_seen = $1 WHERE hash = $2 AND last_seen < $1";
pub(super) const END_LOGIN: &str = "DELETE FROM logins WHERE hash = $1 RETURNING person";
pub(super) const END_LOGINS_OF: &str = "DELETE FROM logins WHERE person = $1";
pub(super) const END_OLD_LOGINS: &str = "DELETE FROM logins WHERE expires_at <= $1 OR last_seen <= $2";
pub(super) const END_LOGINS_BEYOND: &str = "DELETE FROM logins WHERE person = $1 AND hash NOT IN \
     (SELECT hash FROM logins WHERE person = $1 ORDER BY created_at DESC, hash LIMIT $2)";

pub(super) const ADD_LINK: &str =
    "INSERT INTO links (hash, kind, person, role, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, NULL)";
pub(super) const LINK: &str =
    "SELECT kind, person, role FROM links WHERE hash = $1 AND used_at IS NULL AND expires_at > $2";
pub(super) const USE_LINK: &str = "UPDATE links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL \
     AND expires_at > $2 RETURNING kind, person, role";
pub(super) const CLOSE_LINKS_OF: &str = "UPDATE links SET used_at = $1 WHERE person = $2 AND used_at IS NULL";
pub(super) const CLOSE_LINKS_FOR: &str = "UPDATE links SET used_at = $1 WHERE kind = $2 AND used_at IS NULL";
pub(super) const FORGET_LINKS: &str = "DELETE FROM links WHERE expires_at <= $1";

pub(super) const ADD_AUDIT: &str = "INSERT INTO audit (at, who, what, about, detail) VALUES ($1, $2, $3, $4, $5)";
pub(super) const AUDIT: &str = "SELECT a.no, a.at, a.who, w.name, a.what, a.about, s.name, a.detail FROM audit a \
     LEFT JOIN users w ON w.id = a.who LEFT JOIN users s ON s.id = a.about WHERE a.no < $1 ORDER BY a.no DESC LIMIT $2";

pub(super) const IS_LOG: &str = "SELECT 1 FROM sqlite_master WHERE name = 'meta'";
pub(super) const VERSION: &str = "SELECT value FROM meta WHERE key = 'people'";
pub(super) const NEXT_VERSION: &str = "INSERT INTO meta (key, value) VALUES ('people', '1') ON CONFLICT (key) \
     DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT) RETURNING value";
