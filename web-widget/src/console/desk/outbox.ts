// What was sent here and is not yet answered for. An entry leaves by an ack and its own event, or by hand. Pure.

import type { DeskAct, Log } from "../../shared/desk";
import type { Code } from "../../shared/protocol";
import type { ClientFrame, Refused } from "./wire";

/** What a refusal that names no time waits for. */
const PAUSE_MS = 1000;

export type Request = { type: "say" | "note"; text: string } | { type: "act"; act: DeskAct };

export type SendState =
  | { is: "queued" }
  /** On the wire, under this request id. */
  | { is: "sending"; id: string }
  /** On the server's disk; shown until the log has come as far. */
  | { is: "sent"; log: Log; seq: number }
  | { is: "failed"; code: Code; why: string };

export interface Outgoing {
  client_id: string;
  conversation: string;
  request: Request;
  state: SendState;
}

export interface Outbox {
  readonly entries: readonly Outgoing[];
  /** The server refused one for now: nothing leaves until the pause is over, so that the order holds. */
  readonly paused: boolean;
}

export const EMPTY: Outbox = { entries: [], paused: false };

export function put(box: Outbox, entry: Omit<Outgoing, "state">): Outbox {
  return { ...box, entries: [...box.entries, { ...entry, state: { is: "queued" } }] };
}

/** Moves as many as may be in flight onto the wire, oldest first. */
export function release(box: Outbox, inFlight: number, nextId: () => string): [Outbox, ClientFrame[]] {
  let free = box.paused ? 0 : inFlight - box.entries.filter(({ state }) => state.is === "sending").length;
  const frames: ClientFrame[] = [];
  const entries = box.entries.map((entry): Outgoing => {
    if (entry.state.is !== "queued" || free <= 0) return entry;
    free -= 1;
    const id = nextId();
    frames.push(frameOf(entry, id));
    return { ...entry, state: { is: "sending", id } };
  });
  return frames.length === 0 ? [box, frames] : [{ ...box, entries }, frames];
}

function frameOf({ client_id, conversation, request }: Outgoing, id: string): ClientFrame {
  switch (request.type) {
    case "say":
      return { type: "say", id, client_id, conversation, body: { kind: "text", text: request.text } };
    case "note":
      return { type: "note", id, client_id, conversation, text: request.text };
    case "act":
      return { type: "act", id, client_id, conversation, ...request.act };
  }
}

/** On disk under `seq`. An act has no line of its own to wait for, and is done. */
export function acked(box: Outbox, client_id: string, log: Log, seq: number): Outbox {
  const entry = box.entries.find((entry) => entry.client_id === client_id);
  if (entry === undefined) return box;
  return entry.request.type === "act" ? without(box, client_id) : edit(box, client_id, { is: "sent", log, seq });
}

/** The log shows it itself now: there is never a second line of it. */
export function landed(box: Outbox, conversation: string, log: Log, last: number): Outbox {
  const gone = ({ conversation: where, state }: Outgoing) =>
    where === conversation && state.is === "sent" && state.log === log && state.seq <= last;
  return box.entries.some(gone) ? { ...box, entries: box.entries.filter((entry) => !gone(entry)) } : box;
}

/** Refused for good: it has failed. For now: it and all behind it go back into the queue; says the pause to make. */
export function refused(box: Outbox, refusal: Refused): [Outbox, number | null] {
  const at = box.entries.findIndex(({ state }) => state.is === "sending" && state.id === refusal.re);
  const entry = box.entries[at];
  if (entry === undefined) return [box, null];
  if (!refusal.retry) return [edit(box, entry.client_id, { is: "failed", code: refusal.code, why: refusal.message }), null];
  const entries = box.entries.map(
    (later, index): Outgoing => (index >= at && later.state.is === "sending" ? { ...later, state: { is: "queued" } } : later),
  );
  return [{ entries, paused: true }, refusal.after_ms ?? PAUSE_MS];
}

export function resumed(box: Outbox): Outbox {
  return { ...box, paused: false };
}

/** The line is cut: what is unanswered goes out again on the next one, under the same name. */
export function cut(box: Outbox): Outbox {
  const entries = box.entries.map(
    (entry): Outgoing => (entry.state.is === "sending" ? { ...entry, state: { is: "queued" } } : entry),
  );
  return { entries, paused: false };
}

/** A failed one is sent again, at the end, where it will stand in the log. */
export function retried(box: Outbox, client_id: string, fresh: string): Outbox {
  const entry = box.entries.find((entry) => entry.client_id === client_id);
  if (entry?.state.is !== "failed") return box;
  return put(without(box, client_id), { ...entry, client_id: fresh });
}

export function without(box: Outbox, client_id: string): Outbox {
  return { ...box, entries: box.entries.filter((entry) => entry.client_id !== client_id) };
}

function edit(box: Outbox, client_id: string, state: SendState): Outbox {
  return { ...box, entries: box.entries.map((entry) => (entry.client_id === client_id ? { ...entry, state } : entry)) };
}
