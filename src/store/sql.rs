//! Every statement of the store. Statements over many rows exist in three sizes, made once, so that the database prepares
//! each once and no text is built while it runs.

use std::sync::LazyLock;

/// One statement for 1, 8 and 64 rows.
pub(super) struct Rows {
    one: &'static str,
    eight: &'static str,
    many: &'static str,
}

impl Rows {
    /// The largest size that fits `left` rows (at least one), and its text.
    pub(super) fn fitting(&self, left: usize) -> (usize, &'static str) {
        match left {
            0..8 => (1, self.one),
            8..64 => (8, self.eight),
            _ => (64, self.many),
        }
    }
}

/// `head VALUES (?, ?), (?, ?) … tail`, each row `width` wide. Made once a process for each statement: leaking them is what
/// gives them the lifetime the driver's cache of prepared statements wants. The marks have no numbers, because SQLite looks
/// each numbered one up in a list, which for hundreds of them takes longer than the insert; PostgreSQL will want `$1`.
fn rows(head: &str, width: usize, tail: &str) -> Rows {
    let row = format!("({})", vec!["?"; width].join(", "));
    let text = |count: usize| -> &'static str {
        format!("{head} VALUES {}{tail}", vec![row.as_str(); count].join(", ")).leak()
    };
    Rows { one: text(1), eight: text(8), many: text(64) }
}

pub(super) static INSERT_EVENTS: LazyLock<Rows> =
    LazyLock::new(|| rows("INSERT INTO events (conversation, seq, at, kind, body)", 5, ""));

pub(super) static INSERT_STAFF: LazyLock<Rows> =
    LazyLock::new(|| rows("INSERT INTO staff (conversation, seq, after, at, kind, body)", 6, ""));

pub(super) static INSERT_REQUESTS: LazyLock<Rows> =
    LazyLock::new(|| rows("INSERT INTO requests (conversation, key, hash, seq, at)", 5, ""));

pub(super) static INSERT_TURNS: LazyLock<Rows> =
    LazyLock::new(|| rows("INSERT INTO turns (conversation, question, node, boot, lease_until, failures)", 6, ""));

pub(super) static INSERT_VISITORS: LazyLock<Rows> =
    LazyLock::new(|| rows("INSERT INTO visitors (id, created_at)", 2, " ON CONFLICT (id) DO NOTHING"));

pub(super) static SAVE_CONVERSATIONS: LazyLock<Rows> = LazyLock::new(|| {
    rows(
        "INSERT INTO conversations (no, id, visitor, head, phase, last_at, state)",
        7,
        " ON CONFLICT (no) DO UPDATE SET head = excluded.head, phase = excluded.phase, last_at = excluded.last_at, \
         state = excluded.state",
    )
});

pub(super) static SAVE_EPISODES: LazyLock<Rows> = LazyLock::new(|| {
    rows(
        "INSERT INTO episodes (conversation, number, began, facts)",
        4,
        " ON CONFLICT (conversation, number) DO UPDATE SET facts = excluded.facts",
    )
});

pub(super) static DELETE_TURNS: LazyLock<Rows> =
    LazyLock::new(|| rows("DELETE FROM turns WHERE (conversation, question) IN (", 2, ")"));

pub(super) static KNOWN_REQUESTS: LazyLock<Rows> = LazyLock::new(|| {
    rows(
        "WITH wanted (conversation, key) AS (",
        2,
        ") SELECT r.conversation, r.key, r.hash, r.seq, r.at FROM wanted w JOIN requests r ON \
         r.conversation = w.conversation AND r.key = w.key",
    )
});

pub(super) static LOAD_CONVERSATIONS: LazyLock<Rows> = LazyLock::new(|| {
    rows("WITH wanted (id) AS (", 1, ") SELECT c.id, c.no, c.state FROM wanted w JOIN conversations c ON c.id = w.id")
});

pub(super) static WANTED_EVENTS: LazyLock<Rows> = LazyLock::new(|| {
    rows(
        "WITH wanted (conversation, seq) AS (",
        2,
        ") SELECT e.seq, e.at, e.body, e.conversation FROM wanted w JOIN events e ON \
         e.conversation = w.conversation AND e.seq = w.seq",
    )
});

pub(super) static WANTED_STAFF: LazyLock<Rows> = LazyLock::new(|| {
    rows(
        "WITH wanted (conversation, seq) AS (",
        2,
        ") SELECT s.seq, s.after, s.at, s.body, s.conversation FROM wanted w JOIN staff s ON \
         s.conversation = w.conversation AND s.seq = w.seq",
    )
});

pub(super) const LOAD_CONVERSATION: &str = "SELECT no, state FROM conversations WHERE id = $1";
pub(super) const EVENTS: &str = "SELECT seq, at, body FROM events WHERE conversation = (SELECT no FROM conversations WHERE id = $1) \
     AND seq >= $2 AND seq <= $3 ORDER BY seq LIMIT $4";
pub(super) const STAFF: &str = "SELECT seq, after, at, body FROM staff WHERE conversation = (SELECT no FROM conversations WHERE id = $1) \
     AND seq >= $2 ORDER BY seq LIMIT $3";
pub(super) const REVOKED: &str = "SELECT reason FROM revoked WHERE visitor = $1";
pub(super) const IDLE: &str =
    "SELECT id FROM conversations WHERE phase = 'bot' AND last_at <= $1 ORDER BY last_at LIMIT $2";
pub(super) const WITH_PEOPLE: &str =
    "SELECT id, no, state FROM conversations WHERE phase IN ('waiting', 'with_agent') ORDER BY no LIMIT $1";
// Those that nobody ever came back to, too: a call for a person that was never answered gets old like any other.
pub(super) const EXPIRED: &str = "SELECT id, last_at FROM conversations WHERE phase = 'closed' AND last_at < $1 \
     UNION ALL SELECT id, last_at FROM conversations WHERE phase IN ('waiting', 'with_agent') AND last_at < $1 \
     ORDER BY last_at LIMIT $2";
pub(super) const EPISODES: &str = "SELECT c.id, c.no, e.number, e.facts FROM episodes e JOIN conversations c ON c.no = e.conversation \
     WHERE e.began >= $1 AND e.began < $2 AND (e.began, e.conversation, e.number) > ($3, $4, $5) \
     ORDER BY e.began, e.conversation, e.number LIMIT $6";
pub(super) const EPISODES_OF: &str = "SELECT facts FROM episodes WHERE conversation = (SELECT no FROM conversations WHERE id = $1) \
     ORDER BY number";

// Emptying: the rows' own words are rewritten one by one, because what is left of a body depends on its kind.
pub(super) const BODIES: &str =
    "SELECT seq, body FROM events WHERE conversation = $1 AND seq > $2 AND seq < $3 ORDER BY seq LIMIT $4";
pub(super) const SET_BODY: &str = "UPDATE events SET body = $1 WHERE conversation = $2 AND seq = $3";
pub(super) const STAFF_BODIES: &str =
    "SELECT seq, body FROM staff WHERE conversation = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
pub(super) const SET_STAFF_BODY: &str = "UPDATE staff SET body = $1 WHERE conversation = $2 AND seq = $3";
pub(super) const FORGET_REQUESTS: &str = "UPDATE requests SET hash = '' WHERE conversation = $1 AND seq < $2";
pub(super) const FORGET_TURNS: &str = "DELETE FROM turns WHERE conversation = $1";
pub(super) const REVOKE_VISITOR: &str = "INSERT INTO revoked (visitor, at, reason) \
     SELECT visitor, $1, 'erased' FROM conversations WHERE no = $2 ON CONFLICT (visitor) DO NOTHING";
pub(super) const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

pub(super) const ALL_CONVERSATIONS: &str = "SELECT id, no, state FROM conversations WHERE id > $1 ORDER BY id LIMIT $2";
pub(super) const LAST_NUMBER: &str = "SELECT COALESCE(MAX(no), 0) FROM conversations";
pub(super) const COUNT_CONVERSATIONS: &str = "SELECT COUNT(*) FROM conversations";
pub(super) const TURNS_OF: &str =
    "SELECT question FROM turns WHERE conversation = (SELECT no FROM conversations WHERE id = $1) ORDER BY question";
pub(super) const REQUESTS_OUTSIDE: &str = "SELECT COUNT(*) FROM requests WHERE conversation = (SELECT no FROM conversations WHERE id = $1) \
     AND (seq < 0 OR seq > $2)";

pub(super) const TAKE_BACK_TURNS: &str = "UPDATE turns SET boot = $1, lease_until = $2 WHERE node = $3 AND boot <> $1";
pub(super) const CLAIM_TURNS: &str = "UPDATE turns SET node = $1, boot = $2, lease_until = $3, failures = failures + 1 \
     WHERE lease_until < $4 RETURNING (SELECT id FROM conversations WHERE no = turns.conversation), question, failures";
pub(super) const RENEW_TURN: &str = "UPDATE turns SET lease_until = $1 WHERE conversation = \
     (SELECT no FROM conversations WHERE id = $2) AND question = $3 AND node = $4 AND boot = $5";
pub(super) const FAIL_TURN: &str = "UPDATE turns SET failures = failures + 1 \
     WHERE conversation = (SELECT no FROM conversations WHERE id = $1) AND question = $2";

// One statement checks and counts: tries that run at the same time cannot all pass as the last one allowed. A try that is
// made again after a crash has the same id, and is the same try.
pub(super) const BEGIN_LOOKUP: &str = "INSERT INTO lookups (id, conversation, network, order_hash, at) \
     SELECT $1, $2, $3, $4, $5 WHERE \
     (SELECT COUNT(*) FROM lookups WHERE conversation = $2 AND at > $6 AND id <> $1) < $7 AND \
     (SELECT COUNT(*) FROM lookups WHERE network = $3 AND at > $6 AND id <> $1) < $8 AND \
     (SELECT COUNT(*) FROM lookups WHERE order_hash = $4 AND at > $9 AND id <> $1) < $10 \
     ON CONFLICT (id) DO UPDATE SET at = excluded.at";
pub(super) const FORGIVE_LOOKUP: &str = "DELETE FROM lookups WHERE id = $1";
pub(super) const ADD_TOKENS: &str = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE \
     SET value = CAST(CAST(meta.value AS BIGINT) + CAST(excluded.value AS BIGINT) AS TEXT) RETURNING value";
pub(super) const FORGET_TOKENS: &str = "DELETE FROM meta WHERE key LIKE 'tokens.%' AND key <> $1";
pub(super) const FORGET_LOOKUPS: &str = "DELETE FROM lookups WHERE at <= $1";
pub(super) const SET_STATE: &str = "UPDATE conversations SET state = $1 WHERE id = $2";
pub(super) const ADD_EPISODE: &str = "INSERT INTO episodes (conversation, number, began, facts) \
     SELECT no, $2, $3, $4 FROM conversations WHERE id = $1 \
     ON CONFLICT (conversation, number) DO UPDATE SET facts = excluded.facts";

pub(super) const META: &str = "SELECT value FROM meta WHERE key = $1";
pub(super) const SET_META: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
pub(super) const BOOT: &str = "INSERT INTO nodes (id, boot) VALUES ($1, 1) \
     ON CONFLICT (id) DO UPDATE SET boot = nodes.boot + 1 RETURNING boot";

/// Under this name a backup says when it was made.
pub(super) const TAKEN_AT: &str = "taken_at";
pub(super) const FORGET_META: &str = "DELETE FROM meta WHERE key = $1";
pub(super) const ALL_REVOKED: &str = "SELECT visitor, at, reason FROM revoked ORDER BY visitor";
pub(super) const REVOKE: &str =
    "INSERT INTO revoked (visitor, at, reason) VALUES ($1, $2, $3) ON CONFLICT (visitor) DO NOTHING";
pub(super) const LIST: &str = "SELECT c.no, c.id, (SELECT at FROM events WHERE conversation = c.no AND seq = 1), c.state \
     FROM conversations c WHERE c.no < $1 ORDER BY c.no DESC LIMIT $2";
pub(super) const LIST_WITH_BOT: &str = "SELECT c.no, c.id, (SELECT at FROM events WHERE conversation = c.no AND seq = 1), c.state \
     FROM conversations c WHERE c.no < $1 AND c.phase = 'bot' ORDER BY c.no DESC LIMIT $2";
pub(super) const LIST_CLOSED: &str = "SELECT c.no, c.id, (SELECT at FROM events WHERE conversation = c.no AND seq = 1), c.state \
     FROM conversations c WHERE c.no < $1 AND c.phase IN ('closed', 'emptied') ORDER BY c.no DESC LIMIT $2";
pub(super) const LIST_WITH_PEOPLE: &str = "SELECT c.no, c.id, (SELECT at FROM events WHERE conversation = c.no AND seq = 1), c.state \
     FROM conversations c WHERE c.no < $1 AND c.phase IN ('waiting', 'with_agent') AND c.phase = $3 ORDER BY c.no DESC LIMIT $2";
pub(super) const LOCKED_OUT: &str = "SELECT id, revoked_at FROM users WHERE revoked_at IS NOT NULL";
pub(super) const LOCK_OUT: &str =
    "UPDATE users SET revoked_at = $1, password = NULL WHERE id = $2 AND revoked_at IS NULL";
pub(super) const END_ALL_LOGINS: &str = "DELETE FROM logins";
pub(super) const CLOSE_ALL_LINKS: &str = "UPDATE links SET used_at = $1 WHERE used_at IS NULL";
pub(super) const NOTE_RESTORE: &str =
    "INSERT INTO audit (at, who, what, about, detail) VALUES ($1, 'command line', 'log_restored', '', $2)";
pub(super) const CONVERSATIONS_OF: &str = "SELECT id FROM conversations WHERE visitor = $1";
pub(super) const FREE_TURNS: &str = "UPDATE turns SET lease_until = 0";
pub(super) const HEADS_WITHOUT_EVENTS: &str = "SELECT COUNT(*) FROM conversations c WHERE c.head <> \
     (SELECT COUNT(*) FROM events e WHERE e.conversation = c.no AND e.seq BETWEEN 1 AND c.head)";
pub(super) const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM conversations), (SELECT COUNT(*) FROM events)";

// Of SQLite alone: its own copy, its own checks, its own order of rows.
pub(super) const COPY_INTO: &str = "VACUUM INTO $1";
pub(super) const BYTES_IN_USE: &str = "SELECT (p.page_count - f.freelist_count) * s.page_size \
     FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s";
pub(super) const INTEGRITY: &str = "PRAGMA integrity_check(10)";
pub(super) const QUICK_CHECK: &str = "PRAGMA quick_check(10)";
pub(super) const JOURNAL: &str = "PRAGMA journal_mode";
pub(super) const SYNCHRONOUS: &str = "PRAGMA synchronous";
pub(super) const LAST_EVENT: &str = "SELECT at FROM events ORDER BY rowid DESC LIMIT 1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_come_in_three_sizes() {
        let sql = rows("INSERT INTO t (a, b)", 2, " END");
        assert_eq!(sql.one, "INSERT INTO t (a, b) VALUES (?, ?) END");
        assert_eq!(sql.eight.matches('?').count(), 16, "{}", sql.eight);
        assert_eq!(sql.fitting(200).0, 64);
        assert_eq!(sql.fitting(9).0, 8);
        assert_eq!(sql.fitting(7).0, 1);
    }
}
