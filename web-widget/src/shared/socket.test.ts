import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientFrame, ServerFrame } from "./protocol";
import { welcome } from "../testing/server";
import { Socket } from "./socket";

class FakeWebSocket {
  readonly OPEN = 1;
  readyState = 0;
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  accept(...frames: ServerFrame[]): void {
    this.readyState = 1;
    this.onopen?.();
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** A socket over fake lines; `random` is 1 for the longest wait. */
function setUp(random = 1) {
  const lines: FakeWebSocket[] = [];
  const seen: string[] = [];
  const socket = new Socket<ClientFrame, ServerFrame>({
    open: () => {
      const line = new FakeWebSocket();
      lines.push(line);
      return line as unknown as WebSocket;
    },
    random: () => random,
    dead_ms: 20_000,
    hello: () => ({ type: "hello", locale: "en", page: "", client: { name: "", version: "" } }),
    heard: (frame) => seen.push(frame.type),
    lost: (code, welcomed) => seen.push(`lost ${code}${welcomed ? "" : ", a stranger"}`),
    stopped: (code, why) => seen.push(`stopped ${code} ${why}`.trim()),
  });
  socket.start();
  const last = (): FakeWebSocket => lines.at(-1) as FakeWebSocket;
  return { socket, lines, seen, last };
}

/** How long it takes until the next line is tried. */
async function wait(lines: FakeWebSocket[]): Promise<number> {
  const count = lines.length;
  const before = Date.now();
  while (lines.length === count && Date.now() - before < 100_000) await vi.advanceTimersByTimeAsync(10);
  return Date.now() - before;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the line", () => {
  test("says hello first and answers pings itself", () => {
    const { last, seen } = setUp();
    last().accept(welcome(), { type: "ping", n: 7 });
    expect(last().sent).toMatchObject([{ type: "hello" }, { type: "pong", n: 7 }]);
    expect(seen).toEqual(["welcome"]);
  });

  test("backs off twice as long each time, up to 30 s", async () => {
    const { lines, last } = setUp();
    const waits: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      last().onclose?.({ code: 1006 });
      waits.push(await wait(lines));
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("begins the back-off anew only after a line that held", async () => {
    const { lines, last } = setUp();
    last().accept(welcome());
    last().onclose?.({ code: 1006 });
    expect(await wait(lines)).toBe(500);
    last().accept(welcome());
    last().onclose?.({ code: 1006 });
    expect(await wait(lines)).toBe(1000);
    last().accept(welcome());
    await vi.advanceTimersByTimeAsync(11_000);
    last().onclose?.({ code: 1006 });
    expect(await wait(lines)).toBe(500);
  });

  test("spreads out after a drain", async () => {
    const { lines, last, socket } = setUp(0.5);
    last().accept(welcome(), { type: "drain", within_ms: 20_000 });
    last().onclose?.({ code: 1012 });
    socket.nudge();
    expect(await wait(lines)).toBe(10_000);
  });

  test("takes silence for a cut, and any frame for life", async () => {
    const { lines, last, seen } = setUp(0);
    last().accept(welcome({ heartbeat: { ping_ms: 5000, dead_ms: 15_000 } }));
    await vi.advanceTimersByTimeAsync(14_000);
    last().accept({ type: "ping", n: 1 });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(lines.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1010);
    expect(lines.length).toBe(2);
    expect(lines[0]?.closed).toBe(true);
    expect(seen).toEqual(["welcome", "lost 1006"]);
  });

  test("takes silence before the welcome for a cut, sooner or later, as its owner says", async () => {
    const { lines, last, seen } = setUp(0);
    last().accept();
    await vi.advanceTimersByTimeAsync(19_990);
    expect(lines.length).toBe(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(lines.length).toBe(2);
    expect(seen).toEqual(["lost 1006, a stranger"]);
  });

  test.each([4500, 4501, 4503, 4504, 4506, 4999])("stops for good at %i", async (code) => {
    const { lines, last, seen, socket } = setUp(0);
    last().onclose?.({ code });
    expect(seen).toEqual([`stopped ${code}`]);
    socket.start();
    socket.nudge();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.length).toBe(1);
  });

  test.each([1006, 1012, 1013, 4401, 4408, 4409, 4413, 4429])("comes back after %i", async (code) => {
    const { lines, last } = setUp(0);
    last().onclose?.({ code });
    await vi.advanceTimersByTimeAsync(10);
    expect(lines.length).toBe(2);
  });

  test("tells the reason of a cut, and whether there had been a welcome on this very line", async () => {
    const { lines, last, seen } = setUp(0);
    last().accept(welcome(), { type: "bye", code: 4401, why: "you are logged out", retry: true });
    await vi.advanceTimersByTimeAsync(10);
    last().accept({ type: "bye", code: 4400, why: "bad token", retry: true });
    await vi.advanceTimersByTimeAsync(10);
    expect(seen).toEqual(["welcome", "lost 4401", "lost 4400, a stranger"]);
    expect(lines.length).toBe(3);
  });

  test("stays away when a bye says so, until it is begun anew", async () => {
    const { lines, last, seen, socket } = setUp(0);
    last().accept({ type: "bye", code: 1008, why: "you may not be here", retry: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.length).toBe(1);
    expect(seen).toEqual(["stopped 1008 you may not be here"]);
    socket.restart();
    expect(lines.length).toBe(2);
  });

  test("says and hears nothing once it is stopped, not even at a wait's end", async () => {
    const { lines, last, seen, socket } = setUp(0.5);
    const line = last();
    line.accept(welcome());
    line.onclose?.({ code: 1006 });
    socket.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.length).toBe(1);
    expect(seen).toEqual(["welcome", "lost 1006"]);
  });

  test("waits as long as a bye says", async () => {
    const { lines, last, socket } = setUp(0);
    last().accept({ type: "bye", code: 4429, why: "slow down", retry: true, after_ms: 3000 });
    socket.nudge();
    expect(await wait(lines)).toBe(3000);
  });

  test("a nudge ends an ordinary wait", () => {
    const { lines, last, socket } = setUp();
    last().onclose?.({ code: 1006 });
    socket.nudge();
    expect(lines.length).toBe(2);
  });

  test("is deaf to a line it gave up and to what is no frame", () => {
    const { last, seen, socket } = setUp();
    const line = last();
    line.accept(welcome());
    for (const data of ["{", "null", "[]", '{"type":1}', 3]) line.onmessage?.({ data });
    expect(seen).toEqual(["welcome"]);
    socket.reconnect();
    line.onclose?.({ code: 4500 });
    line.onmessage?.({ data: JSON.stringify(welcome()) });
    expect(seen).toEqual(["welcome", "lost 1006"]);
  });
});
