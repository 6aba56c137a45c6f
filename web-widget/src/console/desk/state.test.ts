import { describe, expect, it } from "vitest";
import { lastOf } from "./log";
import { acting, isMine, ownerOf, reduce, START, unread, type Effect, type Input, type State } from "./state";
import type { ChatEntry, ClientFrame, ServerFrame, StaffEntry } from "./wire";

const C = "c1";
const ME = { id: "u1", name: "Ann", role: "agent", teams: [] };

const welcome: ServerFrame = {
  type: "welcome",
  user: ME,
  presence: "busy",
  heartbeat: { ping_ms: 5000, dead_ms: 15_000 },
  limits: { text: 8000, in_flight: 8, watched: 64 },
};

const at = (seq: number) => new Date(seq * 1000).toISOString();

function said(seq: number, role: "shopper" | "bot" | "agent" = "shopper", epoch = "1.0"): ChatEntry {
  const by = { role, name: role === "shopper" ? "" : role, ai: role === "bot" };
  return { log: "chat", conversation: C, seq, epoch, at: at(seq), event: { kind: "said", message: `${C}.${seq}`, by, body: { kind: "text", text: `text ${seq}` } } };
}

function note(seq: number, after: number, epoch = "1.0"): StaffEntry {
  return { log: "staff", conversation: C, seq, after, epoch, at: at(seq), event: { kind: "note", by: { id: "u2", name: "Bo" }, text: `note ${seq}` } };
}

const event = (entry: ChatEntry | StaffEntry): Input => ({ on: "frame", frame: { type: "event", ...entry } });
const frame = (frame: ServerFrame): Input => ({ on: "frame", frame });

/** A desk over some inputs, with what it sent. */
class Bench {
  state: State = START;
  sent: ClientFrame[] = [];
  effects: Effect[] = [];

  do(...inputs: Input[]): this {
    for (const input of inputs) {
      const [state, effects] = reduce(this.state, input);
      this.state = state;
      this.effects.push(...effects);
      for (const effect of effects) if (effect.do === "send") this.sent.push(effect.frame);
    }
    return this;
  }

  last<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }> {
    const found = this.sent.findLast((sent) => sent.type === type);
    if (found === undefined) throw new Error(`no ${type} was sent`);
    return found as Extract<ClientFrame, { type: T }>;
  }

  watching(head = 0, epoch = "1.0"): this {
    const re = this.last("watch").id;
    return this.do(frame({ type: "watching", re, conversation: C, epoch, head, staff_head: 0, phase: "bot" }));
  }

  get chat() {
    const chat = this.state.chats[C];
    if (chat === undefined) throw new Error("no chat");
    return chat;
  }

  get seqs(): number[] {
    return this.chat.chat.entries.map(({ seq }) => seq);
  }
}

const followed = () => new Bench().do(frame(welcome), { on: "follow", conversations: [C] }).watching();
const say = (client_id: string, text = client_id): Input => ({ on: "send", client_id, conversation: C, request: { type: "say", text } });

describe("the copies of the two logs", () => {
  it("are right whatever order and number the frames come in", () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 50; round += 1) {
      const entries = [...Array.from({ length: 12 }, (_, n) => said(n + 1)), ...Array.from({ length: 8 }, (_, n) => note(n + 1, n))];
      const twice = [...entries, ...entries.filter(() => random() < 0.5)];
      const shuffled = twice.map((entry) => ({ entry, key: random() })).sort((a, b) => a.key - b.key);
      const bench = followed().do(...shuffled.map(({ entry }) => event(entry)));
      expect(bench.seqs).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
      expect(bench.chat.staff.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it("fetch what was dropped, once, and hold what came ahead of it", () => {
    const bench = followed().do(event(said(1)), event(said(4)), event(said(5)));
    expect(bench.seqs).toEqual([1]);
    expect(bench.last("fetch")).toMatchObject({ log: "chat", from: 2, to: 3 });
    expect(bench.sent.filter(({ type }) => type === "fetch")).toHaveLength(1);
    const { id } = bench.last("fetch");
    bench.do(frame({ type: "batch", re: id, conversation: C, log: "chat", epoch: "1.0", head: 5, events: [said(2), said(3)] }));
    expect(bench.seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it("fetch a long log page by page after a reset", () => {
    const bench = followed().do(frame({ type: "reset", conversation: C, log: "chat", epoch: "1.0", head: 150, why: "long" }));
    const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => said(from + n));
    for (const [from, to] of [[1, 100], [101, 150]] as const) {
      expect(bench.last("fetch")).toMatchObject({ from, to });
      bench.do(frame({ type: "batch", re: bench.last("fetch").id, conversation: C, log: "chat", epoch: "1.0", head: 150, events: page(from, to) }));
    }
    expect(lastOf(bench.chat.chat)).toBe(150);
  });

  it("are both thrown away when the conversation is erased", () => {
    const bench = followed().do(event(said(1)), event(note(1, 1)));
    bench.do(frame({ type: "reset", conversation: C, log: "chat", epoch: "1.1", head: 0, why: "erased" }));
    expect([bench.seqs, bench.chat.staff.entries]).toEqual([[], []]);
    bench.do(frame({ type: "reset", conversation: C, log: "staff", epoch: "1.1", head: 1, why: "erased" }));
    expect(bench.last("fetch")).toMatchObject({ log: "staff", from: 1, to: 1 });
  });

  it("ask for a new line when an event is of an epoch nobody told of", () => {
    expect(followed().do(event(said(1, "shopper", "2.0"))).effects.at(-1)).toEqual({ do: "reconnect" });
  });

  it("go on after a cut from where they are", () => {
    const bench = followed().do(event(said(1)), event(said(2)), event(note(1, 2)), { on: "cut" }, frame(welcome));
    expect(bench.last("watch")).toMatchObject({ chat: { epoch: "1.0", seq: 2, at: at(2) }, staff: { epoch: "1.0", seq: 1, at: at(1) } });
    expect(bench.watching(2).seqs).toEqual([1, 2]);
  });

  it("say so when there is no such conversation", () => {
    const bench = new Bench().do(frame(welcome), { on: "follow", conversations: [C] });
    bench.do(frame({ type: "error", re: bench.last("watch").id, code: "not_found", message: "no such conversation", retry: false }));
    expect(bench.chat.refused).toMatch(/no such conversation/);
  });
});

describe("what is sent", () => {
  it("stands once: until the log shows it, and not after", () => {
    const bench = followed().do(say("a"));
    const { id } = bench.last("say");
    bench.do(frame({ type: "ack", re: id, client_id: "a", conversation: C, log: "chat", seq: 1, at: at(1), duplicate: false }));
    expect(bench.state.outbox.entries.map(({ state }) => state.is)).toEqual(["sent"]);
    bench.do(event(said(1, "agent")));
    expect(bench.state.outbox.entries).toEqual([]);
  });

  it("goes out again after a cut, under its name and in order", () => {
    const bench = followed().do(say("a"), say("b"), { on: "cut" }, say("c"));
    expect(bench.sent.filter(({ type }) => type === "say")).toHaveLength(2);
    bench.sent = [];
    bench.do(frame(welcome));
    expect(bench.sent.flatMap((sent) => (sent.type === "say" ? [sent.client_id] : []))).toEqual(["a", "b", "c"]);
  });

  it("is known by its own name in the log when its ack was lost", () => {
    const bench = followed().do(say("a"), { on: "cut" });
    const own = said(1, "agent");
    if (own.event.kind === "said") own.event.client_id = "a";
    expect(bench.do(event(own)).state.outbox.entries).toEqual([]);
  });

  it("waits behind one that was refused for now", () => {
    const bench = followed().do(say("a"), say("b"));
    const [first] = bench.sent.filter((sent) => sent.type === "say");
    bench.do(frame({ type: "error", re: first!.id, code: "busy", message: "busy", retry: true, after_ms: 200 }));
    expect(bench.effects.at(-1)).toEqual({ do: "pause", ms: 200 });
    bench.sent = [];
    bench.do({ on: "resume" });
    expect(bench.sent.flatMap((sent) => (sent.type === "say" ? [sent.client_id] : []))).toEqual(["a", "b"]);
  });

  it("fails with the server's words, and can be tried again", () => {
    const bench = followed().do(say("a"));
    bench.do(frame({ type: "error", re: bench.last("say").id, code: "already_claimed", message: "Bo has it", retry: false }));
    expect(bench.state.outbox.entries[0]?.state).toEqual({ is: "failed", code: "already_claimed", why: "Bo has it" });
    bench.do({ on: "retry", client_id: "a", fresh: "a2" });
    expect(bench.last("say").client_id).toBe("a2");
  });

  it("is under way until an act is answered", () => {
    const bench = followed().do({ on: "send", client_id: "x", conversation: C, request: { type: "act", act: { act: "resolve" } } });
    expect(acting(bench.state, C, "resolve")).toBe(true);
    bench.do(frame({ type: "ack", re: bench.last("act").id, client_id: "x", conversation: C, log: "chat", seq: 3, at: at(3), duplicate: false }));
    expect(acting(bench.state, C)).toBe(false);
  });
});

describe("who has a chat", () => {
  const phase = (seq: number, phase: "waiting" | "with_agent" | "bot"): ChatEntry => ({ ...said(seq), event: { kind: "phase", phase } });
  const assigned = (seq: number, agent: string): ChatEntry => ({ ...said(seq), event: { kind: "assigned", agent } });

  it("is told by the log, with the person's id from those who are there", () => {
    const bench = followed().do(frame({ type: "views", counts: { waiting: 0, mine: 0, others: 0 }, people: [{ id: "u1", name: "Ann", presence: "busy", open: 0 }] }));
    bench.do(event(phase(1, "with_agent")), event(assigned(2, "Ann")));
    expect(isMine(bench.state, C)).toBe(true);
    bench.do(event(phase(3, "waiting")));
    expect(ownerOf(bench.state, C)).toBe(null);
  });

  it("is nobody for sure when two have one name", () => {
    const two = ["u1", "u9"].map((id) => ({ id, name: "Ann", presence: "busy" as const, open: 0 }));
    const bench = followed().do(frame({ type: "views", counts: { waiting: 0, mine: 0, others: 0 }, people: two }));
    bench.do(event(phase(1, "with_agent")), event(assigned(2, "Ann")));
    expect(ownerOf(bench.state, C)).toEqual({ id: null, name: "Ann" });
  });
});

it("shows the presence that the list of people has of us", () => {
  const views = (id: string): Input => frame({ type: "views", counts: { waiting: 0, mine: 0, others: 0 }, people: [{ id, name: "Ann", presence: "online", open: 0 }] });
  const bench = followed();
  expect(bench.do(views("u9")).state.presence).toBe("busy");
  expect(bench.do(views("u1")).state.presence).toBe("online");
});

it("counts as unread what the shopper said since one looked", () => {
  const bench = followed().do(event(said(1)), event(said(2, "bot")), event(said(3)));
  expect(unread(bench.chat)).toBe(2);
  expect(unread(bench.do({ on: "seen", conversation: C }).chat)).toBe(0);
});

it("shows who types until they say something or stop", () => {
  const typing = (on: boolean): Input => frame({ type: "passing", conversation: C, kind: "typing", by: { role: "shopper", name: "", ai: false }, on });
  const bench = followed().do(typing(true));
  expect(bench.chat.typing).toEqual([""]);
  expect(bench.do(event(said(1))).chat.typing).toEqual([]);
  expect(bench.do(typing(true), typing(false)).chat.typing).toEqual([]);
});
