import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Socket } from "./socket";
import type { ServerFrame } from "./wire";

class Wire {
  static all: Wire[] = [];
  readonly OPEN = 1;
  readyState = 1;
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    Wire.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  hears(frame: ServerFrame | Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const welcome = { type: "welcome", heartbeat: { ping_ms: 5000, dead_ms: 15_000 } };

function bench() {
  const said: unknown[] = [];
  const socket = new Socket({
    open: () => new Wire() as unknown as WebSocket,
    random: () => 0.999,
    heard: (frame) => said.push(frame.type),
    lost: (stranger) => said.push(stranger ? "lost, a stranger" : "lost"),
    stopped: (code, why) => said.push(`stopped ${code} ${why}`),
  });
  socket.start();
  const wire = () => Wire.all.at(-1)!;
  const up = () => {
    wire().onopen?.();
    wire().hears(welcome);
  };
  up();
  return { socket, said, wire, up };
}

beforeEach(() => {
  vi.useFakeTimers();
  Wire.all = [];
});
afterEach(() => void vi.useRealTimers());

describe("the line to the desk", () => {
  it("says hello first and answers each ping", () => {
    const { wire } = bench();
    wire().hears({ type: "ping", n: 7 });
    expect(wire().sent).toEqual([expect.objectContaining({ type: "hello" }), { type: "pong", n: 7 }]);
  });

  it("is given up after 15 seconds of silence, and not while it speaks", () => {
    const { said, wire } = bench();
    vi.advanceTimersByTime(14_000);
    wire().hears({ type: "ping", n: 1 });
    vi.advanceTimersByTime(14_999);
    expect(said).toEqual(["welcome"]);
    vi.advanceTimersByTime(1);
    expect(said).toEqual(["welcome", "lost"]);
    expect(Wire.all[0]?.closed).toBe(true);
  });

  it("comes back after waits that double", () => {
    const { wire } = bench();
    for (const wait of [500, 1000, 2000, 4000]) {
      const before = Wire.all.length;
      wire().onclose?.({ code: 1006 });
      vi.advanceTimersByTime(wait * 0.9);
      expect(Wire.all).toHaveLength(before);
      vi.advanceTimersByTime(wait * 0.1);
      expect(Wire.all).toHaveLength(before + 1);
    }
  });

  it("doubts the login when it is refused before a welcome, or with 4401", () => {
    const { said, wire, up } = bench();
    wire().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    wire().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1000);
    up();
    wire().hears({ type: "bye", code: 4401, why: "you are logged out", retry: true });
    expect(said).toEqual(["welcome", "lost", "lost, a stranger", "welcome", "lost, a stranger"]);
  });

  it("stays away when it is told to", () => {
    const { said, wire, socket } = bench();
    wire().hears({ type: "bye", code: 4504, why: "you may not be here any more", retry: false });
    vi.advanceTimersByTime(120_000);
    socket.nudge();
    expect(said).toEqual(["welcome", "stopped 4504 you may not be here any more"]);
    expect(Wire.all).toHaveLength(1);
  });

  it("spreads out after a drain, and no nudge shortens that", () => {
    const { wire, socket } = bench();
    wire().hears({ type: "drain", within_ms: 20_000 });
    wire().onclose?.({ code: 1012 });
    socket.nudge();
    vi.advanceTimersByTime(19_000);
    expect(Wire.all).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect(Wire.all).toHaveLength(2);
  });
});
