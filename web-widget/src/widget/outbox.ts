// What the shopper sent and the server has not yet answered for. Pure: who calls keeps it on disk (`storage.ts`) and
// on the wire (`socket.ts`). An entry leaves only by an ack, by its own event, or by the shopper's hand.

import type { Act, ClientFrame, Code, Refusal, SayBody } from "../shared/protocol";

/** Bounds what a long time offline can write to disk. */
export const CAPACITY = 100;

/** What a refusal that names no time waits for: long enough not to knock, short enough not to be noticed. */
const DEFAULT_PAUSE_MS = 1000;

export type Request = { type: "say"; body: SayBody } | { type: "act"; act: Act };

export type EntryState =
  | { is: "queued" }
  /** On the wire under this request id. */
  | { is: "sending"; id: string }
  /** On the server's disk under this number; shown until the log has reached it. */
  | { is: "sent"; seq: number }
  /** `why` is the server's, in English. */
  | { is: "failed"; code: Code; why?: string };

export interface Outgoing {
  client_id: string;
  /** Its place among all entries, across reloads and tabs. */
  order: number;
  request: Request;
  /** The words of its bubble: a choice travels as an index and shows as the button's title. */
  label: string;
  state: EntryState;
}

export interface Outbox {
  entries: readonly Outgoing[];
  /** The server refused one for now; nothing leaves until the pause is over, so that the order holds. */
  paused: boolean;
  /** Why and for how long, for the shopper. Stands until all that is on the wire is answered, so that it does not flicker. */
  delay: Delay | null;
}

export type Delay = { code: Code; ms: number };

export const EMPTY: Outbox = { entries: [], paused: false, delay: null };

const QUEUED: EntryState = { is: "queued" };

export function isFull(box: Outbox): boolean {
  return box.entries.length >= CAPACITY;
}

/** Adds entries; ones already here stay as they are. Failed ones stay failed: to send them again is the shopper's to say. */
export function put(box: Outbox, added: readonly Outgoing[]): Outbox {
  const known = new Set(box.entries.map((entry) => entry.client_id));
  const entries = [...box.entries, ...added.filter((entry) => !known.has(entry.client_id))];
  return { ...box, entries: entries.sort((a, b) => a.order - b.order).slice(0, CAPACITY) };
}

/** Moves as many entries onto the wire as `inFlight` allows, oldest first. `nextId` names the requests. */
export function release(box: Outbox, inFlight: number, nextId: () => string): [Outbox, ClientFrame[]] {
  let free = box.paused ? 0 : inFlight - box.entries.filter((entry) => entry.state.is === "sending").length;
  const frames: ClientFrame[] = [];
  const entries = box.entries.map((entry): Outgoing => {
    if (entry.state.is !== "queued" || free <= 0) return entry;
    free -= 1;
    const id = nextId();
    frames.push(frameOf(entry, id));
    return { ...entry, state: { is: "sending", id } };
  });
  return frames.length > 0 ? [{ ...box, entries }, frames] : [box, frames];
}

function frameOf({ client_id, request }: Outgoing, id: string): ClientFrame {
  return request.type === "say"
    ? { type: "say", id, client_id, body: request.body }
    : { type: "act", id, client_id, ...request.act };
}

/** The server has it on disk under `seq`. Matched by client_id, because an ack for any attempt is an ack. */
export function acked(box: Outbox, client_id: string, seq: number): Outbox {
  return answered(edit(box, client_id, { is: "sent", seq }));
}

/** The log has reached `last`: what it now shows itself is dropped here, so there is never a second bubble. */
export function landed(box: Outbox, last: number, clientIds: ReadonlySet<string>): Outbox {
  const entries = box.entries.filter(
    (entry) => !clientIds.has(entry.client_id) && !(entry.state.is === "sent" && entry.state.seq <= last),
  );
  return entries.length < box.entries.length ? { ...box, entries } : box;
}

/**
 * The server refused request `re`. For good: the entry has failed. For now: it and everything after it goes back in
 * the queue at once, because the server gives the later ones the same answer; theirs are then no longer matched.
 * Returns the pause to make, if one is.
 */
export function refused(
  box: Outbox,
  re: string,
  refusal: Pick<Refusal, "code" | "retry" | "after_ms" | "message">,
): [Outbox, number | null] {
  const at = box.entries.findIndex((entry) => entry.state.is === "sending" && entry.state.id === re);
  const entry = box.entries[at];
  if (entry === undefined) return [box, null];
  if (!refusal.retry) return [answered(edit(box, entry.client_id, { is: "failed", code: refusal.code, why: refusal.message })), null];
  const entries = box.entries.map((later, index) =>
    index >= at && later.state.is === "sending" ? { ...later, state: QUEUED } : later,
  );
  const ms = refusal.after_ms ?? DEFAULT_PAUSE_MS;
  return [{ entries, paused: true, delay: { code: refusal.code, ms } }, ms];
}

/** The pause is over. */
export function resumed(box: Outbox): Outbox {
  return { ...box, paused: false };
}

/** The line is cut: what is unanswered is sent again, under its client_id, on the next one. */
export function cut(box: Outbox): Outbox {
  const entries = box.entries.map((entry) => (entry.state.is === "sending" ? { ...entry, state: QUEUED } : entry));
  return { entries, paused: false, delay: null };
}

/** What the old conversation has on disk has nothing to wait for when the token is gone; the rest is still to be sent. */
export function disowned(box: Outbox): Outbox {
  return { ...cut(box), entries: cut(box).entries.filter((entry) => entry.state.is !== "sent") };
}

/** The entry that asks for this, if one is under way or has failed. */
export function asked(box: Outbox, act: Act["act"]): Outgoing | undefined {
  return box.entries.find(({ request }) => request.type === "act" && request.act.act === act);
}

/**
 * The shopper sends a failed entry again. It goes to the end, where it will stand in the log. `fresh` is its new name
 * when the server holds other words under the old one; any other refusal stored nothing, and the name is kept.
 */
export function retried(box: Outbox, client_id: string, fresh: string, order: number): Outbox {
  const entry = box.entries.find((entry) => entry.client_id === client_id);
  if (entry?.state.is !== "failed") return box;
  const name = entry.state.code === "client_id_conflict" ? fresh : client_id;
  return put(discarded(box, client_id), [{ ...entry, client_id: name, order, state: QUEUED }]);
}

/** The shopper gives a failed entry up. */
export function discarded(box: Outbox, client_id: string): Outbox {
  return {
    ...box,
    entries: box.entries.filter((entry) => entry.client_id !== client_id || entry.state.is !== "failed"),
  };
}

/** With the last answer in, nothing is delayed any more. */
function answered(box: Outbox): Outbox {
  return box.entries.some((entry) => entry.state.is === "sending") ? box : { ...box, delay: null };
}

function edit(box: Outbox, client_id: string, state: EntryState): Outbox {
  const entries = box.entries.map((entry) => (entry.client_id === client_id ? { ...entry, state } : entry));
  return { ...box, entries };
}
