// One line to the server: connects, says hello, answers pings, notices silence, and comes back. It knows nothing of
// conversations; frames go to and come from `chat.ts`.

import type { ClientFrame, ServerFrame } from "../shared/protocol";

/** Until the welcome says otherwise. */
const DEAD_MS = 45_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30_000;
/** A line that held this long was a good one: the next loss begins the back-off anew. Sooner, a server that accepts and drops would be hammered. */
const STEADY_MS = 10_000;

const FORGET_TOKEN = 4400;
const STOP_FROM = 4500;
const STOP_TO = 4999;
const GONE = 1006;

/** What the socket asks of its surroundings; tests hand in their own. */
export interface Surroundings {
  open: () => WebSocket;
  /** In [0, 1). */
  random: () => number;
  hello: () => ClientFrame;
  heard: (frame: ServerFrame) => void;
  /** The line is cut and will be tried again. */
  lost: () => void;
  /** The server does not want us back; `code` says why. */
  stopped: (code: number) => void;
  /** The server does not know our token. */
  forget: () => void;
}

type Bye = Extract<ServerFrame, { type: "bye" }>;

export class Socket {
  readonly #around: Surroundings;
  #ws: WebSocket | null = null;
  #losses = 0;
  #deadMs = DEAD_MS;
  #drainMs: number | null = null;
  #bye: Bye | null = null;
  #stopped = false;
  #retry: Timer;
  #dead: Timer;
  #steady: Timer;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  start(): void {
    if (this.#ws !== null || this.#retry !== undefined || this.#stopped) return;
    this.#bye = null;
    this.#drainMs = null;
    this.#deadMs = DEAD_MS;
    let ws: WebSocket;
    try {
      ws = this.#around.open();
    } catch {
      this.#over(GONE);
      return;
    }
    this.#ws = ws;
    ws.onopen = () => this.send(this.#around.hello());
    ws.onmessage = (message) => this.#message(message.data);
    ws.onclose = (event) => this.#over(event.code);
    this.#listen();
  }

  /** The shopper begins anew after the server has sent us away. */
  restart(): void {
    this.#stopped = false;
    this.start();
  }

  /** Sends, if the line is open. If not, the frame is lost: whoever needs an answer keeps it in the outbox. */
  send(frame: ClientFrame): void {
    const ws = this.#ws;
    if (ws !== null && ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
  }

  /** Hangs up and comes back after the usual wait. */
  reconnect(): void {
    if (this.#ws !== null) this.#over(GONE);
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
        return this.#over(frame.code);
      case "welcome":
        this.#deadMs = frame.heartbeat.dead_ms;
        this.#steady = setTimeout(() => (this.#losses = 0), STEADY_MS);
    }
    this.#around.heard(frame);
  }

  /** Starts the wait for the next sign of life over. */
  #listen(): void {
    clearTimeout(this.#dead);
    this.#dead = setTimeout(() => this.#over(GONE), this.#deadMs);
  }

  #over(code: number): void {
    this.#hangUp();
    if (code === FORGET_TOKEN) this.#around.forget();
    const stop = (code >= STOP_FROM && code <= STOP_TO) || (this.#bye?.retry === false && code !== FORGET_TOKEN);
    if (stop) {
      this.#stopped = true;
      this.#around.stopped(code);
      return;
    }
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.start();
    }, this.#wait());
    this.#around.lost();
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

type Timer = ReturnType<typeof setTimeout> | undefined;

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
