// desk.v1 in TypeScript, written from src/console/protocol.rs. A test fails when the two differ; run it with
// FRONTDESK_WRITE_TYPES=1 to write this file again.

import type { Event, Phase, Refusal } from "./protocol";

export type DeskClientFrame = { "type": "hello", 
/**
 * The program that speaks.
 */
client: unknown, } | { "type": "watch", 
/**
 * The request's name.
 */
id: string, 
/**
 * Which.
 */
conversation: string, 
/**
 * What the client has of the chat.
 */
chat?: LogEnd, 
/**
 * What the client has of the staff log.
 */
staff?: LogEnd, } | { "type": "unwatch", 
/**
 * Which.
 */
conversation: string, } | { "type": "say", 
/**
 * The request's name.
 */
id: string, 
/**
 * The message's name, the same when it is sent again.
 */
client_id: string, 
/**
 * Where.
 */
conversation: string, 
/**
 * What.
 */
body: DeskBody, } | { "type": "note", 
/**
 * The request's name.
 */
id: string, 
/**
 * The note's name, the same when it is sent again.
 */
client_id: string, 
/**
 * Where.
 */
conversation: string, 
/**
 * Its words.
 */
text?: string, 
/**
 * Or its words as a body, as a `say` has it.
 */
body?: DeskBody, } | { "type": "act", 
/**
 * The request's name.
 */
id: string, 
/**
 * The deed's name, the same when it is sent again.
 */
client_id: string, 
/**
 * Where.
 */
conversation: string, } & ({ "act": "claim", 
/**
 * The row's `version`, to be refused as `stale` when it has moved on since.
 */
version?: number, } | { "act": "release" } | { "act": "transfer", 
/**
 * The colleague's id.
 */
agent?: string, 
/**
 * Or the team.
 */
team?: string, } | { "act": "to_bot" } | { "act": "resolve" } | { "act": "label", 
/**
 * All of them.
 */
labels: Array<string>, } | { "act": "priority", 
/**
 * `low`, `medium`, `high` or `urgent`.
 */
priority: "low" | "medium" | "high" | "urgent", }) | { "type": "fetch", 
/**
 * The request's name.
 */
id: string, 
/**
 * Where.
 */
conversation: string, 
/**
 * Of which log; the chat when it is not said.
 */
log: Log, 
/**
 * The first entry wanted.
 */
from: number, 
/**
 * The last one.
 */
to: number, } | { "type": "typing", 
/**
 * Where.
 */
conversation: string, 
/**
 * Which.
 */
on: boolean, } | { "type": "read", 
/**
 * Where.
 */
conversation: string, 
/**
 * The number of the last event.
 */
seq: number, } | { "type": "presence", 
/**
 * Which.
 */
state: DeskPresence, } | { "type": "pong", 
/**
 * The ping's number.
 */
n: number, };

export type LogEnd = { 
/**
 * The epoch of the copy; the chat's, as both are erased together.
 */
epoch: string, 
/**
 * The number of its last entry.
 */
seq: number, 
/**
 * The time of its last entry, byte for byte.
 */
at: string, };

export type Log = "chat" | "staff";

export type DeskBody = { "kind": "text", 
/**
 * The words.
 */
text: string, };

export type DeskAct = { "act": "claim", 
/**
 * The row's `version`, to be refused as `stale` when it has moved on since.
 */
version?: number, } | { "act": "release" } | { "act": "transfer", 
/**
 * The colleague's id.
 */
agent?: string, 
/**
 * Or the team.
 */
team?: string, } | { "act": "to_bot" } | { "act": "resolve" } | { "act": "label", 
/**
 * All of them.
 */
labels: Array<string>, } | { "act": "priority", 
/**
 * `low`, `medium`, `high` or `urgent`.
 */
priority: "low" | "medium" | "high" | "urgent", };

export type DeskPresence = "online" | "busy" | "away";

export type DeskServerFrame = { "type": "welcome", 
/**
 * Who is logged in.
 */
user: DeskUser, 
/**
 * Whether they take chats.
 */
presence: DeskPresence, 
/**
 * When a sign of life is due, in milliseconds.
 */
heartbeat: DeskHeartbeat, 
/**
 * Conversations that may be watched at a time, and characters of a message.
 */
limits: DeskLimits, } | { "type": "watching", 
/**
 * The request's name.
 */
re: string, 
/**
 * Which.
 */
conversation: string, 
/**
 * Its epoch.
 */
epoch: string, 
/**
 * The number of its last event.
 */
head: number, 
/**
 * The number of its last staff entry.
 */
staff_head: number, 
/**
 * Where it stands.
 */
phase: Phase, 
/**
 * Who has it.
 */
agent?: DeskPerson, } | { "type": "ack", 
/**
 * The request's name.
 */
re: string, 
/**
 * The `client_id`.
 */
client_id: string, 
/**
 * Where.
 */
conversation: string, 
/**
 * In which log.
 */
log: Log, 
/**
 * The message it became, for one of the chat.
 */
message?: string, 
/**
 * Its number.
 */
seq: number, 
/**
 * When it was stored.
 */
at: string, 
/**
 * Whether it had been stored before.
 */
duplicate: boolean, } | { "type": "event" } & DeskEntry | { "type": "batch", 
/**
 * The request's name.
 */
re: string, 
/**
 * Where.
 */
conversation: string, 
/**
 * Of which log.
 */
log: Log, 
/**
 * Its epoch.
 */
epoch: string, 
/**
 * The number of its last entry.
 */
head: number, 
/**
 * As many as fit; ask again for the rest.
 */
events: Array<DeskEntry>, } | { "type": "reset", 
/**
 * Where.
 */
conversation: string, 
/**
 * Which log.
 */
log: Log, 
/**
 * Its epoch.
 */
epoch: string, 
/**
 * The number of its last entry.
 */
head: number, 
/**
 * In words.
 */
why: string, } | { "type": "views", 
/**
 * How much.
 */
counts: Counts, 
/**
 * Who is there.
 */
people: Array<Colleague>, } | { "type": "queue", 
/**
 * The first hundred.
 */
rows: Array<Row>, 
/**
 * How many more there are.
 */
more: number, } | { "type": "presence", 
/**
 * To what.
 */
state: DeskPresence, } | { "type": "ping", 
/**
 * Its number.
 */
n: number, } | { "type": "drain", 
/**
 * Within this time, in milliseconds.
 */
within_ms: number, } | { "type": "bye", 
/**
 * The close code.
 */
code: number, 
/**
 * In words.
 */
why: string, 
/**
 * Whether coming back makes sense.
 */
retry: boolean, 
/**
 * How long to wait before it, in milliseconds.
 */
after_ms?: number, } | { "type": "error" } & Refusal;

export type DeskUser = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * What they may do.
 */
role: string, 
/**
 * Their teams.
 */
teams: Array<string>, };

export type DeskPerson = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, };

export type Colleague = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * Whether they take chats.
 */
presence: DeskPresence, 
/**
 * Chats they have.
 */
open: number, };

export type DeskHeartbeat = { 
/**
 * Between two pings.
 */
ping_ms: number, 
/**
 * After this silence the socket is closed, and the chats go back to the queue.
 */
dead_ms: number, };

export type DeskLimits = { 
/**
 * Characters of a message.
 */
text: number, 
/**
 * Requests that may wait for their answer.
 */
in_flight: number, 
/**
 * Conversations that may be watched at a time.
 */
watched: number, };

export type Counts = { 
/**
 * Nobody has them.
 */
waiting: number, 
/**
 * You have them.
 */
mine: number, 
/**
 * Somebody else has them.
 */
others: number, };

export type Row = { 
/**
 * Which.
 */
conversation: string, 
/**
 * `waiting` or `with_agent`.
 */
phase: Phase, 
/**
 * Its place, from 1, while it waits.
 */
place?: number, 
/**
 * How long it still takes, while it waits and somebody is there.
 */
wait_seconds?: number, 
/**
 * Since when the shopper waits.
 */
since: string, 
/**
 * How long that is.
 */
waited_seconds: number, 
/**
 * Why a person was called.
 */
reason?: string, 
/**
 * The team it is for.
 */
team?: string, 
/**
 * How urgent it is.
 */
priority: string, 
/**
 * Somebody had it and lost it.
 */
back: boolean, 
/**
 * Who has it.
 */
agent?: DeskPerson, 
/**
 * Whether a person has answered since it was taken.
 */
answered: boolean, 
/**
 * What people wrote on it.
 */
labels: Array<string>, 
/**
 * What is wanted, and what was tried.
 */
summary: Array<string>, 
/**
 * Whether the shopper left an address.
 */
contact: boolean, 
/**
 * The shopper's language.
 */
locale?: string, 
/**
 * What a claim may name as its `version`.
 */
version: number, };

export type DeskEntry = { "log": "chat", 
/**
 * Where.
 */
conversation: string, 
/**
 * Its number.
 */
seq: number, 
/**
 * The log's epoch.
 */
epoch: string, 
/**
 * When it was stored.
 */
at: string, 
/**
 * What happened.
 */
event: Event, } | { "log": "staff", 
/**
 * Where.
 */
conversation: string, 
/**
 * Its number.
 */
seq: number, 
/**
 * The chat number it belongs behind.
 */
after: number, 
/**
 * The epoch of both logs.
 */
epoch: string, 
/**
 * When it was stored.
 */
at: string, 
/**
 * What it is.
 */
event: StaffEvent, };

export type StaffEvent = { "kind": "note", 
/**
 * Whose.
 */
by: DeskPerson, 
/**
 * Its words.
 */
text: string, } | { "kind": "trace", 
/**
 * The event it answered.
 */
question: number, 
/**
 * Whether a reply was stored.
 */
replied: boolean, 
/**
 * What was read, looked up and chosen, with times.
 */
trace: unknown, } | { "kind": "summary", 
/**
 * Why it was handed over.
 */
reason: string, 
/**
 * The team it is for.
 */
team?: string, 
/**
 * How urgent it is.
 */
priority: string, 
/**
 * What is wanted, and what was tried.
 */
lines: Array<string>, 
/**
 * The wait the shopper was told.
 */
told_seconds?: number, } | { "kind": "label", 
/**
 * Who changed them.
 */
by: DeskPerson, 
/**
 * All of them.
 */
labels: Array<string>, } | { "kind": "priority", 
/**
 * Who changed it.
 */
by: DeskPerson, 
/**
 * What it is now.
 */
priority: string, } | { "kind": "team", 
/**
 * Who changed it.
 */
by: DeskPerson, 
/**
 * The team it is for now.
 */
team: string | null, } | { "kind": "contact", 
/**
 * The mail address; empty when it was erased.
 */
email: string, 
/**
 * By when an answer was promised.
 */
reply_by?: string, } | { "kind": "consent", 
/**
 * A digest of the words.
 */
notice: string, 
/**
 * Their language.
 */
locale: string, } | { "kind": "exported", 
/**
 * To whom; the shopper, if to nobody at the desk.
 */
by: DeskPerson | null, };
