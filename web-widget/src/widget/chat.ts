// Where the pure state meets the world: one `Chat` owns the socket, the disk and the timers, feeds `reduce`, and does
// what it says. Nothing happens before the first `open()`: no socket, no storage, no request.

import type { Act, ClientFrame, ServerFrame } from "../shared/protocol";
import type { Item } from "../shared/bridge";
import type { Line, Owner } from "../shared/socket";
import type { Keeper } from "../shared/storage";
import { isFull, put } from "./outbox";
import { type Effect, type Input, type State, START, cursor, lastSeq, reduce } from "./state";

/** The protocol allows `received` once a second. */
const RECEIPT_MS = 1000;
/** Writing the log out for every event of a batch would stall the page. */
const SAVE_MS = 250;
/** "Stopped typing" may be dropped on the way: dots go out by themselves. */
const TYPING_MS = 8000;
/** `typing` goes out at most this often, and a pause this many times as long is the end of it. */
const TYPED_MS = 1000;
const PAUSE_MS = 4 * TYPED_MS;
/** The server does not know our token. */
const STRANGE_TOKEN = 4400;
/** The server closed this one because the shopper was erased. */
const ERASED = 4506;

const CLIENT = { name: "frontdesk-web", version: "0.1.0" };

export interface World {
  keeper: () => Keeper;
  socket: (owner: Owner<ClientFrame, ServerFrame>) => Line<ClientFrame, ServerFrame>;
  /** Both may change while the chat is open. */
  locale: () => string;
  page: () => string;
  /** Puts a copy of the conversation into the shopper's hands. */
  save: (text: string) => void;
  now: () => number;
  /** A new client_id, never made before. */
  name: () => string;
}

interface Parts {
  keeper: Keeper;
  socket: Line<ClientFrame, ServerFrame>;
}

export class Chat {
  readonly #world: World;
  readonly #listeners = new Set<() => void>();
  #state: State = START;
  #parts: Parts | null = null;
  /** The token of this line: offered with its hello, or given by its welcome. */
  #token: string | null = null;
  #watched = false;
  #seen = 0;
  #told = { received: 0, read: 0 };
  #receipt: Timer;
  #saving: Timer;
  #typing: Timer;
  /** When we last said that the shopper types; 0 when they do not. */
  #typed = 0;
  #pause: Timer;

  constructor(world: World) {
    this.#world = world;
  }

  get state(): State {
    return this.#state;
  }

  /** What others said since the shopper last looked. */
  get unread(): number {
    const news = ({ seq, event }: State["events"][number]): boolean =>
      seq > this.#seen && event.kind === "said" && event.by.role !== "shopper";
    return this.#state.events.filter(news).length;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The shopper opened the chat; from the first time on the line is kept. */
  open(): void {
    const parts = (this.#parts ??= this.#assemble());
    parts.socket.start();
  }

  /** Whether the shopper has the messages before their eyes. */
  watch(watched: boolean): void {
    this.#watched = watched;
    this.#look();
    this.#emit();
  }

  /**
   * Another tab has written a token. Browsers show a tab the other's writes with a delay, so two tabs may both have found
   * none and kept their own: the one that lies there now is the one for all. `gone`: the other has taken it away.
   */
  adopt(gone = false): void {
    const kept = this.#parts?.keeper.token() ?? null;
    if (this.#token === null || kept === this.#token) return;
    if (gone || kept !== null) this.#parts?.socket.reconnect();
  }

  /** Another tab has changed what the page keeps for us. */
  stored(item: Item): void {
    if (this.#parts?.keeper.stored(item)) this.adopt();
  }

  /** There is reason to believe that the line is back. */
  nudge(): void {
    this.#parts?.socket.nudge();
  }

  /** The browser knows that the line is cut before the socket notices. */
  hangUp(): void {
    this.#parts?.socket.reconnect();
  }

  /** False when the outbox is full: then nothing was taken. */
  say(text: string): boolean {
    if (isFull(this.#state.outbox)) return false;
    this.typing(false);
    this.#dispatch({ on: "say", ...this.#next(), body: { kind: "text", text }, label: text });
    return true;
  }

  choose(of: string, index: number, title: string): void {
    this.#dispatch({ on: "say", ...this.#next(), body: { kind: "choice", of, index }, label: title });
  }

  act(act: Act): void {
    this.#dispatch({ on: "act", ...this.#next(), act });
  }

  /** The shopper writes at this moment, or has stopped. */
  typing(on: boolean): void {
    clearTimeout(this.#pause);
    if (on) this.#pause = setTimeout(() => this.typing(false), PAUSE_MS);
    const now = this.#world.now();
    if (on ? now - this.#typed < TYPED_MS : this.#typed === 0) return;
    this.#typed = on ? now : 0;
    if (this.#state.link === "up") this.#parts?.socket.send({ type: "typing", on });
  }

  /** Forgets the conversation in this browser and begins a new one, if the chat is open at all. */
  reset(): void {
    this.#forgetAll();
    this.#parts?.socket.reconnect();
  }

  /** After an erasure: a new shopper, as far as anybody can tell. */
  restart(): void {
    this.#parts?.socket.restart();
  }

  /** The locale has changed: the server hears of it with the next hello. */
  reintroduce(): void {
    this.#parts?.socket.reconnect();
  }

  retry(client_id: string): void {
    const { client_id: fresh, order } = this.#next();
    this.#dispatch({ on: "retry", client_id, fresh, order });
  }

  discard(client_id: string): void {
    this.#dispatch({ on: "discard", client_id });
  }

  /** Writes what waits to be written. Called when the page may be about to go. */
  save(): void {
    // Unchanged, it may be older than what another tab wrote.
    if (this.#saving === undefined) return;
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#parts?.keeper.keepLog(this.#state);
  }

  #next(): { client_id: string; order: number } {
    const last = this.#state.outbox.entries.at(-1)?.order ?? 0;
    return { client_id: this.#world.name(), order: Math.max(this.#world.now(), last + 1) };
  }

  #assemble(): Parts {
    const keeper = this.#world.keeper();
    const saved = keeper.log();
    this.#state = {
      ...this.#state,
      ...(saved && { events: saved.events, phase: saved.phase, agent: saved.agent, contact: saved.contact ?? false, epoch: saved.events.at(-1)?.epoch ?? null }),
      outbox: put(this.#state.outbox, keeper.outbox()),
    };
    // What was on screen before the page was left has been seen.
    this.#seen = lastSeq(this.#state);
    const socket = this.#world.socket({
      hello: () => this.#hello(),
      heard: (frame) => this.#heard(frame),
      lost: (code) => {
        if (code === STRANGE_TOKEN) this.#forget();
        this.#dispatch({ on: "cut", link: "waiting" });
      },
      stopped: (code) => this.#stopped(code),
    });
    return { keeper, socket };
  }

  #hello(): ClientFrame {
    const { locale, page } = this.#world;
    const token = this.#parts?.keeper.token() ?? null;
    // The token was taken from under us, by the shopper or another tab: the copy belongs to nobody any more.
    if (token === null && this.#state.events.length > 0) this.#forget();
    const resume = cursor(this.#state);
    this.#token = token;
    return {
      type: "hello",
      ...(token !== null && { token }),
      ...(resume !== null && { resume }),
      locale: locale(),
      page: page(),
      client: CLIENT,
    };
  }

  #heard(frame: ServerFrame): void {
    if (frame.type === "welcome" && !this.#claim(frame.token)) return;
    this.#dispatch({ on: "frame", frame });
  }

  /**
   * Two tabs opened at once are welcomed as two visitors. Whoever comes second takes the first one's token and begins
   * again; nothing is lost, because nothing is sent before this is settled.
   */
  #claim(token: string): boolean {
    const { keeper, socket } = this.#parts ?? {};
    const kept = keeper?.token() ?? null;
    if (kept !== null && kept !== this.#token && kept !== token) {
      socket?.reconnect();
      return false;
    }
    keeper?.keepToken(token);
    this.#token = token;
    return true;
  }

  #stopped(code: number): void {
    if (code === ERASED) this.#forgetAll();
    this.#dispatch({ on: "cut", link: code === ERASED ? "erased" : "stopped" });
  }

  #forget(all = false): void {
    this.#parts?.keeper.forgetToken();
    this.#told = { received: 0, read: 0 };
    this.#seen = 0;
    this.#dispatch({ on: "forget", all });
  }

  #forgetAll(): void {
    this.#forget(true);
    this.#parts?.keeper.forgetAll();
  }

  #dispatch(input: Input): void {
    const before = this.#state;
    const [after, effects] = reduce(before, input);
    this.#state = after;
    // On disk before it is on the wire: a page that dies in between sends it again under the same name.
    if (after.outbox !== before.outbox) this.#parts?.keeper.keepOutbox(before.outbox.entries, after.outbox.entries);
    if (after.events !== before.events || after.contact !== before.contact) this.#changed(before);
    if (after.typing) this.#dots();
    for (const effect of effects) this.#perform(effect);
    this.#emit();
  }

  #changed(before: State): void {
    this.#saving ??= setTimeout(() => this.save(), SAVE_MS);
    // Numbers begin again: what was told about the old ones says nothing about the new.
    if (lastSeq(this.#state) < lastSeq(before)) this.#told = { received: 0, read: 0 };
    this.#look();
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "send":
        this.#parts?.socket.send(effect.frame);
        return;
      case "pause":
        setTimeout(() => this.#dispatch({ on: "resume" }), effect.ms);
        return;
      case "save":
        this.#world.save(effect.text);
        return;
      case "reconnect":
        this.#parts?.socket.reconnect();
    }
  }

  #look(): void {
    if (this.#watched) this.#seen = lastSeq(this.#state);
    if (this.#state.events.length > 0) this.#receipt ??= setTimeout(() => this.#tell(), RECEIPT_MS);
  }

  #tell(): void {
    this.#receipt = undefined;
    if (this.#state.link !== "up") return this.#look();
    const tell = (type: "received" | "read", seq: number): void => {
      if (seq <= this.#told[type]) return;
      this.#told[type] = seq;
      this.#parts?.socket.send({ type, seq });
    };
    tell("received", lastSeq(this.#state));
    tell("read", Math.min(this.#seen, lastSeq(this.#state)));
  }

  #dots(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#dispatch({ on: "quiet" }), TYPING_MS);
  }

  #emit(): void {
    for (const listener of this.#listeners) listener();
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;
