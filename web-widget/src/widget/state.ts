// What the chat knows, as a pure function of the frames heard and the things the shopper did. No I/O, no clock, no
// chance: `reduce` returns the new state and what is to be done, `chat.ts` does it.

import type { Act, ClientFrame, Entry, Passing, Phase, Resume, SayBody, ServerFrame } from "../shared/protocol";
import * as outbox from "./outbox";

/** The server answers a fetch with at most this many events. */
const PAGE = 100;
/** Events kept behind a hole. More than this are dropped and fetched again. */
const HELD = 200;

/** Pieces of one answer or copy that are believed, so that a wrong number does not fill the memory. */
const PIECES = 4096;

/**
 * "connecting" until the first welcome, "waiting" whenever the line is cut, "stopped" when the server said to stay away,
 * "erased" when it did so because all that the shopper had said is deleted.
 */
export type Link = "connecting" | "up" | "waiting" | "stopped" | "erased";

export type Welcome = Extract<ServerFrame, { type: "welcome" }>;

export type Queue = Omit<Extract<Passing, { kind: "queue" }>, "kind">;

/** An answer while it is being written, by piece. A lost piece leaves a hole; the durable message closes it. */
export interface Draft {
  message: string;
  pieces: readonly (string | undefined)[];
}

export interface State {
  link: Link;
  /** The local copy: numbered without holes. The last one is the cursor. */
  events: readonly Entry[];
  epoch: string | null;
  /** Events that came ahead of a hole, by number. */
  held: readonly Entry[];
  /** Everything up to this number is to be fetched. */
  want: number;
  /** The fetch that is under way, and the first number it asks for. */
  fetch: { id: string; from: number } | null;
  phase: Phase;
  agent: string | null;
  outbox: outbox.Outbox;
  /** Requests made so far: names them. */
  requests: number;
  typing: boolean;
  draft: Draft | null;
  /** The shopper's place among those who wait for a person. */
  queue: Queue | null;
  /** Up to where the shopper's messages have come to the agent, and up to where they were seen. */
  receipt: { received: number; read: number };
  /** Whether an address for the answer was left. */
  contact: boolean;
  /** A copy of everything, piece by piece, and the request it answers. */
  copy: { re: string; pieces: readonly (string | undefined)[] } | null;
  welcome: Pick<Welcome, "assistant" | "limits" | "people"> | null;
}

export type Input =
  | { on: "frame"; frame: ServerFrame }
  | { on: "cut"; link: "waiting" | "stopped" | "erased" }
  /** The token is no longer ours, and the conversation with it; `all`: nor is what was not sent yet. */
  | { on: "forget"; all: boolean }
  | { on: "say"; client_id: string; order: number; body: SayBody; label: string }
  | { on: "act"; client_id: string; order: number; act: Act }
  | { on: "retry"; client_id: string; fresh: string; order: number }
  | { on: "discard"; client_id: string }
  /** The outbox has paused long enough. */
  | { on: "resume" }
  /** Nothing has been heard from whoever was typing. */
  | { on: "quiet" };

export type Effect =
  | { do: "send"; frame: ClientFrame }
  | { do: "pause"; ms: number }
  /** A copy has come: into a file with it. */
  | { do: "save"; text: string }
  /** The server contradicts itself: begin again on a new socket, from the cursor. */
  | { do: "reconnect" };

type Step = [State, Effect[]];

export const START: State = {
  link: "connecting",
  events: [],
  epoch: null,
  held: [],
  want: 0,
  fetch: null,
  phase: "bot",
  agent: null,
  outbox: outbox.EMPTY,
  requests: 0,
  typing: false,
  draft: null,
  queue: null,
  receipt: { received: 0, read: 0 },
  contact: false,
  copy: null,
  welcome: null,
};

/** Where to go on from: the last event of the local copy. */
export function cursor(state: State): Resume | null {
  const last = state.events.at(-1);
  return last === undefined ? null : { epoch: last.epoch, seq: last.seq, at: last.at };
}

export function lastSeq(state: State): number {
  return state.events.at(-1)?.seq ?? 0;
}

export function reduce(state: State, input: Input): Step {
  const [next, effects] = step(state, input);
  return flush(next, effects);
}

function step(state: State, input: Input): Step {
  switch (input.on) {
    case "frame":
      return heard(state, input.frame);
    case "cut":
      return [{ ...unplugged(state), link: input.link, outbox: outbox.cut(state.outbox) }, []];
    case "forget":
      // The line with that token is gone too: until the next welcome nothing may leave.
      return [{ ...emptied(state, null), link: "waiting", outbox: input.all ? outbox.EMPTY : outbox.disowned(state.outbox) }, []];
    case "say":
      return queued(state, { ...input, request: { type: "say", body: input.body } });
    case "act":
      return queued(state, { ...input, label: "", request: { type: "act", act: input.act } });
    case "retry":
      return boxed(state, outbox.retried(state.outbox, input.client_id, input.fresh, input.order));
    case "discard":
      return boxed(state, outbox.discarded(state.outbox, input.client_id));
    case "resume":
      return boxed(state, outbox.resumed(state.outbox));
    case "quiet":
      return [{ ...state, typing: false }, []];
  }
}

/** After whatever happened: what may leave the outbox, leaves. */
function flush(state: State, effects: Effect[]): Step {
  if (state.link !== "up") return [state, effects];
  let requests = state.requests;
  // A fetch that is under way is one of the requests the server counts.
  const inFlight = (state.welcome?.limits.in_flight ?? 1) - (state.fetch === null ? 0 : 1);
  const [box, frames] = outbox.release(state.outbox, Math.max(1, inFlight), () => `r${++requests}`);
  const sends = frames.map((frame): Effect => ({ do: "send", frame }));
  return [{ ...state, requests, outbox: box }, [...effects, ...sends]];
}

function boxed(state: State, box: outbox.Outbox): Step {
  return [{ ...state, outbox: box }, []];
}

function queued(state: State, entry: Omit<outbox.Outgoing, "state">): Step {
  const { client_id, order, request, label } = entry;
  return boxed(state, outbox.put(state.outbox, [{ client_id, order, request, label, state: { is: "queued" } }]));
}

function heard(state: State, frame: ServerFrame): Step {
  switch (frame.type) {
    case "welcome":
      return welcomed(state, frame);
    case "event":
      return received(state, { seq: frame.seq, epoch: frame.epoch, at: frame.at, event: frame.event });
    case "batch":
      return frame.re === state.fetch?.id ? fetched(state, frame, state.fetch.from) : [state, []];
    case "reset":
      return fetchOn({ ...emptied(state, frame.epoch), want: frame.head });
    case "ack":
      return acked(state, frame);
    case "error":
      return failed(state, frame);
    case "passing":
      return [passing(state, frame), []];
    case "export":
      return copied(state, frame);
    default:
      return [state, []];
  }
}

function acked(state: State, { client_id, seq }: Extract<ServerFrame, { type: "ack" }>): Step {
  const request = state.outbox.entries.find((entry) => entry.client_id === client_id)?.request;
  const contact = state.contact || (request?.type === "act" && request.act.act === "leave_contact");
  return boxed({ ...state, contact }, landed(outbox.acked(state.outbox, client_id, seq), state));
}

/** What is shown now or never. */
function passing(state: State, frame: Passing): State {
  switch (frame.kind) {
    case "typing":
      // Our own typing on another device is not news.
      return frame.by.role === "shopper" ? state : { ...state, typing: frame.on };
    case "queue":
      return { ...state, queue: frame };
    case "receipt": {
      if (frame.role !== "agent") return state;
      const { received, read } = state.receipt;
      return { ...state, receipt: { received: Math.max(received, frame.received), read: Math.max(read, frame.read) } };
    }
    case "delta":
      return drafted(state, frame);
    default:
      return state;
  }
}

function drafted(state: State, { message, index, text }: Extract<Passing, { kind: "delta" }>): State {
  // It answers the event whose number stands in its name. Whoever has spoken since, or has the chat now, is not talked over.
  const asked = Number(message.split(".")[1]);
  const late = state.events.some(({ seq, event }) => event.kind === "said" && (event.message === message || (event.by.role !== "shopper" && seq > asked)));
  if (late || state.phase !== "bot" || !(index >= 0 && index < PIECES)) return state;
  const pieces = state.draft?.message === message ? [...state.draft.pieces] : [];
  pieces[index] = text;
  return { ...state, typing: false, draft: { message, pieces } };
}

/** The words of a draft up to the first hole. */
export function draftText({ pieces }: Draft): string {
  const hole = Array.from(pieces).indexOf(undefined);
  return pieces.slice(0, hole < 0 ? pieces.length : hole).join("");
}

function copied(state: State, { re, part, parts, data }: Extract<ServerFrame, { type: "export" }>): Step {
  if (!(part >= 1 && part <= parts && parts <= PIECES)) return [state, []];
  const pieces = state.copy?.re === re ? [...state.copy.pieces] : Array<string | undefined>(parts).fill(undefined);
  pieces[part - 1] = data;
  if (pieces.includes(undefined)) return [{ ...state, copy: { re, pieces } }, []];
  return [{ ...state, copy: null }, [{ do: "save", text: pieces.join("") }]];
}

function welcomed(state: State, frame: Welcome): Step {
  const { assistant, limits, people } = frame;
  // If we asked to go on and may not, a reset follows and brings the epoch; until then the old copy stands.
  const epoch = state.events.length === 0 ? frame.epoch : state.epoch;
  return [{ ...unplugged(state), link: "up", epoch, welcome: { assistant, limits, people } }, []];
}

/** What belonged to one socket and is void on the next. */
function unplugged(state: State): State {
  return { ...state, held: [], want: 0, fetch: null, typing: false, draft: null, queue: null, copy: null };
}

/** Without the local copy. */
function emptied(state: State, epoch: string | null): State {
  return { ...unplugged(state), events: [], epoch, phase: "bot", agent: null, receipt: START.receipt, contact: false };
}

function received(state: State, event: Entry): Step {
  if (event.epoch !== state.epoch) return [state, [{ do: "reconnect" }]];
  return fetchOn(taken(state, [event]));
}

function fetched(state: State, batch: Extract<ServerFrame, { type: "batch" }>, from: number): Step {
  const idle = { ...state, fetch: null };
  if (batch.epoch !== state.epoch) return fetchOn({ ...emptied(idle, batch.epoch), want: batch.head });
  const next = taken(idle, batch.events);
  // Not even the first event asked for: asking again would only go round in circles.
  if (lastSeq(next) < from) return [next, [{ do: "reconnect" }]];
  return fetchOn(next);
}

/** Applies what follows the cursor without a hole, holds what is ahead of one, drops what is known. */
function taken(state: State, incoming: readonly Entry[]): State {
  const before = lastSeq(state);
  const events = [...state.events];
  const ahead = new Map([...state.held, ...incoming].map((event) => [event.seq, event]));
  let last = before;
  for (let event = ahead.get(last + 1); event !== undefined; event = ahead.get(last + 1)) {
    events.push(event);
    last += 1;
  }
  const held = [...ahead.values()].filter((event) => event.seq > last).sort((a, b) => a.seq - b.seq);
  // The highest number known is fetched too: what is held beyond the bound is dropped just below.
  const want = Math.max(state.want, held.at(-1)?.seq ?? 0);
  const applied = events.slice(state.events.length);
  const next = applied.reduce(folded, { ...state, events, held: held.slice(0, HELD), want });
  return { ...next, outbox: landed(next.outbox, next, applied) };
}

function landed(box: outbox.Outbox, state: State, applied: readonly Entry[] = []): outbox.Outbox {
  const own = applied.flatMap(({ event }) => (event.kind === "said" && event.client_id ? [event.client_id] : []));
  return outbox.landed(box, lastSeq(state), new Set(own));
}

function folded(state: State, { event }: Entry): State {
  switch (event.kind) {
    case "said":
      return event.by.role === "shopper" ? state : { ...state, typing: false, draft: null };
    case "phase": {
      const { phase } = event;
      const agent = phase === "with_agent" ? state.agent : null;
      return { ...state, phase, agent, draft: null, queue: phase === "waiting" ? state.queue : null };
    }
    case "assigned":
      return { ...state, agent: event.agent };
    default:
      return state;
  }
}

/** Asks for the next page, if something is missing and no page is on its way. */
function fetchOn(state: State): Step {
  const from = lastSeq(state) + 1;
  // What is held need not come again; what is behind it is asked for once the hole is closed.
  const to = Math.min(state.want, from + PAGE - 1, (state.held[0]?.seq ?? Infinity) - 1);
  if (state.fetch !== null || from > to) return [state, []];
  const id = `r${state.requests + 1}`;
  const fetch: Effect = { do: "send", frame: { type: "fetch", id, from, to } };
  return [{ ...state, requests: state.requests + 1, fetch: { id, from } }, [fetch]];
}

function failed(state: State, frame: Extract<ServerFrame, { type: "error" }>): Step {
  if (frame.re === undefined) return [state, []];
  // A hole that cannot be fetched is never shown over: a new socket resumes from the cursor.
  if (frame.re === state.fetch?.id) return [{ ...state, fetch: null }, [{ do: "reconnect" }]];
  const [box, pause] = outbox.refused(state.outbox, frame.re, frame);
  return [{ ...state, outbox: box }, pause === null ? [] : [{ do: "pause", ms: pause }]];
}
