import { describe, expect, test } from "vitest";
import type { Outgoing } from "../widget/outbox";
import { botSaid } from "../testing/server";
import type { Item } from "./bridge";
import { Keeper, type PageStore, type Shelf } from "./storage";

class FakeShelf implements Shelf {
  readonly items = new Map<string, string>();
  /** What fits, in characters of values. */
  room = Infinity;

  get length(): number {
    return this.items.size;
  }
  key = (index: number): string | null => [...this.items.keys()][index] ?? null;
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  removeItem = (key: string): void => void this.items.delete(key);
  setItem(key: string, value: string): void {
    const others = [...this.items].filter(([name]) => name !== key).reduce((sum, [, text]) => sum + text.length, 0);
    if (others + value.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }
}

const entry = (client_id: string, order: number, state: Outgoing["state"] = { is: "queued" }): Outgoing => ({
  client_id,
  order,
  request: { type: "say", body: { kind: "text", text: client_id } },
  label: client_id,
  state,
});
const log = (count: number) => ({
  events: Array.from({ length: count }, (_, index) => botSaid(index + 1)),
  phase: "bot" as const,
  agent: null,
});

describe("what lies on disk and has another shape is not gone on from", () => {
  const said = { kind: "said", message: "m", by: { role: "bot" }, body: { kind: "text", text: "hello" } };
  const saved = { events: [{ seq: 1, epoch: "e", at: "t", event: said }], phase: "bot", agent: null };
  const read = (key: string, value: unknown): Keeper => {
    const shelf = new FakeShelf();
    shelf.setItem(key, typeof value === "string" ? value : JSON.stringify(value));
    return new Keeper(() => shelf);
  };

  test("the log", () => {
    expect(read("frontdesk.log", saved).log()).toEqual(saved);
    const event = (event: unknown) => ({ ...saved, events: [{ seq: 1, epoch: "e", at: "t", event }] });
    const wrong: unknown[] = ["", "{", "null", "7", "[]", { ...saved, agent: 7 }, { ...saved, agent: {} }, { ...saved, phase: "__proto__" }, { ...saved, events: null }];
    wrong.push(event({}), event({ ...said, body: null }), event({ ...said, by: null }), event({ ...said, message: 1 }), event({ ...said, body: { text: 7 } }));
    wrong.push({ ...saved, events: [{ seq: 0.5, epoch: "e", at: "t", event: said }] });
    for (const value of wrong) expect(read("frontdesk.log", value).log(), JSON.stringify(value)).toBeNull();
  });

  test("unsent messages", () => {
    const whole = entry("a", 1);
    const act: Outgoing = { ...whole, request: { type: "act", act: { act: "end" } } };
    const choice: Outgoing = { ...whole, request: { type: "say", body: { kind: "choice", of: "m", index: 0 } } };
    const failed = entry("a", 1, { is: "failed", code: "too_large" });
    for (const good of [whole, act, choice, failed]) expect(read("frontdesk.out.a", good).outbox()).toEqual([good]);
    const wrong: unknown[] = ["", "{", "null", "[]", { ...whole, state: {} }, { ...whole, state: { is: "failed" } }, { ...whole, state: { is: "sending" } }];
    wrong.push({ ...whole, request: {} }, { ...whole, request: { type: "act" } }, { ...whole, request: { type: "say", body: { kind: "text", text: 7 } } }, { ...whole, order: "1" });
    for (const value of wrong) expect(read("frontdesk.out.a", value).outbox(), JSON.stringify(value)).toEqual([]);
  });
});

describe("storage", () => {
  test("gives back what was kept, to another tab too", () => {
    const shelf = new FakeShelf();
    const keeper = new Keeper(() => shelf);
    keeper.keepToken("t");
    keeper.keepLog(log(3));
    keeper.keepOutbox([], [entry("b", 2), entry("a", 1)]);
    const other = new Keeper(() => shelf);
    expect(other.token()).toBe("t");
    expect(other.log()).toEqual({ ...log(3), contact: false });
    expect(other.outbox().map(({ client_id }) => client_id)).toEqual(["a", "b"]);
  });

  test("keeps the last 500 events; the last one is the cursor", () => {
    const keeper = new Keeper(() => new FakeShelf());
    keeper.keepLog(log(1200));
    expect(keeper.log()?.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, index) => 701 + index));
  });

  test("keeps fewer when there is no room, and drops the log before a message", () => {
    const shelf = new FakeShelf();
    const keeper = new Keeper(() => shelf);
    shelf.room = 20_000;
    keeper.keepLog(log(500));
    const kept = keeper.log()?.events ?? [];
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.at(-1)?.seq).toBe(500);
    keeper.keepOutbox([], [entry("x".repeat(5000), 1)]);
    expect(keeper.outbox().length).toBe(1);
  });

  test("two tabs never overwrite each other's messages", () => {
    const shelf = new FakeShelf();
    const one = new Keeper(() => shelf);
    const two = new Keeper(() => shelf);
    one.keepOutbox([], [entry("a", 1)]);
    two.keepOutbox([], [entry("b", 2)]);
    one.keepOutbox([entry("a", 1)], []);
    expect(two.outbox().map(({ client_id }) => client_id)).toEqual(["b"]);
  });

  test("an acked message leaves the disk, one on the wire is queued there, a failed one stays failed", () => {
    const keeper = new Keeper(() => new FakeShelf());
    const failed: Outgoing["state"] = { is: "failed", code: "internal" };
    const before = [entry("a", 1), entry("b", 2), entry("c", 3)];
    keeper.keepOutbox([], before);
    keeper.keepOutbox(before, [entry("a", 1, { is: "sent", seq: 9 }), entry("b", 2, { is: "sending", id: "r1" }), entry("c", 3, failed)]);
    expect(keeper.outbox().map(({ client_id, state }) => [client_id, state])).toEqual([
      ["b", { is: "queued" }],
      ["c", failed],
    ]);
  });

  test("works from memory where there is no storage", () => {
    const keeper = new Keeper(() => {
      throw new DOMException("denied", "SecurityError");
    });
    keeper.keepToken("t");
    keeper.keepOutbox([], [entry("a", 1)]);
    expect([keeper.token(), keeper.outbox().length]).toEqual(["t", 1]);
  });

  test.each(["{", "null", "[]", '{"events":[1],"phase":"bot"}', '{"events":[{"seq":1},{"seq":3}],"phase":"bot"}'])(
    "does not believe a log of %s",
    (text) => {
      const shelf = new FakeShelf();
      shelf.items.set("frontdesk.log", text);
      shelf.items.set("frontdesk.out.x", text);
      const keeper = new Keeper(() => shelf);
      expect([keeper.log(), keeper.outbox()]).toEqual([null, []]);
    },
  );

  test("forgets a conversation but not what was never sent; and all of it when told", () => {
    const shelf = new FakeShelf();
    const keeper = new Keeper(() => shelf);
    keeper.keepToken("t");
    keeper.keepLog(log(1));
    keeper.keepOutbox([], [entry("a", 1)]);
    keeper.forgetToken();
    expect([keeper.token(), keeper.log(), keeper.outbox().length]).toEqual([null, null, 1]);
    keeper.forgetAll();
    expect(shelf.items.size).toBe(0);
  });
});

/** The shop's page: what it keeps, and what it was told. */
class FakePage implements PageStore {
  readonly kept = new Map<string, string>();

  get items(): Item[] {
    return [...this.kept];
  }
  tell = ([key, value]: Item): void => void (value === null ? this.kept.delete(key) : this.kept.set(key, value));
}

describe("the shop's page", () => {
  const denied = (): Shelf => {
    throw new DOMException("denied", "SecurityError");
  };

  test("keeps the token and nothing else where the frame has a storage of its own", () => {
    const page = new FakePage();
    const keeper = new Keeper(() => new FakeShelf(), page);
    keeper.keepToken("t");
    keeper.keepLog(log(3));
    keeper.keepOutbox([], [entry("a", 1)]);
    expect([...page.kept]).toEqual([["frontdesk.token", "t"]]);
    keeper.forgetToken();
    expect([...page.kept]).toEqual([]);
  });

  test("brings back the token of an emptied frame, and never overrides the frame's own", () => {
    const page = new FakePage();
    page.kept.set("frontdesk.token", "the page's");
    const shelf = new FakeShelf();
    expect(new Keeper(() => shelf, page).token()).toBe("the page's");
    shelf.items.set("frontdesk.token", "the frame's");
    expect(new Keeper(() => shelf, page).token()).toBe("the frame's");
  });

  test("keeps everything where the frame may keep nothing", () => {
    const page = new FakePage();
    const keeper = new Keeper(denied, page);
    keeper.keepToken("t");
    keeper.keepLog(log(3));
    keeper.keepOutbox([], [entry("b", 2), entry("a", 1)]);
    keeper.keepOutbox([entry("b", 2), entry("a", 1)], [entry("b", 2)]);
    const next = new Keeper(denied, page);
    expect([next.token(), next.log()?.events.length, next.outbox().map(({ client_id }) => client_id)]).toEqual(["t", 3, ["b"]]);
    next.forgetAll();
    expect([...page.kept]).toEqual([]);
  });

  test("says what another tab has written, where it stands for the frame's storage", () => {
    const lent = new Keeper(denied, new FakePage());
    expect([lent.stored(["frontdesk.token", "t"]), lent.token()]).toEqual([true, "t"]);
    expect([lent.stored(["frontdesk.out.a", "{}"]), lent.stored(["frontdesk.token", null]), lent.token()]).toEqual([false, true, null]);
    const own = new Keeper(() => new FakeShelf(), new FakePage());
    expect([own.stored(["frontdesk.token", "t"]), own.token()]).toEqual([false, null]);
  });

  test("has all forgotten that a closed frame kept, once", () => {
    const page = new FakePage();
    const shelf = new FakeShelf();
    const before = new Keeper(() => shelf, page);
    before.keepToken("t");
    before.keepLog(log(3));
    before.keepOutbox([], [entry("a", 1)]);
    page.kept.clear();
    page.kept.set("frontdesk.reset", "1");
    const after = new Keeper(() => shelf, page);
    expect([after.token(), after.log(), after.outbox(), shelf.items.size, page.kept.size]).toEqual([null, null, [], 0, 0]);
  });
});
