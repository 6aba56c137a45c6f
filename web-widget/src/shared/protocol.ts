// chat.v1 in TypeScript, written from src/gateway/protocol.rs. A test fails when the two differ; run it with
// FRONTDESK_WRITE_TYPES=1 to write this file again.

export type ClientFrame = { "type": "hello" } & Hello | { "type": "say", 
/**
 * Comes back as `re`.
 */
id: string, 
/**
 * The client's own name for the message, for ever.
 */
client_id: string, 
/**
 * What.
 */
body: SayBody, } | { "type": "received", 
/**
 * Cumulative.
 */
seq: number, } | { "type": "read", 
/**
 * Cumulative.
 */
seq: number, } | { "type": "fetch", 
/**
 * Comes back as `re`.
 */
id: string, 
/**
 * The first.
 */
from: number, 
/**
 * The last.
 */
to: number, } | { "type": "typing", 
/**
 * Which.
 */
on: boolean, } | { "type": "act", 
/**
 * Comes back as `re`.
 */
id: string, 
/**
 * The client's own name for the act, for ever.
 */
client_id: string, } & ({ "act": "human" } | { "act": "rate", 
/**
 * 1 (bad) to 5 (good).
 */
score: number, 
/**
 * In the shopper's words.
 */
comment?: string, } | { "act": "helped", 
/**
 * The answer's message.
 */
of: string, 
/**
 * Whether it did.
 */
yes: boolean, } | { "act": "leave_contact", 
/**
 * The address.
 */
email: string, } | { "act": "end" } | { "act": "erase" } | { "act": "export" }) | { "type": "pong", 
/**
 * The ping's number.
 */
n: number, };

export type Hello = { 
/**
 * The token of an earlier `welcome`.
 */
token?: string, 
/**
 * What the client has already.
 */
resume?: Resume, 
/**
 * The locale of the page.
 */
locale?: string, 
/**
 * The page the shopper is on.
 */
page?: string, 
/**
 * The program that speaks.
 */
client?: ClientInfo, 
/**
 * A proof of who the shopper is, signed by the shop. This version takes none and treats everyone as a guest.
 */
identity?: string, };

export type Resume = { 
/**
 * The epoch of the copy.
 */
epoch: string, 
/**
 * The number of its last event.
 */
seq: number, 
/**
 * The time of its last event, byte for byte.
 */
at: string, };

export type ClientInfo = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its version.
 */
version: string, };

export type SayBody = { "kind": "text", 
/**
 * The words.
 */
text: string, } | { "kind": "choice", 
/**
 * The message it stands under.
 */
of: string, 
/**
 * Its place, from 0.
 */
index: number, };

export type Act = { "act": "human" } | { "act": "rate", 
/**
 * 1 (bad) to 5 (good).
 */
score: number, 
/**
 * In the shopper's words.
 */
comment?: string, } | { "act": "helped", 
/**
 * The answer's message.
 */
of: string, 
/**
 * Whether it did.
 */
yes: boolean, } | { "act": "leave_contact", 
/**
 * The address.
 */
email: string, } | { "act": "end" } | { "act": "erase" } | { "act": "export" };

export type ServerFrame = { "type": "welcome" } & Welcome | { "type": "ack", 
/**
 * The request's `id`.
 */
re: string, 
/**
 * The request's `client_id`.
 */
client_id: string, 
/**
 * The message it became.
 */
message: string, 
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
duplicate: boolean, } | { "type": "export", 
/**
 * The request's `id`.
 */
re: string, 
/**
 * Which piece, from 1.
 */
part: number, 
/**
 * How many there are.
 */
parts: number, 
/**
 * The piece.
 */
data: string, } | { "type": "event" } & Entry | { "type": "batch", 
/**
 * The request's `id`.
 */
re: string, 
/**
 * The log's epoch.
 */
epoch: string, 
/**
 * The number of the log's last event.
 */
head: number, 
/**
 * Some of what was asked for, in order; ask again for the rest.
 */
events: Array<Entry>, } | { "type": "reset", 
/**
 * The log's epoch.
 */
epoch: string, 
/**
 * The number of its last event.
 */
head: number, 
/**
 * Why.
 */
why: string, } | { "type": "passing" } & Passing | { "type": "ping", 
/**
 * Its number.
 */
n: number, } | { "type": "drain", 
/**
 * The time.
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
 * Whether to come back.
 */
retry: boolean, 
/**
 * When.
 */
after_ms?: number, } | { "type": "error" } & Refusal;

export type Refusal = { 
/**
 * The request's `id`, where it could be read.
 */
re?: string, 
/**
 * What kind of refusal it is.
 */
code: Code, 
/**
 * In words.
 */
message: string, 
/**
 * Whether the same request may succeed later.
 */
retry: boolean, 
/**
 * When.
 */
after_ms?: number, };

export type Code = "bad_json" | "bad_field" | "too_large" | "unsupported_version" | "unauthenticated" | "not_found" | "client_id_conflict" | "erased" | "rate_limited" | "busy" | "storage_unavailable" | "read_only" | "stale" | "already_claimed" | "verify_required" | "lookup_limited" | "internal";

export type Welcome = { 
/**
 * Keep it and bring it along next time.
 */
token: string, 
/**
 * The visitor the token stands for.
 */
visitor: string, 
/**
 * The conversation, once something was said.
 */
conversation: string | null, 
/**
 * The log's epoch.
 */
epoch: string, 
/**
 * The number of its last event.
 */
head: number, 
/**
 * Whether the client's copy is a beginning of the log, which goes on from there.
 */
resumed: boolean, 
/**
 * Who answers.
 */
assistant: Assistant, 
/**
 * What may be sent.
 */
limits: Limits, 
/**
 * How signs of life are exchanged.
 */
heartbeat: Heartbeat, 
/**
 * Whether people are there.
 */
people: People, };

export type Assistant = { 
/**
 * Its name.
 */
name: string, 
/**
 * The sentence that says what it is.
 */
disclosure: string, };

export type Limits = { 
/**
 * Characters of one message.
 */
text: number, 
/**
 * Requests without an answer.
 */
in_flight: number, };

export type Heartbeat = { 
/**
 * The server pings this often.
 */
ping_ms: number, 
/**
 * Silence after which either side gives the other up.
 */
dead_ms: number, };

export type People = { 
/**
 * Whether somebody is at the desk.
 */
open: boolean, 
/**
 * How long one waits for them now.
 */
wait_seconds?: number, 
/**
 * By when an answer is promised.
 */
reply_by?: string, };

export type Entry = { 
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
event: Event, };

export type Event = { "kind": "said", 
/**
 * Its name.
 */
message: string, 
/**
 * Who.
 */
by: Speaker, 
/**
 * The shopper's own name for it.
 */
client_id?: string, 
/**
 * What.
 */
body: SaidBody, } | { "kind": "phase", 
/**
 * The phase it is in from here on.
 */
phase: Phase, 
/**
 * Why.
 */
reason?: string, } | { "kind": "assigned", 
/**
 * The person's display name.
 */
agent: string | null, } | { "kind": "rated", 
/**
 * 1 (bad) to 5 (good).
 */
score: number, 
/**
 * In the shopper's words.
 */
comment?: string, } | { "kind": "helped", 
/**
 * The answer's message.
 */
of: string, 
/**
 * Whether it did.
 */
yes: boolean, } | { "kind": "redacted" };

export type Phase = "bot" | "waiting" | "with_agent" | "closed";

export type Speaker = { 
/**
 * In which part.
 */
role: Role, 
/**
 * Under which name.
 */
name: string, 
/**
 * Whether a machine wrote it.
 */
ai: boolean, };

export type Role = "shopper" | "bot" | "agent" | "system";

export type SaidBody = { "kind": "text", 
/**
 * The words.
 */
text: string, 
/**
 * Buttons.
 */
quick_replies?: Array<QuickReply>, 
/**
 * A card.
 */
card?: Card, 
/**
 * Cards in a row: things to choose from. Where there is one alone it is the `card`.
 */
cards?: Array<Card>, 
/**
 * The articles it stands on.
 */
citations?: Array<Citation>, 
/**
 * The button it is the press of.
 */
choice?: Choice, };

export type QuickReply = { 
/**
 * Its words.
 */
title: string, 
/**
 * A page it opens.
 */
url?: string, };

export type Choice = { 
/**
 * The message it stands under.
 */
of: string, 
/**
 * Its place, from 0.
 */
index: number, };

export type Card = { 
/**
 * Its heading.
 */
title: string, 
/**
 * Its text.
 */
text?: string, 
/**
 * The address of its picture.
 */
image?: string, 
/**
 * Links.
 */
buttons: Array<CardButton>, };

export type CardButton = { 
/**
 * Its words.
 */
title: string, 
/**
 * Where it leads.
 */
url: string, };

export type Citation = { 
/**
 * Its id.
 */
article: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The passage in it.
 */
anchor: string, 
/**
 * Its page in the shop.
 */
url?: string, };

export type Passing = { "kind": "typing", 
/**
 * Who.
 */
by: Speaker, 
/**
 * Which.
 */
on: boolean, } | { "kind": "delta", 
/**
 * The message it will be.
 */
message: string, 
/**
 * The piece's number.
 */
index: number, 
/**
 * Its words.
 */
text: string, } | { "kind": "queue", 
/**
 * From 1.
 */
place: number, 
/**
 * How long it takes; missing when nobody is there.
 */
wait_seconds?: number, } | { "kind": "receipt", 
/**
 * Who.
 */
role: Role, 
/**
 * What arrived there.
 */
received: number, 
/**
 * What was shown there.
 */
read: number, };
