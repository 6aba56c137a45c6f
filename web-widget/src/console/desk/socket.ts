// One line to the desk: connects, says hello, answers pings, notices silence, and comes back.

import type { ClientFrame, ServerFrame } from "./wire";

/** Until the welcome says otherwise. */
const DEAD_MS = 15_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30_000;
/** A line that held this long was a good one: the next loss begins the back-off anew. */
const STEADY_MS = 10_000;
/** The browser's own code for a line that broke. */
const GONE = 1006;
const LOGGED_OUT = 4401;
const STOP_FROM = 4500;
const STOP_TO = 4999;

const HELLO: ClientFrame = { type: "hello", client: { name: "frontdesk-console", version: "0.1.0" } };

/** What the socket asks of its surroundings; tests hand in their own. */
export interface Surroundings {
  open: () => WebSocket;
  /** In [0, 1). */
  random: () => number;
  heard: (frame: ServerFrame) => void;
  /** The line is cut and will be tried again. `stranger`: it never got as far as a welcome, or our login is over. */
  lost: (stranger: boolean) => void;
  /** The server does not want us back. */
  stopped: (code: number, why: string) => void;
}

type Bye = Extract<ServerFrame, { type: "bye" }>;
type Timer = ReturnType<typeof setTimeout> | undefined;

export class Socket {
  readonly #around: Surroundings;
  #ws: WebSocket | null = null;
  #losses = 0;
  #deadMs = DEAD_MS;
  #drainMs: number | null = null;
  #bye: Bye | null = null;
  #welcomed = false;
  #over = false;
  #retry: Timer;
  #dead: Timer;
  #steady: Timer;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  start(): void {
    if (this.#ws !== null || this.#retry !== undefined || this.#over) return;
    this.#bye = this.#drainMs = null;
    this.#welcomed = false;
    this.#deadMs = DEAD_MS;
    let ws: WebSocket;
    try {
      ws = this.#around.open();
    } catch {
      this.#end(GONE);
      return;
    }
    this.#ws = ws;
    ws.onopen = () => this.send(HELLO);
    ws.onmessage = (message) => this.#message(message.data);
    ws.onclose = (event) => this.#end(event.code);
    this.#listen();
  }

  /** Sends, if the line is open. If not, the frame is lost: what needs an answer stays in the outbox. */
  send(frame: ClientFrame): void {
    const ws = this.#ws;
    if (ws !== null && ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
  }

  /** Hangs up and comes back after the usual wait. */
  reconnect(): void {
    if (this.#ws !== null) this.#end(GONE);
  }

  /** For good. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#retry);
    this.#hangUp();
  }

  /** There is reason to believe that the line is back: try now, unless the server asked us to spread out. */
  nudge(): void {
    if (this.#retry === undefined || this.#drainMs !== null || this.#bye?.after_ms !== undefined) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.start();
  }

  #message(data: unknown): void {
    this.#listen();
    const frame = parse(data);
    if (frame === undefined) return;
    switch (frame.type) {
      case "ping":
        return this.send({ type: "pong", n: frame.n });
      case "drain":
        this.#drainMs = frame.within_ms;
        return;
      case "bye":
        this.#bye = frame;
        return this.#end(frame.code);
      case "welcome":
        this.#welcomed = true;
        this.#deadMs = frame.heartbeat.dead_ms;
        this.#steady = setTimeout(() => (this.#losses = 0), STEADY_MS);
    }
    this.#around.heard(frame);
  }

  /** Starts the wait for the next sign of life over. */
  #listen(): void {
    clearTimeout(this.#dead);
    this.#dead = setTimeout(() => this.#end(GONE), this.#deadMs);
  }

  #end(code: number): void {
    const stranger = !this.#welcomed || code === LOGGED_OUT;
    this.#hangUp();
    if ((code >= STOP_FROM && code <= STOP_TO) || this.#bye?.retry === false) {
      this.#over = true;
      this.#around.stopped(code, this.#bye?.why ?? "");
      return;
    }
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.start();
    }, this.#wait());
    this.#around.lost(stranger);
  }

  #hangUp(): void {
    clearTimeout(this.#dead);
    clearTimeout(this.#steady);
    const ws = this.#ws;
    this.#ws = null;
    if (ws === null) return;
    // A close can take minutes on a dead line: what it still says is no longer heard.
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }

  #wait(): number {
    const random = this.#around.random();
    if (this.#drainMs !== null) return random * this.#drainMs;
    const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** this.#losses);
    this.#losses += 1;
    return (this.#bye?.after_ms ?? 0) + random * most;
  }
}

/** What is no frame is no news; unknown types pass and are ignored further on. */
function parse(data: unknown): ServerFrame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    const isFrame = typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
    return isFrame ? (value as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
