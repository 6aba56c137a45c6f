// What the desk knows, as a pure function of what it heard and did. `client.ts` carries out the effects.

import type { Colleague, Counts, DeskAct, DeskPerson, DeskPresence, DeskUser, Log, Row } from "../../shared/desk";
import type { Phase } from "../../shared/protocol";
import * as log from "./log";
import * as outbox from "./outbox";
import type { Batch, ChatEntry, ClientFrame, DeskPassing, Refused, ServerFrame, StaffEntry, Welcome } from "./wire";

/** Chats whose copies are kept when nobody looks at them any more: coming back to one is at once. */
const KEPT = 24;

export interface Chat {
  readonly conversation: string;
  /** Followed on this line, or about to be. */
  readonly watched: boolean;
  /** The server has answered the watch; until then there is nothing to show. */
  readonly known: boolean;
  /** Why it cannot be shown. */
  readonly refused: string | null;
  readonly epoch: string | null;
  readonly chat: log.Copy<ChatEntry>;
  readonly staff: log.Copy<StaffEntry>;
  readonly phase: Phase;
  /** Who has it: the person if the server named them, else the name that stands in the log. */
  readonly agent: { id: string | null; name: string } | null;
  /** The number of the event that last said who has it. */
  readonly ownedAt: number;
  /** Names of colleagues who type; the shopper's is the empty name. */
  readonly typing: readonly string[];
  readonly viewers: readonly DeskPerson[];
  readonly receipt: { received: number; read: number };
  /** The last chat entry that stood before the agent's eyes. */
  readonly seen: number;
  readonly opened: boolean;
}

export interface State {
  readonly link: "new" | "up" | "down" | "stopped";
  /** Why the server does not want us back. */
  readonly why: string | null;
  readonly user: DeskUser | null;
  readonly limits: Welcome["limits"];
  readonly presence: DeskPresence | null;
  readonly counts: Counts;
  readonly people: readonly Colleague[];
  /** Null until the first one came. */
  readonly rows: readonly Row[] | null;
  readonly more: number;
  readonly chats: Readonly<Record<string, Chat>>;
  readonly outbox: outbox.Outbox;
  readonly requests: number;
  /** Watches under way: request id to conversation. */
  readonly asked: Readonly<Record<string, string>>;
}

export const START: State = {
  link: "new",
  why: null,
  user: null,
  limits: { text: 8000, in_flight: 8, watched: 64 },
  presence: null,
  counts: { waiting: 0, mine: 0, others: 0 },
  people: [],
  rows: null,
  more: 0,
  chats: {},
  outbox: outbox.EMPTY,
  requests: 0,
  asked: {},
};

export type Input =
  | { on: "frame"; frame: ServerFrame }
  | { on: "cut" }
  | { on: "stopped"; why: string }
  /** These are looked at or one's own, and no others. */
  | { on: "follow"; conversations: readonly string[] }
  | { on: "seen"; conversation: string }
  | { on: "send"; client_id: string; conversation: string; request: outbox.Request }
  | { on: "retry"; client_id: string; fresh: string }
  | { on: "discard"; client_id: string }
  | { on: "resume" }
  | { on: "quiet"; conversation: string; name: string };

export type Effect = { do: "send"; frame: ClientFrame } | { do: "pause"; ms: number } | { do: "reconnect" };

type Step = [State, Effect[]];

export function reduce(state: State, input: Input): Step {
  const [next, effects] = step(state, input);
  return flush(next, effects);
}

function step(state: State, input: Input): Step {
  switch (input.on) {
    case "frame":
      return heard(state, input.frame);
    case "cut":
      return [unplugged({ ...state, link: "down" }), []];
    case "stopped":
      return [unplugged({ ...state, link: "stopped", why: input.why }), []];
    case "follow":
      return follow(state, input.conversations);
    case "seen":
      return [change(state, input.conversation, (chat) => ({ ...chat, opened: true, seen: Math.max(chat.seen, log.lastOf(chat.chat)) })), []];
    case "send": {
      const { client_id, conversation, request } = input;
      return [{ ...state, outbox: outbox.put(state.outbox, { client_id, conversation, request }) }, []];
    }
    case "retry":
      return [{ ...state, outbox: outbox.retried(state.outbox, input.client_id, input.fresh) }, []];
    case "discard":
      return [{ ...state, outbox: outbox.without(state.outbox, input.client_id) }, []];
    case "resume":
      return [{ ...state, outbox: outbox.resumed(state.outbox) }, []];
    case "quiet":
      return [change(state, input.conversation, (chat) => hushed(chat, input.name)), []];
  }
}

/** After whatever happened: what may leave the outbox, leaves. */
function flush(state: State, effects: Effect[]): Step {
  if (state.link !== "up") return [state, effects];
  let requests = state.requests;
  const [box, frames] = outbox.release(state.outbox, state.limits.in_flight, () => `r${++requests}`);
  if (frames.length === 0) return [state, effects];
  return [{ ...state, requests, outbox: box }, [...effects, ...frames.map((frame): Effect => ({ do: "send", frame }))]];
}

function heard(state: State, frame: ServerFrame): Step {
  switch (frame.type) {
    case "welcome":
      return welcomed(state, frame);
    case "watching": {
      const { [frame.re]: _, ...asked } = state.asked;
      const { agent = null, phase, head } = frame;
      const begin = (chat: Chat): Chat => ({
        ...chat,
        known: true,
        refused: null,
        // Another epoch is followed by a reset, which brings it; until then the old copy stands.
        epoch: chat.epoch ?? frame.epoch,
        phase,
        agent,
        ownedAt: head,
        // What was said before we first followed it is history, not news.
        seen: chat.known ? chat.seen : head,
      });
      return [change({ ...state, asked }, frame.conversation, begin), []];
    }
    case "event":
      return received(named(state, frame), frame);
    case "batch":
      return fetched(state, frame);
    case "reset":
      return on(state, frame.conversation, (chat) => emptied(chat, frame.log, frame.epoch, frame.head));
    case "ack": {
      const acked = outbox.acked(state.outbox, frame.client_id, frame.log, frame.seq);
      return [landed({ ...state, outbox: acked }, frame.conversation), []];
    }
    case "error":
      return refused(state, frame);
    case "passing":
      return [change(state, frame.conversation, (chat) => passed(chat, frame)), []];
    case "views":
      return [{ ...state, counts: frame.counts, people: frame.people, presence: ownPresence(state, frame.people) }, []];
    case "queue":
      return [{ ...state, rows: frame.rows, more: frame.more }, []];
    case "presence":
      return [{ ...state, presence: frame.state }, []];
    default:
      return [state, []];
  }
}

/** What we asked for is answered by the list of who is there; a frame of its own comes only when the server changes it. */
function ownPresence({ user, presence }: State, people: State["people"]): State["presence"] {
  return people.find(({ id }) => id === user?.id)?.presence ?? presence;
}

function welcomed(state: State, { user, presence, limits }: Welcome): Step {
  const next = { ...unplugged(state), link: "up" as const, why: null, user, presence, limits };
  const wanted = Object.values(state.chats).filter((chat) => chat.watched);
  return wanted.reduce<Step>((step, chat) => after(step, (state) => watch(state, chat.conversation)), [next, []]);
}

function unplugged(state: State): State {
  const chats = Object.entries(state.chats).map(([id, chat]): [string, Chat] => [
    id,
    { ...chat, chat: log.unplugged(chat.chat), staff: log.unplugged(chat.staff), typing: [], viewers: [] },
  ]);
  return { ...state, chats: Object.fromEntries(chats), outbox: outbox.cut(state.outbox), asked: {} };
}

function follow(state: State, conversations: readonly string[]): Step {
  const wanted = new Set(conversations);
  const left = Object.values(state.chats).filter((chat) => chat.watched && !wanted.has(chat.conversation));
  const leave = (state: State, conversation: string): Step => {
    const gone = change(state, conversation, (chat) => ({ ...chat, watched: false, typing: [], viewers: [] }));
    return [gone, state.link === "up" ? [{ do: "send", frame: { type: "unwatch", conversation } }] : []];
  };
  const enter = (state: State, id: string): Step => {
    const chat = state.chats[id] ?? begun(id);
    if (chat.watched || chat.refused !== null) return [state, []];
    const next = { ...state, chats: { ...state.chats, [id]: { ...chat, watched: true } } };
    return state.link === "up" ? watch(next, id) : [next, []];
  };
  const without = left.reduce<Step>((step, chat) => after(step, (state) => leave(state, chat.conversation)), [state, []]);
  const [next, effects] = conversations.reduce<Step>((step, id) => after(step, (state) => enter(state, id)), without);
  return [trimmed(next), effects];
}

function begun(conversation: string): Chat {
  return {
    conversation,
    watched: false,
    known: false,
    refused: null,
    epoch: null,
    chat: log.empty(),
    staff: log.empty(),
    phase: "bot",
    agent: null,
    ownedAt: 0,
    typing: [],
    viewers: [],
    receipt: { received: 0, read: 0 },
    seen: 0,
    opened: false,
  };
}

function trimmed(state: State): State {
  const idle = Object.values(state.chats).filter((chat) => !chat.watched);
  if (idle.length <= KEPT) return state;
  const gone = new Set(idle.slice(0, idle.length - KEPT).map((chat) => chat.conversation));
  return { ...state, chats: Object.fromEntries(Object.entries(state.chats).filter(([id]) => !gone.has(id))) };
}

function watch(state: State, conversation: string): Step {
  const chat = state.chats[conversation];
  const id = `r${state.requests + 1}`;
  const ends = chat?.epoch == null ? {} : { chat: log.endOf(chat.chat, chat.epoch), staff: log.endOf(chat.staff, chat.epoch) };
  const frame: ClientFrame = {
    type: "watch",
    id,
    conversation,
    ...(ends.chat && { chat: ends.chat }),
    ...(ends.staff && { staff: ends.staff }),
  };
  return [{ ...state, requests: state.requests + 1, asked: { ...state.asked, [id]: conversation } }, [{ do: "send", frame }]];
}

function received(state: State, entry: ChatEntry | StaffEntry): Step {
  const chat = state.chats[entry.conversation];
  if (chat === undefined || !chat.watched) return [state, []];
  // We missed the reset that changed the epoch: a new line begins with what is true.
  if (chat.epoch !== entry.epoch) return [state, [{ do: "reconnect" }]];
  return on(state, entry.conversation, (chat) => taken(chat, [entry]));
}

/** Our own message under its own name: it is in the log, whether or not its ack was lost. */
function named(state: State, { log, event, seq }: ChatEntry | StaffEntry): State {
  if (log !== "chat" || event.kind !== "said" || event.by.role !== "agent" || event.client_id === undefined) return state;
  return { ...state, outbox: outbox.acked(state.outbox, event.client_id, log, seq) };
}

function fetched(state: State, batch: Batch): Step {
  const chat = state.chats[batch.conversation];
  const fetch = chat?.[batch.log].fetch;
  if (chat === undefined || fetch?.id !== batch.re) return [state, []];
  const idle = { ...chat, [batch.log]: { ...chat[batch.log], fetch: null } };
  if (batch.epoch !== chat.epoch) return on(state, batch.conversation, () => emptied(idle, batch.log, batch.epoch, batch.head));
  const next = taken(idle, batch.events);
  // Not even the first that was asked for: to ask again would go round in circles.
  const effects: Effect[] = log.lastOf(next[batch.log]) < fetch.from ? [{ do: "reconnect" }] : [];
  const stepped = on(state, batch.conversation, () => next);
  return effects.length > 0 ? [stepped[0], effects] : stepped;
}

function taken(chat: Chat, entries: readonly (ChatEntry | StaffEntry)[]): Chat {
  const chats = log.take(chat.chat, entries.filter((entry) => entry.log === "chat"));
  const staff = log.take(chat.staff, entries.filter((entry) => entry.log === "staff"));
  const applied = chats.entries.slice(chat.chat.entries.length);
  return applied.reduce(folded, { ...chat, chat: chats, staff });
}

function folded(chat: Chat, { event, seq }: ChatEntry): Chat {
  switch (event.kind) {
    case "said":
      return hushed(chat, event.by.role === "shopper" ? "" : event.by.name);
    case "phase":
      if (seq <= chat.ownedAt) return chat;
      return { ...chat, phase: event.phase, agent: event.phase === "with_agent" ? chat.agent : null, ownedAt: seq };
    case "assigned":
      if (seq <= chat.ownedAt) return chat;
      return { ...chat, agent: event.agent === null ? null : { id: null, name: event.agent }, ownedAt: seq };
    default:
      return chat;
  }
}

/** Both logs share the epoch: with the first reset of a new one, both copies are void. */
function emptied(chat: Chat, which: Log, epoch: string, head: number): Chat {
  const fresh = chat.epoch === epoch ? chat : { ...chat, chat: log.empty<ChatEntry>(), staff: log.empty<StaffEntry>(), seen: 0 };
  return { ...fresh, epoch, [which]: log.empty(head), receipt: { received: 0, read: 0 } };
}

function refused(state: State, frame: Refused): Step {
  if (frame.re === undefined) return [state, []];
  const watched = state.asked[frame.re];
  if (watched !== undefined) {
    const { [frame.re]: _, ...asked } = state.asked;
    const why = frame.code === "not_found" ? "There is no such conversation, or it was erased." : frame.message;
    return [change({ ...state, asked }, watched, (chat) => ({ ...chat, watched: false, known: true, refused: why })), []];
  }
  const fetching = Object.values(state.chats).some(({ chat, staff }) => chat.fetch?.id === frame.re || staff.fetch?.id === frame.re);
  // A hole that cannot be fetched is never shown over: a new line goes on from the cursor.
  if (fetching) return [state, [{ do: "reconnect" }]];
  const [box, ms] = outbox.refused(state.outbox, frame);
  return [{ ...state, outbox: box }, ms === null ? [] : [{ do: "pause", ms }]];
}

function passed(chat: Chat, frame: DeskPassing): Chat {
  switch (frame.kind) {
    case "viewing":
      return { ...chat, viewers: frame.agents };
    case "receipt": {
      if (frame.role !== "shopper") return chat;
      const { received, read } = chat.receipt;
      return { ...chat, receipt: { received: Math.max(received, frame.received), read: Math.max(read, frame.read) } };
    }
    case "typing": {
      if (frame.by.role === "bot" || frame.by.role === "system") return chat;
      const name = frame.by.role === "shopper" ? "" : frame.by.name;
      return frame.on ? { ...chat, typing: [...chat.typing.filter((other) => other !== name), name] } : hushed(chat, name);
    }
    default:
      return chat;
  }
}

function hushed(chat: Chat, name: string): Chat {
  return chat.typing.includes(name) ? { ...chat, typing: chat.typing.filter((other) => other !== name) } : chat;
}

function change(state: State, conversation: string, to: (chat: Chat) => Chat): State {
  const chat = state.chats[conversation];
  return chat === undefined ? state : { ...state, chats: { ...state.chats, [conversation]: to(chat) } };
}

/** Changes a chat, drops what its logs now show from the outbox, and asks for what is missing. */
function on(state: State, conversation: string, to: (chat: Chat) => Chat): Step {
  const next = landed(change(state, conversation, to), conversation);
  return after(fetchOn(next, conversation, "chat"), (state) => fetchOn(state, conversation, "staff"));
}

function landed(state: State, conversation: string): State {
  const chat = state.chats[conversation];
  if (chat === undefined || !chat.watched) {
    // Nobody looks: there is no line to wait for.
    return { ...state, outbox: outbox.landed(outbox.landed(state.outbox, conversation, "chat", Infinity), conversation, "staff", Infinity) };
  }
  const box = outbox.landed(state.outbox, conversation, "chat", log.lastOf(chat.chat));
  return { ...state, outbox: outbox.landed(box, conversation, "staff", log.lastOf(chat.staff)) };
}

function fetchOn(state: State, conversation: string, which: Log): Step {
  const chat = state.chats[conversation];
  const page = chat === undefined || !chat.watched ? null : log.missing(chat[which]);
  if (page === null) return [state, []];
  const id = `r${state.requests + 1}`;
  const next = change(state, conversation, (chat) => ({ ...chat, [which]: { ...chat[which], fetch: { id, from: page.from } } }));
  return [{ ...next, requests: state.requests + 1 }, [{ do: "send", frame: { type: "fetch", id, conversation, log: which, ...page } }]];
}

/** One step after another. */
function after([state, effects]: Step, then: (state: State) => Step): Step {
  const [next, more] = then(state);
  return [next, [...effects, ...more]];
}

/** Who has a chat: the log's word where it is followed, else the queue's. The log knows names only. */
export function ownerOf(state: State, conversation: string): { id: string | null; name: string } | null {
  const chat = state.chats[conversation];
  const row = state.rows?.find((row) => row.conversation === conversation);
  if (chat === undefined || !chat.watched || !chat.known) return row?.agent ?? null;
  if (chat.agent === null || chat.agent.id !== null) return chat.agent;
  const { name } = chat.agent;
  if (row?.agent?.name === name) return row.agent;
  const namesakes = state.people.filter((person) => person.name === name);
  return { id: namesakes.length === 1 ? (namesakes[0]?.id ?? null) : null, name };
}

export function phaseOf(state: State, conversation: string): Phase | null {
  const chat = state.chats[conversation];
  if (chat?.watched === true && chat.known) return chat.phase;
  return state.rows?.find((row) => row.conversation === conversation)?.phase ?? null;
}

export function isMine(state: State, conversation: string): boolean {
  const owner = ownerOf(state, conversation);
  return owner !== null && state.user !== null && owner.id === state.user.id;
}

/** What the shopper said since the agent last looked. */
export function unread(chat: Chat): number {
  return chat.chat.entries.filter(({ seq, event }) => seq > chat.seen && event.kind === "said" && event.by.role === "shopper").length;
}

/** Whether an act on a conversation is under way. */
export function acting(state: State, conversation: string, act?: DeskAct["act"]): boolean {
  return state.outbox.entries.some(
    (entry) =>
      entry.conversation === conversation &&
      entry.request.type === "act" &&
      entry.state.is !== "failed" &&
      (act === undefined || entry.request.act.act === act),
  );
}
