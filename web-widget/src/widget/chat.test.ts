import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientFrame, ServerFrame } from "../shared/protocol";
import type { Owner } from "../shared/socket";
import { Keeper, type Shelf } from "../shared/storage";
import { botSaid, ownSaid, welcome } from "../testing/server";
import { Chat } from "./chat";

type Around = Owner<ClientFrame, ServerFrame>;

/** One browser: its storage is shared by the tabs opened in it. */
class Browser {
  readonly items = new Map<string, string>();
  names = 0;

  shelf(): Shelf {
    const { items } = this;
    return {
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    };
  }
}

class Tab {
  readonly sent: ClientFrame[] = [];
  readonly saved: string[] = [];
  readonly chat: Chat;
  around: Around | null = null;
  connections = 0;
  now = 1;

  constructor(browser: Browser) {
    const socket = {
      start: () => void (this.connections += 1),
      restart: () => undefined,
      stop: () => undefined,
      send: (frame: ClientFrame) => void this.sent.push(frame),
      reconnect: () => this.around?.lost(1006, true),
      nudge: () => undefined,
    };
    this.chat = new Chat({
      keeper: () => new Keeper(() => browser.shelf()),
      socket: (around) => {
        this.around = around;
        return socket;
      },
      locale: () => "en",
      page: () => "https://shop.test/",
      save: (text) => this.saved.push(text),
      now: () => this.now,
      name: () => `n${(browser.names += 1)}`,
    });
  }

  hello(): Extract<ClientFrame, { type: "hello" }> {
    return this.around?.hello() as Extract<ClientFrame, { type: "hello" }>;
  }

  hear(...frames: ServerFrame[]): void {
    for (const frame of frames) this.around?.heard(frame);
  }
}

const bot = (...seqs: number[]): ServerFrame[] => seqs.map((seq) => ({ type: "event", ...botSaid(seq) }));

function open(browser: Browser, ...frames: ServerFrame[]): Tab {
  const tab = new Tab(browser);
  tab.chat.open();
  if (frames.length > 0) {
    tab.hello();
    tab.hear(...frames);
  }
  return tab;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the chat", () => {
  test("touches nothing before it is opened", () => {
    const browser = new Browser();
    const tab = new Tab(browser);
    tab.chat.watch(false);
    tab.chat.nudge();
    tab.chat.hangUp();
    tab.chat.save();
    expect([tab.around, browser.items.size]).toEqual([null, 0]);
  });

  test("goes on after a reload from the last event, with what was not sent", () => {
    const browser = new Browser();
    const before = open(browser, welcome(), ...bot(1, 2));
    before.around?.lost(1006, true);
    before.chat.say("one");
    before.chat.say("two");
    before.chat.save();
    const after = open(browser);
    expect(after.chat.state.events.length).toBe(2);
    expect(after.hello()).toMatchObject({ token: "token", resume: { epoch: "1.0", seq: 2, at: botSaid(2).at } });
    after.hear(welcome());
    expect(after.sent).toMatchObject([
      { type: "say", client_id: "n1", body: { text: "one" } },
      { type: "say", client_id: "n2", body: { text: "two" } },
    ]);
  });

  test("has a message on disk before it is on the wire, and until it is acked", () => {
    const browser = new Browser();
    const tab = open(browser, welcome());
    const onDisk: boolean[] = [];
    tab.sent.push = (...frames) => onDisk.push(...frames.map(() => browser.items.has("frontdesk.out.n1")));
    tab.chat.say("one");
    expect(onDisk).toEqual([true]);
    tab.hear({ type: "ack", re: "r1", client_id: "n1", message: "m1", seq: 1, at: "", duplicate: false });
    expect(browser.items.has("frontdesk.out.n1")).toBe(false);
  });

  test("a second tab takes the first one's token", () => {
    const browser = new Browser();
    const [one, two] = [open(browser), open(browser)];
    expect([one.hello().token, two.hello().token]).toEqual([undefined, undefined]);
    one.hear(welcome({ token: "first" }));
    two.hear(welcome({ token: "second" }));
    expect(two.chat.state.link).toBe("waiting");
    expect(two.hello().token).toBe("first");
    two.hear(welcome({ token: "first" }));
    expect([two.chat.state.link, browser.items.get("frontdesk.token")]).toEqual(["up", "first"]);
  });

  test("two tabs that saw no token of each other's agree on the one that was written last", () => {
    const browser = new Browser();
    const [one, two] = [open(browser), open(browser)];
    one.hello();
    two.hello();
    one.hear(welcome({ token: "first" }));
    browser.items.delete("frontdesk.token");
    two.hear(welcome({ token: "second" }));
    for (const { chat } of [one, two]) chat.adopt();
    expect([one.chat.state.link, two.chat.state.link]).toEqual(["waiting", "up"]);
    expect(one.hello().token).toBe("second");
    one.hear(welcome({ token: "second" }));
    one.chat.adopt();
    expect(one.chat.state.link).toBe("up");
  });

  test("says `received` at most once a second, and `read` only when looked at", () => {
    const tab = open(new Browser(), welcome(), ...bot(1, 2, 3));
    vi.advanceTimersByTime(999);
    expect(tab.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(tab.sent).toEqual([{ type: "received", seq: 3 }]);
    expect(tab.chat.unread).toBe(3);
    tab.chat.watch(true);
    tab.hear(...bot(4));
    vi.advanceTimersByTime(1000);
    expect(tab.sent.slice(1)).toEqual([{ type: "received", seq: 4 }, { type: "read", seq: 4 }]);
    expect(tab.chat.unread).toBe(0);
  });

  test("begins anew without the token, but loses nothing unsent", () => {
    const browser = new Browser();
    const tab = open(browser, welcome(), ...bot(1));
    tab.chat.say("one");
    tab.around?.lost(4400, false);
    expect(tab.hello().token).toBeUndefined();
    expect(tab.hello().resume).toBeUndefined();
    tab.hear(welcome({ token: "new", epoch: "1.0" }));
    expect(tab.sent.filter((frame) => frame.type === "say").length).toBe(2);
    tab.hear({ type: "event", ...ownSaid(1, "n1") });
    expect([tab.chat.state.events.length, tab.chat.state.outbox.entries.length]).toEqual([1, 0]);
  });

  test("keeps nothing of an erased shopper", () => {
    const browser = new Browser();
    const tab = open(browser, welcome(), ...bot(1));
    tab.chat.say("one");
    tab.around?.stopped(4506, "you were erased");
    vi.advanceTimersByTime(5000);
    expect([browser.items.size, tab.chat.state.events.length, tab.chat.state.link]).toEqual([0, 0, "erased"]);
  });

  test("typing dots go out by themselves", () => {
    const by = { role: "bot", name: "Robin", ai: true } as const;
    const tab = open(new Browser(), welcome(), { type: "passing", kind: "typing", by, on: true });
    expect(tab.chat.state.typing).toBe(true);
    vi.advanceTimersByTime(8000);
    expect(tab.chat.state.typing).toBe(false);
  });

  test("says that the shopper types at most once a second, and once that they stopped", () => {
    const tab = open(new Browser(), welcome());
    for (const at of [5000, 5400, 5900, 6000]) {
      tab.now = at;
      tab.chat.typing(true);
    }
    const on = { type: "typing", on: true };
    expect(tab.sent).toEqual([on, on]);
    vi.advanceTimersByTime(4000);
    tab.chat.typing(false);
    expect(tab.sent.slice(2)).toEqual([{ type: "typing", on: false }]);
  });

  test("a reset forgets everything in this browser and begins again", () => {
    const browser = new Browser();
    const tab = open(browser, welcome(), ...bot(1));
    tab.chat.say("one");
    tab.chat.reset();
    vi.advanceTimersByTime(5000);
    expect([browser.items.size, tab.chat.state.events.length, tab.chat.state.outbox.entries.length]).toEqual([0, 0, 0]);
    expect(tab.hello()).not.toHaveProperty("token");
  });

  test("puts a copy into the shopper's hands", () => {
    const tab = open(new Browser(), welcome(), { type: "export", re: "r1", part: 1, parts: 1, data: "{}" });
    expect(tab.saved).toEqual(["{}"]);
  });
});
