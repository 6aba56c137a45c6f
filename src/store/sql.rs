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

pub(super) const LOAD_CONVERSATION: &str = "SELECT state FROM conversations WHERE id = $1";
pub(super) const EVENTS: &str = "SELECT seq, at, body FROM events WHERE conversation = (SELECT no FROM conversations WHERE id = $1) \
     AND seq >= $2 AND seq <= $3 ORDER BY seq LIMIT $4";
pub(super) const STAFF: &str = "SELECT seq, after, at, body FROM staff WHERE conversation = (SELECT no FROM conversations WHERE id = $1) \
     AND seq >= $2 ORDER BY seq LIMIT $3";
pub(super) const REVOKED: &str = "SELECT reason FROM revoked WHERE visitor = $1";
pub(super) const IDLE: &str =
    "SELECT id FROM conversations WHERE phase = 'bot' AND last_at <= $1 ORDER BY last_at LIMIT $2";
pub(super) const ALL_CONVERSATIONS: &str = "SELECT id, state FROM conversations WHERE id > $1 ORDER BY id LIMIT $2";
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

pub(super) const META: &str = "SELECT value FROM meta WHERE key = $1";
pub(super) const SET_META: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
pub(super) const BOOT: &str = "INSERT INTO nodes (id, boot) VALUES ($1, 1) \
     ON CONFLICT (id) DO UPDATE SET boot = nodes.boot + 1 RETURNING boot";

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
