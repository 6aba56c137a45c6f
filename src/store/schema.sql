-- The log and what is kept beside it. Common SQL; `WITHOUT ROWID` is the one word that only SQLite knows (it keeps a
-- conversation's rows side by side and saves a second index).
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE nodes (id TEXT NOT NULL PRIMARY KEY, boot BIGINT NOT NULL);
CREATE TABLE visitors (id TEXT NOT NULL PRIMARY KEY, created_at BIGINT NOT NULL) WITHOUT ROWID;
-- Tokens that may never be used again, by the visitor's id, which is a digest of the token.
CREATE TABLE revoked (visitor TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE conversations (
    id TEXT NOT NULL PRIMARY KEY, visitor TEXT NOT NULL, head BIGINT NOT NULL, phase TEXT NOT NULL,
    last_at BIGINT NOT NULL, state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_idle ON conversations (last_at) WHERE phase = 'bot';
CREATE TABLE events (
    conversation TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
CREATE TABLE staff (
    conversation TEXT NOT NULL, seq BIGINT NOT NULL, after BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
-- What was asked before, so that it is answered the same again for as long as the conversation exists. A bot's reply
-- stands here under its question's number: that is what makes a second reply to one question impossible.
CREATE TABLE requests (
    conversation TEXT NOT NULL, author TEXT NOT NULL, client_id TEXT NOT NULL, hash TEXT NOT NULL,
    seq BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (conversation, author, client_id)
) WITHOUT ROWID;
-- Replies the assistant owes; a row lives from the question's commit to its reply's.
CREATE TABLE turns (
    conversation TEXT NOT NULL, question BIGINT NOT NULL, node TEXT NOT NULL, boot BIGINT NOT NULL,
    lease_until BIGINT NOT NULL, failures BIGINT NOT NULL, PRIMARY KEY (conversation, question)
) WITHOUT ROWID;
