// The wire, chat.v1, in the form ts-rs writes. Once the server generates this file, nobody edits it by hand.

export type ClientFrame =
  | { "type": "hello", token?: string, resume?: Resume, locale: string, page: string, client: Client, identity?: string }
  | { "type": "say", id: string, client_id: string, body: SayBody }
  | { "type": "act", id: string, client_id: string } & Act
  | { "type": "received", seq: number }
  | { "type": "read", seq: number }
  | { "type": "fetch", id: string, from: number, to: number }
  | { "type": "typing", on: boolean }
  | { "type": "pong", n: number };

export type ServerFrame =
  | { "type": "welcome", token: string, visitor: string, conversation: string | null, epoch: string, head: number, resumed: boolean, assistant: Assistant, limits: Limits, heartbeat: Heartbeat, people: People }
  | { "type": "ack", re: string, client_id: string, message: string, seq: number, at: string, duplicate: boolean }
  | { "type": "event" } & Event
  | { "type": "batch", re: string, epoch: string, head: number, events: Array<Event> }
  | { "type": "reset", epoch: string, head: number, why: string }
  | { "type": "passing" } & Passing
  | { "type": "export", re: string, part: number, parts: number, data: string }
  | { "type": "ping", n: number }
  | { "type": "drain", within_ms: number }
  | { "type": "bye", code: number, why: string, retry: boolean, after_ms?: number }
  | { "type": "error", re?: string, code: string, message: string, retry: boolean, after_ms?: number };

export type Resume = { epoch: string, seq: number, at: string };

export type Client = { name: string, version: string };

export type Assistant = { name: string, disclosure: string };

export type Limits = { text: number, in_flight: number };

export type Heartbeat = { ping_ms: number, dead_ms: number };

export type People = { open: boolean, wait_seconds?: number, reply_by?: string };

export type Event = { seq: number, epoch: string, at: string, event: EventKind };

export type EventKind =
  | { "kind": "said", message: string, by: Speaker, client_id?: string, body: SaidBody }
  | { "kind": "phase", phase: Phase, reason?: string }
  | { "kind": "assigned", agent: string | null }
  | { "kind": "rated", score: number, comment?: string }
  | { "kind": "helped", of: string, yes: boolean }
  | { "kind": "redacted" };

export type Speaker = { role: Role, name: string, ai: boolean };

export type Role = "shopper" | "bot" | "agent" | "system";

export type SaidBody = { "kind": "text", text: string, quick_replies?: Array<QuickReply>, card?: Card, citations?: Array<Citation>, choice?: Choice };

export type SayBody = { "kind": "text", text: string } | { "kind": "choice", of: string, index: number };

export type Choice = { of: string, index: number };

export type QuickReply = { title: string, url?: string };

export type Card = { title: string, text?: string, image?: string, buttons: Array<CardButton> };

export type CardButton = { title: string, url: string };

export type Citation = { article: string, title: string, anchor: string, url?: string };

export type Phase = "bot" | "waiting" | "with_agent" | "closed";

export type Act =
  | { "act": "human" }
  | { "act": "rate", score: number, comment?: string }
  | { "act": "helped", of: string, yes: boolean }
  | { "act": "leave_contact", email: string }
  | { "act": "end" }
  | { "act": "erase" }
  | { "act": "export" };

export type Passing =
  | { "kind": "typing", by: Speaker, on: boolean }
  | { "kind": "delta", message: string, index: number, text: string }
  | { "kind": "queue", place: number, wait_seconds: number }
  | { "kind": "receipt", role: Role, received: number, read: number };
