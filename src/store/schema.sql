-- The log and what is kept beside it, in SQL that SQLite and PostgreSQL share; `WITHOUT ROWID` is the one word that only
-- SQLite knows. Rows of the log are appended: conversations have short numbers, so that the indexes, which are written all
-- over, stay small. What a commit writes is what fsync has to wait for.
CREATE TABLE IF NOT EXISTS meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS nodes (id TEXT NOT NULL PRIMARY KEY, boot BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS visitors (id TEXT NOT NULL PRIMARY KEY, created_at BIGINT NOT NULL);
-- Tokens that may never be used again, by the visitor's id, which is a digest of the token.
CREATE TABLE IF NOT EXISTS revoked (visitor TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS conversations (
    no INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, visitor TEXT NOT NULL, head BIGINT NOT NULL,
    phase TEXT NOT NULL, last_at BIGINT NOT NULL, state TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_idle ON conversations (last_at) WHERE phase = 'bot';
CREATE INDEX IF NOT EXISTS conversations_closed ON conversations (last_at) WHERE phase = 'closed';
CREATE INDEX IF NOT EXISTS conversations_with_people ON conversations (no) WHERE phase IN ('waiting', 'with_agent');
CREATE TABLE IF NOT EXISTS events (
    conversation BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
);
CREATE TABLE IF NOT EXISTS staff (
    conversation BIGINT NOT NULL, seq BIGINT NOT NULL, after BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (conversation, seq)
);
-- What was asked before, so that it is answered the same again for as long as the conversation exists; `key` is the
-- beginning of a digest of author and client id. A bot's reply stands here under its question's number: that is what makes
-- a second reply to one question impossible.
CREATE TABLE IF NOT EXISTS requests (
    conversation BIGINT NOT NULL, key BIGINT NOT NULL, hash TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (conversation, key)
);
-- Replies the assistant owes; a row lives from the question's commit to its reply's.
CREATE TABLE IF NOT EXISTS turns (
    conversation BIGINT NOT NULL, question BIGINT NOT NULL, node TEXT NOT NULL, boot BIGINT NOT NULL,
    lease_until BIGINT NOT NULL, failures BIGINT NOT NULL, PRIMARY KEY (conversation, question)
) WITHOUT ROWID;
-- Tries to see an order that failed (or are under way), for limits; gone after a day. Network and order are keyed digests.
CREATE TABLE IF NOT EXISTS lookups (
    id TEXT NOT NULL PRIMARY KEY, conversation TEXT NOT NULL, network TEXT, order_hash TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS lookups_conversation ON lookups (conversation, at);
CREATE INDEX IF NOT EXISTS lookups_network ON lookups (network, at);
CREATE INDEX IF NOT EXISTS lookups_order ON lookups (order_hash, at);
CREATE INDEX IF NOT EXISTS lookups_at ON lookups (at);
-- What the reports count: a row an episode, written with the events that changed its facts. `frontdesk verify` folds the log
-- again and compares.
CREATE TABLE IF NOT EXISTS episodes (
    conversation BIGINT NOT NULL, number BIGINT NOT NULL, began BIGINT NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
);
CREATE INDEX IF NOT EXISTS episodes_began ON episodes (began);
-- People at the desk, what they are logged in with, the links they are let in by, and what they changed. A row of `logins`
-- and `links` is named by a digest of the secret: who reads this file can log in as nobody.
CREATE TABLE IF NOT EXISTS users (
    id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, password TEXT,
    teams TEXT NOT NULL, created_at BIGINT NOT NULL, revoked_at BIGINT
);
CREATE TABLE IF NOT EXISTS logins (
    hash TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, csrf TEXT NOT NULL, created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS logins_person ON logins (person, created_at);
CREATE TABLE IF NOT EXISTS links (
    hash TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, person TEXT, role TEXT NOT NULL, expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE IF NOT EXISTS audit (
    no INTEGER NOT NULL PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL,
    detail TEXT NOT NULL
);
-- What was written down stays: not changed, not removed, and not put in the place of another row, which SQLite's REPLACE
-- would do past the trigger of a removal.
CREATE TRIGGER IF NOT EXISTS audit_keeps_words BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;
CREATE TRIGGER IF NOT EXISTS audit_keeps_rows BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;
CREATE TRIGGER IF NOT EXISTS audit_keeps_places BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE no = NEW.no)
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;
