-- The log and what is kept beside it, in SQL that SQLite and PostgreSQL share; `WITHOUT ROWID` is the one word that only
-- SQLite knows. Rows of the log are appended: conversations have short numbers, so that the indexes, which are written all
-- over, stay small. What a commit writes is what fsync has to wait for.
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE nodes (id TEXT NOT NULL PRIMARY KEY, boot BIGINT NOT NULL);
CREATE TABLE visitors (id TEXT NOT NULL PRIMARY KEY, created_at BIGINT NOT NULL);
-- Tokens that may never be used again, by the visitor's id, which is a digest of the token.
CREATE TABLE revoked (visitor TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE conversations (
    no INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, visitor TEXT NOT NULL, head BIGINT NOT NULL,
    phase TEXT NOT NULL, last_at BIGINT NOT NULL, state TEXT NOT NULL
);
CREATE INDEX conversations_idle ON conversations (last_at) WHERE phase = 'bot';
CREATE TABLE events (
    conversation BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
);
CREATE TABLE staff (
    conversation BIGINT NOT NULL, seq BIGINT NOT NULL, after BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (conversation, seq)
);
-- What was asked before, so that it is answered the same again for as long as the conversation exists; `key` is the
-- beginning of a digest of author and client id. A bot's reply stands here under its question's number: that is what makes
-- a second reply to one question impossible.
CREATE TABLE requests (
    conversation BIGINT NOT NULL, key BIGINT NOT NULL, hash TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (conversation, key)
);
-- Replies the assistant owes; a row lives from the question's commit to its reply's.
CREATE TABLE turns (
    conversation BIGINT NOT NULL, question BIGINT NOT NULL, node TEXT NOT NULL, boot BIGINT NOT NULL,
    lease_until BIGINT NOT NULL, failures BIGINT NOT NULL, PRIMARY KEY (conversation, question)
) WITHOUT ROWID;
