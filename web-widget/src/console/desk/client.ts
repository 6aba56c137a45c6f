// Where the pure state meets the world: one `Desk` for each login owns the socket, the outbox on disk and the timers.

import { useEffect, useState } from "preact/hooks";
import type { DeskAct, DeskPresence } from "../../shared/desk";
import type { Line, Owner } from "../../shared/socket";
import type { Outgoing, Request } from "./outbox";
import { isMine, ownerOf, reduce, START, type Effect, type Input, type State } from "./state";
import type { ClientFrame, ServerFrame } from "./wire";

/** The other side's "stopped typing" may be lost: their dots go out by themselves. */
const TYPING_MS = 8000;
/** Own typing is told again this often while it goes on. */
const TELL_TYPING_MS = 3000;

/** Frames that come within this time are drawn together. */
const TOGETHER_MS = 30;

const HELLO: ClientFrame = { type: "hello", client: { name: "frontdesk-console", version: "0.1.0" } };
const LOGGED_OUT = 4401;

export interface World {
  user: string;
  socket: (owner: Owner<ClientFrame, ServerFrame>) => Line<ClientFrame, ServerFrame>;
  /** Of this tab: the outbox outlives a reload, not the tab. */
  shelf: () => Pick<Storage, "getItem" | "setItem">;
  /** A new client_id, never made before. */
  name: () => string;
  /** A line was refused before its welcome, or we were told so: perhaps the login is over. */
  doubt: () => void;
}

export class Desk {
  readonly #world: World;
  readonly #socket: Line<ClientFrame, ServerFrame>;
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  readonly #dots = new Map<string, ReturnType<typeof setTimeout>>();
  #state: State = START;
  #open: string | null = null;
  #visible = false;
  #typed: { conversation: string; at: number } | null = null;
  #told = new Map<string, number>();
  #rowsAt = 0;
  /** The next drawing of what has come in. */
  #due: ReturnType<typeof setTimeout> | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#key = `frontdesk.desk.out.${world.user}`;
    this.#state = { ...START, outbox: { entries: this.#kept(), paused: false } };
    this.#socket = world.socket({
      hello: () => HELLO,
      heard: (frame) => this.#dispatch({ on: "frame", frame }),
      lost: (code, welcomed) => {
        this.#dispatch({ on: "cut" });
        if (!welcomed || code === LOGGED_OUT) world.doubt();
      },
      stopped: (_, why) => this.#dispatch({ on: "stopped", why }),
    });
  }

  get state(): State {
    return this.#state;
  }

  /** When the queue came, by this browser's clock: waits go on from there. */
  get rowsAt(): number {
    return this.#rowsAt;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#socket.start();
  }

  stop(): void {
    for (const timer of this.#dots.values()) clearTimeout(timer);
    clearTimeout(this.#due ?? undefined);
    this.#socket.stop();
  }

  nudge(): void {
    this.#socket.nudge();
  }

  hangUp(): void {
    this.#socket.reconnect();
  }

  /** The conversation that is open, and whether it is before the agent's eyes. */
  look(conversation: string | null, visible: boolean): void {
    this.#open = conversation;
    this.#visible = visible;
    this.#follow();
    this.#see();
  }

  presence(state: DeskPresence): void {
    this.#socket.send({ type: "presence", state });
    // The server's own frame follows; it is the one that counts.
  }

  send(conversation: string, type: "say" | "note", text: string): void {
    this.#ask(conversation, { type, text });
    this.typing(conversation, false);
  }

  act(conversation: string, act: DeskAct): void {
    this.#ask(conversation, { type: "act", act });
  }

  retry(client_id: string): void {
    this.#dispatch({ on: "retry", client_id, fresh: this.#world.name() });
  }

  discard(client_id: string): void {
    this.#dispatch({ on: "discard", client_id });
  }

  typing(conversation: string, on: boolean): void {
    const now = Date.now();
    const told = this.#typed?.conversation === conversation ? this.#typed.at : null;
    if (on ? told !== null && now - told < TELL_TYPING_MS : told === null) return;
    this.#typed = on ? { conversation, at: now } : null;
    this.#socket.send({ type: "typing", conversation, on });
  }

  #ask(conversation: string, request: Request): void {
    this.#dispatch({ on: "send", client_id: this.#world.name(), conversation, request });
  }

  #dispatch(input: Input): void {
    const before = this.#state;
    const [after, effects] = reduce(before, input);
    this.#state = after;
    // On disk before it is on the wire: a page that dies in between sends it again under the same name.
    if (after.outbox.entries !== before.outbox.entries) this.#keep();
    for (const effect of effects) this.#perform(effect);
    if (after.rows !== before.rows) this.#rowsAt = Date.now();
    if (after.rows !== before.rows || after.user !== before.user) this.#follow();
    if (after.chats !== before.chats) {
      this.#fade();
      this.#see();
    }
    // What somebody pressed is seen at once. What comes in is drawn with all that comes with it: a long conversation is
    // hundreds of frames, and a drawing for each of them would hold up the page for many seconds.
    if (input.on !== "frame" && input.on !== "seen" && input.on !== "follow") this.#tell();
    else this.#due ??= setTimeout(() => this.#tell(), TOGETHER_MS);
  }

  #tell(): void {
    clearTimeout(this.#due ?? undefined);
    this.#due = null;
    for (const listener of this.#listeners) listener();
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "send":
        return this.#socket.send(effect.frame);
      case "pause":
        setTimeout(() => this.#dispatch({ on: "resume" }), effect.ms);
        return;
      case "reconnect":
        return this.#socket.reconnect();
    }
  }

  /** One's own chats are followed too, so that what a shopper says in them is news wherever one looks. */
  #follow(): void {
    const { rows, limits, chats } = this.#state;
    const mine = (rows ?? []).filter((row) => row.phase === "with_agent" && ownerOf(this.#state, row.conversation)?.id === this.#world.user);
    const wanted = new Set([...(this.#open === null ? [] : [this.#open]), ...mine.map((row) => row.conversation)]);
    const all = [...wanted].slice(0, limits.watched);
    const now = Object.values(chats).filter((chat) => chat.watched).map((chat) => chat.conversation);
    const missing = all.some((id) => !now.includes(id) && chats[id]?.refused == null);
    if (missing || now.some((id) => !wanted.has(id))) this.#dispatch({ on: "follow", conversations: all });
  }

  #see(): void {
    const id = this.#open;
    const chat = id === null ? undefined : this.#state.chats[id];
    if (id === null || chat === undefined || !chat.known || !this.#visible) return;
    const last = chat.chat.entries.length;
    if (chat.seen < last || !chat.opened) return this.#dispatch({ on: "seen", conversation: id });
    if (!isMine(this.#state, id) || this.#state.link !== "up" || this.#told.get(id) === last) return;
    this.#told.set(id, last);
    this.#socket.send({ type: "read", conversation: id, seq: last });
  }

  #fade(): void {
    const typing = Object.values(this.#state.chats).flatMap((chat) => chat.typing.map((name) => ({ conversation: chat.conversation, name })));
    const keys = new Set(typing.map(({ conversation, name }) => `${conversation} ${name}`));
    for (const [key, timer] of this.#dots) {
      if (keys.has(key)) continue;
      clearTimeout(timer);
      this.#dots.delete(key);
    }
    for (const { conversation, name } of typing) {
      const key = `${conversation} ${name}`;
      if (this.#dots.has(key)) continue;
      this.#dots.set(key, setTimeout(() => this.#dispatch({ on: "quiet", conversation, name }), TYPING_MS));
    }
  }

  #keep(): void {
    try {
      this.#world.shelf().setItem(this.#key, JSON.stringify(this.#state.outbox.entries.filter(({ state }) => state.is !== "sent")));
    } catch {
      // No storage, or it is full: what is unsent lives as long as the page.
    }
  }

  #kept(): Outgoing[] {
    try {
      const kept: unknown = JSON.parse(this.#world.shelf().getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isOutgoing).map(queuedAgain) : [];
    } catch {
      return [];
    }
  }
}

/** Another version of this page may have written it. */
function isOutgoing(value: unknown): value is Outgoing {
  if (typeof value !== "object" || value === null) return false;
  const { client_id, conversation, request, state } = value as Record<string, unknown>;
  const isObject = (part: unknown) => typeof part === "object" && part !== null;
  return typeof client_id === "string" && typeof conversation === "string" && isObject(request) && isObject(state);
}

function queuedAgain(entry: Outgoing): Outgoing {
  return entry.state.is === "failed" ? entry : { ...entry, state: { is: "queued" } };
}

/** The state, and a new drawing whenever it changes. */
export function useDesk(desk: Desk): State {
  const [, draw] = useState(0);
  useEffect(() => desk.subscribe(() => draw((count) => count + 1)), [desk]);
  return desk.state;
}
