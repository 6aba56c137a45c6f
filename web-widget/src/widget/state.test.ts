import { describe, expect, test } from "vitest";
import type { ClientFrame, Entry, ServerFrame } from "../shared/protocol";
import { FakeServer, botSaid, event, ownSaid, seeded, welcome } from "../testing/server";
import { CAPACITY } from "./outbox";
import { type Effect, type Input, type State, START, cursor, draftText, lastSeq, reduce } from "./state";

/** Runs inputs one after the other and gathers what was sent. */
class Client {
  state: State = START;
  effects: Effect[] = [];

  do(...inputs: Input[]): this {
    for (const input of inputs) {
      const [state, effects] = reduce(this.state, input);
      this.state = state;
      this.effects.push(...effects);
    }
    return this;
  }

  hear(...frames: ServerFrame[]): this {
    return this.do(...frames.map((frame): Input => ({ on: "frame", frame })));
  }

  say(...names: string[]): this {
    return this.do(
      ...names.map((name): Input => {
        const order = (this.state.outbox.entries.at(-1)?.order ?? 0) + 1 + names.indexOf(name);
        return { on: "say", client_id: name, order, body: { kind: "text", text: name }, label: name };
      }),
    );
  }

  /** What was sent since the last look. */
  sent(): ClientFrame[] {
    const frames = this.effects.flatMap((effect) => (effect.do === "send" ? [effect.frame] : []));
    this.effects = [];
    return frames;
  }

  get seqs(): number[] {
    return this.state.events.map(({ seq }) => seq);
  }

  get box(): string[] {
    return this.state.outbox.entries.map(({ client_id, state }) => `${client_id} ${state.is}`);
  }
}

const frame = (event: Entry): ServerFrame => ({ type: "event", ...event });
const bot = (...seqs: number[]): ServerFrame[] => seqs.map((seq) => frame(botSaid(seq)));
const online = (...frames: ServerFrame[]): Client => new Client().hear(welcome(), ...frames);
const names = (frames: ClientFrame[]): string[] => frames.flatMap((frame) => (frame.type === "say" ? [frame.client_id] : []));
const requestId = (client: Client, name: string): string => {
  const state = client.state.outbox.entries.find(({ client_id }) => client_id === name)?.state;
  return state?.is === "sending" ? state.id : "not sending";
};

describe("the log", () => {
  test("is applied in order", () => {
    const client = online(...bot(1, 2, 3));
    expect(client.seqs).toEqual([1, 2, 3]);
    expect(cursor(client.state)).toEqual({ epoch: "1.0", seq: 3, at: botSaid(3).at });
    expect(client.effects).toEqual([]);
  });

  test("drops what it has already", () => {
    expect(online(...bot(1, 2, 1, 2, 2, 3)).seqs).toEqual([1, 2, 3]);
  });

  test("holds what is ahead and asks once for the hole", () => {
    const client = online(...bot(1, 4, 5, 6));
    expect(client.seqs).toEqual([1]);
    expect(client.sent()).toEqual([{ type: "fetch", id: "r1", from: 2, to: 3 }]);
    client.hear({ type: "batch", re: "r1", epoch: "1.0", head: 6, events: [botSaid(2), botSaid(3)] });
    expect(client.seqs).toEqual([1, 2, 3, 4, 5, 6]);
    expect(client.sent()).toEqual([]);
  });

  test("closes a hole that comes late by itself", () => {
    const client = online(...bot(1, 3, 2, 4));
    client.hear({ type: "batch", re: "r1", epoch: "1.0", head: 4, events: [botSaid(2)] });
    expect(client.seqs).toEqual([1, 2, 3, 4]);
    expect(client.effects.filter((effect) => effect.do === "reconnect")).toEqual([]);
  });

  test("fetches again what it could not hold", () => {
    const client = online(...bot(1), ...bot(...Array.from({ length: 300 }, (_, index) => index + 3)));
    expect(client.state.held.length).toBe(200);
    client.sent();
    client.hear({ type: "batch", re: "r1", epoch: "1.0", head: 302, events: [botSaid(2)] });
    expect(lastSeq(client.state)).toBe(202);
    expect(client.sent()).toEqual([{ type: "fetch", id: "r2", from: 203, to: 302 }]);
  });

  test("begins again on a new line when a fetch brings nothing or fails", () => {
    const nothing = online(...bot(1, 3));
    nothing.hear({ type: "batch", re: "r1", epoch: "1.0", head: 3, events: [] });
    expect(nothing.effects.at(-1)).toEqual({ do: "reconnect" });
    const failed = online(...bot(1, 3));
    failed.hear({ type: "error", re: "r1", code: "busy", message: "", retry: true });
    expect(failed.effects.at(-1)).toEqual({ do: "reconnect" });
  });

  test("never mixes epochs", () => {
    const client = online(...bot(1), frame(botSaid(2, "2.0")));
    expect(client.seqs).toEqual([1]);
    expect(client.effects).toEqual([{ do: "reconnect" }]);
  });

  test("is dropped by a reset and fetched in pages", () => {
    const client = online(...bot(1, 2));
    client.hear({ type: "reset", epoch: "1.1", head: 230, why: "erased" });
    expect(client.seqs).toEqual([]);
    expect(client.sent()).toEqual([{ type: "fetch", id: "r1", from: 1, to: 100 }]);
    const page = (from: number, to: number): Entry[] =>
      Array.from({ length: to - from + 1 }, (_, index) => botSaid(from + index, "1.1"));
    // The server may send less than was asked for.
    client.hear({ type: "batch", re: "r1", epoch: "1.1", head: 230, events: page(1, 60) });
    expect(client.sent()).toEqual([{ type: "fetch", id: "r2", from: 61, to: 160 }]);
    // A live event waits behind the pages.
    client.hear(frame(botSaid(231, "1.1")));
    client.hear({ type: "batch", re: "r2", epoch: "1.1", head: 231, events: page(61, 160) });
    client.hear({ type: "batch", re: "r3", epoch: "1.1", head: 231, events: page(161, 230) });
    expect(lastSeq(client.state)).toBe(231);
    expect(client.state.events.length).toBe(231);
  });

  test("ignores an answer to a question of before the reset", () => {
    const client = online(...bot(1, 3));
    client.hear({ type: "reset", epoch: "1.1", head: 1, why: "erased" });
    client.hear({ type: "batch", re: "r1", epoch: "1.0", head: 3, events: [botSaid(2)] });
    expect(client.seqs).toEqual([]);
  });

  test("an empty reset is empty, and asks nothing", () => {
    const client = online(...bot(1)).hear({ type: "reset", epoch: "2.0", head: 0, why: "restored" });
    expect(client.seqs).toEqual([]);
    expect(client.sent()).toEqual([]);
  });

  test("folds phase and agent", () => {
    const client = online(
      frame(event(1, "1.0", { kind: "phase", phase: "waiting", reason: "asked" })),
      frame(event(2, "1.0", { kind: "assigned", agent: "Mara" })),
      frame(event(3, "1.0", { kind: "phase", phase: "with_agent" })),
    );
    expect([client.state.phase, client.state.agent]).toEqual(["with_agent", "Mara"]);
    client.hear(frame(event(4, "1.0", { kind: "phase", phase: "closed", reason: "ended" })));
    expect([client.state.phase, client.state.agent]).toEqual(["closed", null]);
  });

  test("passes over kinds and frames of a later version", () => {
    const client = online(frame({ ...botSaid(1), event: { kind: "later" } as never }), { type: "later" } as never);
    expect(client.seqs).toEqual([1]);
  });
});

describe("the outbox", () => {
  test("keeps what is written offline, in order", () => {
    const client = new Client().say("a", "b", "c");
    expect(client.sent()).toEqual([]);
    expect(names(client.hear(welcome()).sent())).toEqual(["a", "b", "c"]);
  });

  test("has at most in_flight unanswered", () => {
    const client = new Client().say("a", "b", "c").hear(welcome({ limits: { text: 8000, in_flight: 2 } }));
    expect(names(client.sent())).toEqual(["a", "b"]);
    client.hear({ type: "ack", re: "r1", client_id: "a", message: "m1", seq: 1, at: "", duplicate: false });
    expect(names(client.sent())).toEqual(["c"]);
  });

  test.each(["ack first", "event first"])("shows one bubble for one message: %s", (order) => {
    const client = online().say("a");
    const ack: ServerFrame = { type: "ack", re: "r1", client_id: "a", message: "m1", seq: 1, at: "", duplicate: false };
    const said = frame(ownSaid(1, "a"));
    const [first, second] = order === "ack first" ? [ack, said] : [said, ack];
    client.hear(first);
    expect(client.box.length + client.seqs.length).toBe(1);
    client.hear(second);
    expect(client.box).toEqual([]);
    expect(client.seqs).toEqual([1]);
  });

  test("sends again under the same name after a cut", () => {
    const client = online().say("a", "b");
    client.sent();
    client.do({ on: "cut", link: "waiting" });
    expect(client.box).toEqual(["a queued", "b queued"]);
    // "a" had arrived: the log says so before the resend is answered.
    expect(names(client.hear(welcome(), frame(ownSaid(1, "a"))).sent())).toEqual(["a", "b"]);
    client.hear({ type: "ack", re: "r3", client_id: "a", message: "m1", seq: 1, at: "", duplicate: true });
    expect(client.box).toEqual(["b sending"]);
  });

  test("waits as told and then sends the refused and all after it again, in order", () => {
    const client = online().say("a", "b", "c");
    client.sent();
    const refusals = ["a", "b", "c"].map(
      (name): ServerFrame => ({ type: "error", re: requestId(client, name), code: "rate_limited", message: "", retry: true, after_ms: 700 }),
    );
    client.hear(...refusals).say("d");
    expect(client.effects).toEqual([{ do: "pause", ms: 700 }]);
    client.effects = [];
    expect(names(client.do({ on: "resume" }).sent())).toEqual(["a", "b", "c", "d"]);
  });

  test("tells of a delay until everything on the wire is answered, or the line is cut", () => {
    const delayed = (): Client => {
      const client = online().say("a", "b");
      client.hear({ type: "error", re: requestId(client, "a"), code: "busy", message: "", retry: true });
      expect(client.state.outbox.delay).toEqual({ code: "busy", ms: 1000 });
      return client.do({ on: "resume" });
    };
    const ack = (client_id: string): ServerFrame => ({ type: "ack", re: "", client_id, message: "", seq: 9, at: "", duplicate: false });
    const client = delayed();
    const delays = ["a", "b"].map((name) => client.hear(ack(name)).state.outbox.delay?.code ?? null);
    expect(delays).toEqual(["busy", null]);
    expect(delayed().do({ on: "cut", link: "waiting" }).state.outbox.delay).toBeNull();
  });

  test("a final refusal fails one entry and holds up none", () => {
    const client = online().say("a", "b");
    client.hear({ type: "error", re: requestId(client, "a"), code: "too_large", message: "", retry: false });
    expect(client.box).toEqual(["a failed", "b sending"]);
    client.do({ on: "cut", link: "waiting" }).sent();
    expect(names(client.hear(welcome()).sent())).toEqual(["b"]);
  });

  test("sends a failed entry again at the end, under a fresh name only if the old one is taken", () => {
    const client = online().say("a", "b", "c");
    for (const [name, code] of [["a", "internal"], ["b", "client_id_conflict"]] as const) {
      client.hear({ type: "error", re: requestId(client, name), code, message: "", retry: false });
    }
    client.sent();
    client.do({ on: "retry", client_id: "a", fresh: "a2", order: 10 }, { on: "retry", client_id: "b", fresh: "b2", order: 11 });
    expect(names(client.sent())).toEqual(["a", "b2"]);
    expect(client.box).toEqual(["c sending", "a sending", "b2 sending"]);
  });

  test("lets a failed entry go, and no other", () => {
    const client = online().say("a", "b");
    client.hear({ type: "error", re: requestId(client, "a"), code: "internal", message: "", retry: false });
    client.do({ on: "discard", client_id: "a" }, { on: "discard", client_id: "b" });
    expect(client.box).toEqual(["b sending"]);
  });

  test("is bounded", () => {
    const client = new Client();
    for (let n = 0; n < CAPACITY + 5; n += 1) client.say(`n${n}`);
    expect(client.box.length).toBe(CAPACITY);
    expect(client.box[0]).toBe("n0 queued");
  });

  test("carries acts like says", () => {
    const client = online().do({ on: "act", client_id: "h", order: 1, act: { act: "human" } });
    expect(client.sent()).toEqual([{ type: "act", id: "r1", client_id: "h", act: "human" }]);
    client.hear({ type: "ack", re: "r1", client_id: "h", message: "", seq: 1, at: "", duplicate: false });
    expect(client.box).toEqual(["h sent"]);
    client.hear(frame(event(1, "1.0", { kind: "phase", phase: "waiting", reason: "asked" })));
    expect(client.box).toEqual([]);
  });

  test("outlives a forgotten token, the log does not", () => {
    const client = online(...bot(1)).say("a", "b");
    client.hear({ type: "ack", re: requestId(client, "a"), client_id: "a", message: "m2", seq: 2, at: "", duplicate: false });
    client.do({ on: "forget", all: false }, { on: "cut", link: "waiting" });
    expect(client.seqs).toEqual([]);
    expect(client.box).toEqual(["b queued"]);
    expect(names(client.hear(welcome({ epoch: "9.0", resumed: false })).sent()).at(-1)).toBe("b");
  });
});

describe("what is passing", () => {
  const delta = (message: string, index: number, text: string): ServerFrame => ({ type: "passing", kind: "delta", message, index, text });
  const draft = (client: Client): string | null => (client.state.draft === null ? null : draftText(client.state.draft));

  test("pieces of an answer come in any order and twice; the message replaces them", () => {
    const client = online(...bot(1), delta("m2", 1, "is "), delta("m2", 0, "Here "));
    expect(draft(client)).toBe("Here is ");
    client.hear(delta("m2", 1, "is "), delta("m2", 3, "end"));
    expect(draft(client), "up to the hole").toBe("Here is ");
    client.hear(delta("m2", 2, "the "));
    expect(draft(client)).toBe("Here is the end");
    client.hear(...bot(2));
    expect(client.state.draft).toBeNull();
    client.hear(delta("m2", 4, "late"));
    expect(client.state.draft, "what is late is not drawn beside the message").toBeNull();
  });

  test("nobody is talked over: not the answer that is there, not a person", () => {
    const asked = online(...bot(1, 2), delta("c.2.draft", 0, "a"));
    expect(draft(asked), "it goes on with the newest").toBe("a");
    expect(draft(asked.hear(...bot(3), delta("c.2.draft", 1, "late"))), "its answer is there").toBeNull();
    const waiting = frame(event(1, "1.0", { kind: "phase", phase: "waiting" }));
    expect(draft(online(waiting, delta("c.1.draft", 0, "a"))), "a person was called").toBeNull();
  });

  test("an answer that never comes to its end leaves nothing", () => {
    expect(online(delta("m1", 0, "a")).do({ on: "cut", link: "waiting" }).state.draft).toBeNull();
    const called = online(delta("m1", 0, "a"), frame(event(1, "1.0", { kind: "phase", phase: "waiting" })));
    expect(called.state.draft).toBeNull();
    expect(draft(online(delta("m1", 0, "a"), delta("m2", 0, "b")))).toBe("b");
  });

  test("numbers that are none fill no memory", () => {
    const client = online(delta("m1", 1e9, "a"), delta("m1", -1, "a"), delta("m1", NaN, "a"));
    client.hear({ type: "export", re: "r1", part: 1, parts: 1e9, data: "" }, { type: "export", re: "r1", part: 0, parts: 1, data: "" });
    expect([client.state.draft, client.state.copy]).toEqual([null, null]);
  });

  test("the place in the queue holds while one waits, and no longer", () => {
    const waiting = frame(event(1, "1.0", { kind: "phase", phase: "waiting" }));
    const client = online({ type: "passing", kind: "queue", place: 2, wait_seconds: 60 }, waiting);
    expect(client.state.queue).toMatchObject({ place: 2, wait_seconds: 60 });
    client.hear(frame(event(2, "1.0", { kind: "phase", phase: "with_agent" })));
    expect(client.state.queue).toBeNull();
    expect(online({ type: "passing", kind: "queue", place: 1 }).do({ on: "cut", link: "waiting" }).state.queue).toBeNull();
  });

  test("receipts only grow, and only an agent's count", () => {
    const receipt = (role: "agent" | "shopper", received: number, read: number): ServerFrame => ({ type: "passing", kind: "receipt", role, received, read });
    const client = online(receipt("agent", 5, 3), receipt("agent", 4, 2), receipt("shopper", 9, 9));
    expect(client.state.receipt).toEqual({ received: 5, read: 3 });
    expect(client.do({ on: "forget", all: false }).state.receipt).toEqual({ received: 0, read: 0 });
  });

  test("a copy is put together by part, whatever the order", () => {
    const part = (part: number, data: string, re = "r1"): ServerFrame => ({ type: "export", re, part, parts: 3, data });
    const client = online(part(3, "c"), part(1, "a"), part(1, "a"));
    expect(client.effects).toEqual([]);
    client.hear(part(2, "b"));
    expect(client.effects).toEqual([{ do: "save", text: "abc" }]);
    expect(client.state.copy).toBeNull();
  });

  test("an address that was taken is remembered; all is forgotten when told", () => {
    const client = online().do({ on: "act", client_id: "a", order: 1, act: { act: "leave_contact", email: "a@b.example" } });
    expect(client.state.contact).toBe(false);
    client.hear({ type: "ack", re: "r1", client_id: "a", message: "m1", seq: 1, at: "", duplicate: false });
    expect(client.state.contact).toBe(true);
    client.say("b").do({ on: "forget", all: true });
    expect([client.state.contact, client.box]).toEqual([false, []]);
  });
});

describe("any line at all", () => {
  /** A line that drops, repeats and reorders events, is cut at any time, and loses what was on its way. */
  function run(seed: number): void {
    const random = seeded(seed);
    const chance = (share: number): boolean => random() < share;
    const pick = (count: number): number => Math.floor(random() * count);
    const server = new FakeServer();
    const client = new Client();
    let wire: ServerFrame[] = [];
    let said = 0;
    let perfect = false;

    const connect = (): void => {
      client.do({ on: "cut", link: "waiting" });
      const resume = cursor(client.state);
      wire = server.connect({ type: "hello", ...(resume && { resume }), locale: "en", page: "", client: { name: "", version: "" } });
    };
    const perform = (): void => {
      const effects = client.effects;
      client.effects = [];
      for (const effect of effects) {
        if (effect.do === "reconnect") return connect();
        if (effect.do === "pause") client.do({ on: "resume" });
        if (effect.do === "send") {
          const answers = server.answer(effect.frame, () => !perfect && chance(0.1), perfect ? 100 : 1 + pick(100));
          wire.push(...answers);
        }
      }
    };
    const deliver = (): void => {
      const isEvent = wire[0]?.type === "event";
      // Only events are shuffled and lost: acks and batches of a live TCP line are not, and a cut loses everything.
      const at = isEvent && wire[1]?.type === "event" && !perfect && chance(0.2) ? 1 : 0;
      const [next] = wire.splice(at, 1);
      if (next === undefined || (isEvent && !perfect && chance(0.1))) return;
      client.hear(next);
      if (isEvent && !perfect && chance(0.1)) client.hear(next);
    };
    const check = (): void => {
      const { events, outbox } = client.state;
      expect(events.every(({ seq }, index) => seq === index + 1)).toBe(true);
      const own = events.flatMap(({ event }) => (event.kind === "said" && event.client_id ? [event.client_id] : []));
      const bubbles = [...own, ...outbox.entries.map(({ client_id }) => client_id)];
      expect(new Set(bubbles).size).toBe(bubbles.length);
    };

    connect();
    for (let step = 0; step < 400; step += 1) {
      const dice = random();
      if (dice < 0.15) client.say(`c${said++}`);
      else if (dice < 0.3) wire.push(server.bot());
      else if (dice < 0.33) connect();
      else if (dice < 0.34 && server.log.length > 0) wire.push(server.erase());
      else deliver();
      perform();
      check();
    }
    perfect = true;
    connect();
    for (let step = 0; step < 5000 && (wire.length > 0 || client.effects.length > 0); step += 1) {
      deliver();
      perform();
      check();
    }
    expect(client.state.events).toEqual(server.log);
    expect(client.state.outbox.entries).toEqual([]);
    const stored = server.log.flatMap(({ event }) => (event.kind === "said" && event.client_id ? [event.client_id] : []));
    expect(stored).toEqual(Array.from({ length: said }, (_, n) => `c${n}`));
  }

  test("ends with the server's log, every message once and in order (200 seeds)", () => {
    for (let seed = 1; seed <= 200; seed += 1) run(seed);
  }, 60_000);

  test("a thousand and more missed events come by reset, each once", () => {
    const server = new FakeServer();
    for (let n = 0; n < 1234; n += 1) server.bot();
    const client = new Client().hear(...server.connect({ type: "hello", locale: "en", page: "", client: { name: "", version: "" } }));
    for (let frames = client.sent(); frames.length > 0; frames = client.sent()) {
      client.hear(...frames.flatMap((frame) => server.answer(frame, () => false)));
    }
    expect(client.state.events).toEqual(server.log);
  });
});
