// What the chat keeps in the browser: the token, the tail of the log, and every unsent message under a key of its own.
// Made on the first open and not before. A browser may forbid a frame to keep anything, or empty it when it likes: so the
// token lies in the shop's own page too, and all the rest where the frame has no storage. Where neither has, the chat works
// on from memory.

import type { Item } from "./bridge";
import type { Entry, Phase } from "./protocol";
import type { Outgoing } from "../widget/outbox";

/** Also watched in `widget/main.tsx`. */
export const TOKEN = "frontdesk.token";
const LOG = "frontdesk.log";
/** One key for each entry, so that two tabs never overwrite each other's. Both may send it: the client_id makes it one message. */
const OUT = "frontdesk.out.";
/** The page's word that all of it is to be forgotten. Also in `loader/loader.ts`. */
const RESET = "frontdesk.reset";
/** Bounds the disk. What is cut off is old; the cursor is the last event, so going on works all the same. */
const EVENTS = 500;

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** The local copy as it lies on disk. `phase` and `agent` come from events that may have been cut off. */
export interface Saved {
  events: readonly Entry[];
  phase: Phase;
  agent: string | null;
  /** Whether an address for the answer was left. */
  contact?: boolean;
}

/** The shop's page, as far as it keeps things for us. */
export interface PageStore {
  items: readonly Item[];
  tell: (item: Item) => void;
}

const NO_PAGE: PageStore = { items: [], tell: () => undefined };

export class Keeper {
  readonly #shelf: Shelf;
  readonly #page: PageStore;
  /** Stands for the page's storage; null where the frame's own is used. */
  readonly #lent: MemoryShelf | null;

  constructor(open: () => Shelf, page = NO_PAGE) {
    const own = usable(open);
    this.#page = page;
    this.#lent = own === null ? new MemoryShelf(page) : null;
    this.#shelf = own ?? (this.#lent as MemoryShelf);
    const lies = new Map(page.items);
    if (lies.has(RESET)) this.forgetAll();
    else if (this.token() === null) this.#write(TOKEN, lies.get(TOKEN) ?? null);
  }

  /** Another tab of the shop has written to the page's storage. True when it concerns us. */
  stored([key, value]: Item): boolean {
    this.#lent?.put(key, value);
    return this.#lent !== null && key === TOKEN;
  }

  token(): string | null {
    return this.#read(TOKEN);
  }

  keepToken(token: string): void {
    this.#write(TOKEN, token);
    this.#page.tell([TOKEN, token]);
  }

  forgetToken(): void {
    this.#shelf.removeItem(TOKEN);
    this.#shelf.removeItem(LOG);
    this.#page.tell([TOKEN, null]);
  }

  /** Everything, unsent messages too. */
  forgetAll(): void {
    for (const key of this.#outKeys()) this.#shelf.removeItem(key);
    this.forgetToken();
    this.#page.tell([RESET, null]);
  }

  log(): Saved | null {
    const saved = json(this.#read(LOG));
    return isSaved(saved) ? saved : null;
  }

  keepLog({ events, phase, agent, contact = false }: Saved): void {
    for (let count = Math.min(EVENTS, events.length); count >= 1; count = Math.floor(count / 4)) {
      const tail = events.slice(-count);
      if (this.#write(LOG, JSON.stringify({ events: tail, phase, agent, contact } satisfies Saved))) return;
    }
    this.#shelf.removeItem(LOG);
  }

  /** The unsent messages of this and every other tab, oldest first. */
  outbox(): Outgoing[] {
    const entries = this.#outKeys().flatMap((key) => {
      const entry = json(this.#read(key));
      return isEntry(entry) ? [entry] : [];
    });
    return entries.sort((a, b) => a.order - b.order);
  }

  /** Brings the disk from `before` to `after`. What the server has acked is no longer ours to keep. */
  keepOutbox(before: readonly Outgoing[], after: readonly Outgoing[]): void {
    const were = kept(before);
    const are = kept(after);
    for (const [id, text] of are) if (were.get(id) !== text) this.#keepEntry(OUT + id, text);
    for (const id of were.keys()) if (!are.has(id)) this.#shelf.removeItem(OUT + id);
  }

  #keepEntry(key: string, text: string): void {
    if (this.#write(key, text)) return;
    // The log can be had again from the server; what the shopper wrote cannot.
    this.#shelf.removeItem(LOG);
    this.#write(key, text);
  }

  #outKeys(): string[] {
    const keys = Array.from({ length: this.#shelf.length }, (_, index) => this.#shelf.key(index));
    return keys.filter((key) => key !== null).filter((key) => key.startsWith(OUT));
  }

  #read(key: string): string | null {
    return this.#shelf.getItem(key);
  }

  #write(key: string, value: string | null): boolean {
    try {
      if (value !== null) this.#shelf.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  }
}

/** Entries as they lie on disk. What is on the wire is only queued there: a wire does not outlive its page. */
function kept(entries: readonly Outgoing[]): Map<string, string> {
  const unsent = entries.filter((entry) => entry.state.is !== "sent");
  return new Map(
    unsent.map((entry) => {
      const state = entry.state.is === "sending" ? { is: "queued" } : entry.state;
      return [entry.client_id, JSON.stringify({ ...entry, state })];
    }),
  );
}

/** Some browsers throw on the first touch, some on the first write. */
function usable(open: () => Shelf): Shelf | null {
  try {
    const shelf = open();
    const probe = "frontdesk.probe";
    shelf.setItem(probe, "1");
    shelf.removeItem(probe);
    return shelf;
  } catch {
    return null;
  }
}

function json(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

// Another version of this page may have written it: only the shape we go on from is believed. What stayed wrong here would
// stop the chat at every start.
function isSaved(value: unknown): value is Saved {
  if (!isRecord(value) || !Array.isArray(value["events"]) || !PHASES.includes(value["phase"])) return false;
  if (value["agent"] !== null && typeof value["agent"] !== "string") return false;
  const events: unknown[] = value["events"];
  const first = events[0];
  const start = isRecord(first) && Number.isSafeInteger(first["seq"]) ? (first["seq"] as number) : NaN;
  return events.every((event, index) => isEvent(event) && event["seq"] === start + index);
}

const PHASES: readonly unknown[] = ["bot", "waiting", "with_agent", "closed"] satisfies Phase[];

function isEvent(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value) || typeof value["epoch"] !== "string" || typeof value["at"] !== "string") return false;
  const event = value["event"];
  if (!isRecord(event) || typeof event["kind"] !== "string") return false;
  return event["kind"] !== "said" || (typeof event["message"] === "string" && isRecord(event["by"]) && hasText(event["body"]));
}

function isEntry(value: unknown): value is Outgoing {
  return (
    isRecord(value) &&
    typeof value["client_id"] === "string" &&
    typeof value["order"] === "number" &&
    typeof value["label"] === "string" &&
    isRequest(value["request"]) &&
    isState(value["state"])
  );
}

function isRequest(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (value["type"] === "act") return isRecord(value["act"]) && typeof value["act"]["act"] === "string";
  const body = value["body"];
  return value["type"] === "say" && isRecord(body) && (body["kind"] === "choice" ? typeof body["of"] === "string" : hasText(body));
}

/** Those that are kept; see `kept`. */
function isState(value: unknown): boolean {
  return isRecord(value) && (value["is"] === "queued" || (value["is"] === "failed" && typeof value["code"] === "string"));
}

function hasText(body: unknown): boolean {
  return isRecord(body) && typeof body["text"] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** In memory, and written through to the page. */
class MemoryShelf implements Shelf {
  readonly #items = new Map<string, string>();
  readonly #tell: PageStore["tell"];

  constructor({ items, tell }: PageStore) {
    for (const [key, value] of items) this.put(key, value);
    this.#tell = tell;
  }

  get length(): number {
    return this.#items.size;
  }

  put(key: string, value: string | null): void {
    if (value === null) this.#items.delete(key);
    else this.#items.set(key, value);
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.put(key, value);
    this.#tell([key, value]);
  }

  removeItem(key: string): void {
    this.put(key, null);
    this.#tell([key, null]);
  }
}
