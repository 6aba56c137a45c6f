// A chat.v1 server in memory for the tests: one visitor, one log, the rules of the protocol, and faults on demand.

import type { ClientFrame, Entry, Event, ServerFrame } from "../shared/protocol";
import type { Welcome } from "../widget/state";

const RESUME_MOST = 1000;
const BATCH_MOST = 100;

/** A small generator with a seed (mulberry32): a failing run can be had again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function welcome(changes: Partial<Welcome> = {}): Welcome {
  return {
    type: "welcome",
    token: "token",
    visitor: "visitor",
    conversation: "conversation",
    epoch: "1.0",
    head: 0,
    resumed: true,
    assistant: { name: "Robin", disclosure: "You are talking with an automated assistant." },
    limits: { text: 8000, in_flight: 8 },
    heartbeat: { ping_ms: 15_000, dead_ms: 45_000 },
    people: { open: true },
    ...changes,
  };
}

export function botSaid(seq: number, epoch = "1.0"): Entry {
  return event(seq, epoch, {
    kind: "said",
    message: `m${seq}`,
    by: { role: "bot", name: "Robin", ai: true },
    body: { kind: "text", text: `text ${seq}` },
  });
}

export function ownSaid(seq: number, client_id: string, text = client_id, epoch = "1.0"): Entry {
  return event(seq, epoch, {
    kind: "said",
    message: `m${seq}`,
    by: { role: "shopper", name: "", ai: false },
    client_id,
    body: { kind: "text", text },
  });
}

export function event(seq: number, epoch: string, kind: Event): Entry {
  return { seq, epoch, at: new Date(seq * 1000).toISOString(), event: kind };
}

export class FakeServer {
  log: Entry[] = [];
  #erasures = 0;
  #restores = 1;
  #stored = new Map<string, number>();
  /** The say that was refused for now, on this socket. */
  #refused: string | null = null;

  get epoch(): string {
    return `${this.#restores}.${this.#erasures}`;
  }

  connect(hello: Extract<ClientFrame, { type: "hello" }>): ServerFrame[] {
    this.#refused = null;
    const from = hello.resume;
    const head = this.log.length;
    const known = from === undefined || (from.epoch === this.epoch && this.log[from.seq - 1]?.at === from.at);
    const start = from?.seq ?? 0;
    if (known && head - start <= RESUME_MOST) {
      const missed = this.log.slice(start).map((event): ServerFrame => ({ type: "event", ...event }));
      return [welcome({ epoch: this.epoch, head, resumed: from !== undefined }), ...missed];
    }
    return [welcome({ epoch: this.epoch, head, resumed: false }), this.#reset()];
  }

  bot(): ServerFrame {
    return this.#append((seq) => botSaid(seq, this.epoch));
  }

  /** Erases: bodies are emptied, the epoch changes, the client is reset. */
  erase(): ServerFrame {
    this.#erasures += 1;
    this.log = this.log.map((event) => ({ ...event, epoch: this.epoch }));
    this.#append((seq) => event(seq, this.epoch, { kind: "redacted" }));
    return this.#reset();
  }

  /** Answers a request; `refuse` says whether a new say is put off. */
  answer(frame: ClientFrame, refuse: () => boolean, batchMost = BATCH_MOST): ServerFrame[] {
    switch (frame.type) {
      case "say":
        return this.#say(frame, refuse);
      case "fetch": {
        const to = Math.min(frame.to, frame.from + batchMost - 1);
        const events = this.log.slice(frame.from - 1, to);
        return [{ type: "batch", re: frame.id, epoch: this.epoch, head: this.log.length, events }];
      }
      default:
        return [];
    }
  }

  #say(frame: Extract<ClientFrame, { type: "say" }>, refuse: () => boolean): ServerFrame[] {
    const { id: re, client_id } = frame;
    if ((this.#refused !== null && this.#refused !== client_id) || (!this.#stored.has(client_id) && refuse())) {
      this.#refused ??= client_id;
      return [{ type: "error", re, code: "rate_limited", message: "", retry: true, after_ms: 10 }];
    }
    this.#refused = null;
    const duplicate = this.#stored.has(client_id);
    const text = frame.body.kind === "text" ? frame.body.text : "";
    const said = duplicate ? [] : [this.#append((seq) => ownSaid(seq, client_id, text, this.epoch))];
    const seq = this.#stored.get(client_id) ?? this.log.length;
    this.#stored.set(client_id, seq);
    return [{ type: "ack", re, client_id, message: `m${seq}`, seq, at: "", duplicate }, ...said];
  }

  #append(make: (seq: number) => Entry): ServerFrame {
    const event = make(this.log.length + 1);
    this.log.push(event);
    return { type: "event", ...event };
  }

  #reset(): ServerFrame {
    return { type: "reset", epoch: this.epoch, head: this.log.length, why: "test" };
  }
}
