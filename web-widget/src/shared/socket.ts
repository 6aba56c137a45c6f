// One line to the server: connects, says hello, answers pings, notices silence, and comes back. It knows nothing of
// conversations, and the chat's protocol and the desk's are the same to it.

import type { DeskServerFrame } from "./desk";
import type { ServerFrame } from "./protocol";

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30_000;
/** A line that held this long was a good one: the next loss begins the back-off anew. Sooner, a server that accepts and drops would be hammered. */
const STEADY_MS = 10_000;

const STOP_FROM = 4500;
const STOP_TO = 4999;
/** The browser's own code for a line that broke. */
const GONE = 1006;

/** What a socket says (`Out`) and hears (`In`), and what it asks of its surroundings; tests hand in their own. */
export interface Surroundings<Out, In> {
  open: () => WebSocket;
  /** In [0, 1). */
  random: () => number;
  /** A line that is silent for so long is dead, until the welcome says otherwise. */
  dead_ms: number;
  hello: () => Out;
  heard: (frame: In) => void;
  /** The line is cut and will be tried again. `welcomed`: it had got as far as a welcome. */
  lost: (code: number, welcomed: boolean) => void;
  /** The server does not want us back; `code` and `why` say the reason. */
  stopped: (code: number, why: string) => void;
}

/** What its owner decides; where the line leads is told elsewhere. */
export type Owner<Out, In> = Omit<Surroundings<Out, In>, "open" | "random" | "dead_ms">;

/** What is about the line itself, in both protocols. */
type OfLine = Extract<ServerFrame | DeskServerFrame, { type: "ping" | "drain" | "bye" | "welcome" }>;
type Bye = Extract<OfLine, { type: "bye" }>;
type Pong = { type: "pong"; n: number };
type Timer = ReturnType<typeof setTimeout> | undefined;

/** A line to the server that this page came from. */
export function dial(path: string, protocol: string): WebSocket {
  const url = new URL(path, location.origin);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url.href, protocol);
}

/** A socket as its owner sees it. */
export type Line<Out, In> = Pick<Socket<Out, In>, keyof Socket<Out, In>>;

export class Socket<Out, In> {
  readonly #around: Surroundings<Out, In>;
  #ws: WebSocket | null = null;
  #losses = 0;
  #deadMs = 0;
  #drainMs: number | null = null;
  #bye: Bye | null = null;
  #welcomed = false;
  #stopped = false;
  #retry: Timer;
  #dead: Timer;
  #steady: Timer;

  constructor(around: Surroundings<Out, In>) {
    this.#around = around;
  }

  start(): void {
    if (this.#ws !== null || this.#retry !== undefined || this.#stopped) return;
    this.#bye = this.#drainMs = null;
    this.#welcomed = false;
    this.#deadMs = this.#around.dead_ms;
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

  /** Begins anew after the server has sent us away. */
  restart(): void {
    this.#stopped = false;
    this.start();
  }

  /** Sends, if the line is open. If not, the frame is lost: whoever needs an answer keeps it in the outbox. */
  send(frame: Out | Pong): void {
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

  /** For good. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#hangUp();
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
        this.#welcomed = true;
        this.#deadMs = frame.heartbeat.dead_ms;
        this.#steady = setTimeout(() => (this.#losses = 0), STEADY_MS);
    }
    this.#around.heard(frame as In);
  }

  /** Starts the wait for the next sign of life over. */
  #listen(): void {
    clearTimeout(this.#dead);
    this.#dead = setTimeout(() => this.#over(GONE), this.#deadMs);
  }

  #over(code: number): void {
    this.#hangUp();
    if ((code >= STOP_FROM && code <= STOP_TO) || this.#bye?.retry === false) {
      this.#stopped = true;
      this.#around.stopped(code, this.#bye?.why ?? "");
      return;
    }
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.start();
    }, this.#wait());
    this.#around.lost(code, this.#welcomed);
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

/** What is no frame is no news. Frames of other types than the line's own pass, and unknown ones are ignored further on. */
function parse(data: unknown): OfLine | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    const isFrame = typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
    return isFrame ? (value as OfLine) : undefined;
  } catch {
    return undefined;
  }
}
