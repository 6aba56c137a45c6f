// What the chat knows, as a pure function of the frames heard and the things the shopper did. No I/O, no clock, no
// chance: `reduce` returns the new state and what is to be done, `chat.ts` does it.

import type { Act, ClientFrame, Entry, Phase, Resume, SayBody, ServerFrame } from "../shared/protocol";
import * as outbox from "./outbox";

/** The server answers a fetch with at most this many events. */
const PAGE = 100;
/** Events kept behind a hole. More than this are dropped and fetched again. */
const HELD = 200;

/** "connecting" until the first welcome, "waiting" whenever the line is cut, "stopped" when the server said to stay away. */
export type Link = "connecting" | "up" | "waiting" | "stopped";

export type Welcome = Extract<ServerFrame, { type: "welcome" }>;

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
  welcome: Pick<Welcome, "assistant" | "limits" | "people"> | null;
}

export type Input =
  | { on: "frame"; frame: ServerFrame }
  | { on: "cut"; link: "waiting" | "stopped" }
  /** The token is no longer ours, and the conversation with it. */
  | { on: "forget" }
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
      return [{ ...emptied(state, null), link: "waiting", outbox: outbox.disowned(state.outbox) }, []];
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
      return boxed(state, landed(outbox.acked(state.outbox, frame.client_id, frame.seq), state));
    case "error":
      return failed(state, frame);
    case "passing":
      // Our own typing on another device is not news.
      return frame.kind === "typing" && frame.by.role !== "shopper" ? [{ ...state, typing: frame.on }, []] : [state, []];
    default:
      return [state, []];
  }
}

function welcomed(state: State, frame: Welcome): Step {
  const { assistant, limits, people } = frame;
  // If we asked to go on and may not, a reset follows and brings the epoch; until then the old copy stands.
  const epoch = state.events.length === 0 ? frame.epoch : state.epoch;
  return [{ ...unplugged(state), link: "up", epoch, welcome: { assistant, limits, people } }, []];
}

/** What belonged to one socket and is void on the next. */
function unplugged(state: State): State {
  return { ...state, held: [], want: 0, fetch: null, typing: false };
}

/** Without the local copy. */
function emptied(state: State, epoch: string | null): State {
  return { ...unplugged(state), events: [], epoch, phase: "bot", agent: null };
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
      return event.by.role === "shopper" ? state : { ...state, typing: false };
    case "phase":
      return { ...state, phase: event.phase, agent: event.phase === "with_agent" ? state.agent : null };
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
