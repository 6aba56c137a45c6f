import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PACE_MS, paced } from "./pace";

describe("the pace of drawing", () => {
  let runs = 0;
  const run = (): void => void (runs += 1);

  beforeEach(() => {
    runs = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("what comes alone is drawn at once", () => {
    const [call] = paced(run);
    call();
    expect(runs).toBe(1);
    vi.advanceTimersByTime(PACE_MS);
    expect(runs).toBe(1);
    call();
    expect(runs).toBe(2);
  });

  test("of a hundred at once the first is drawn, and then all", () => {
    const [call] = paced(run);
    for (let n = 0; n < 100; n += 1) call();
    expect(runs).toBe(1);
    vi.advanceTimersByTime(PACE_MS);
    expect(runs).toBe(2);
    vi.advanceTimersByTime(10 * PACE_MS);
    expect(runs).toBe(2);
  });

  test("a stream is drawn at the pace, and its end is not lost", () => {
    const [call] = paced(run);
    for (let n = 0; n < 100; n += 1) {
      call();
      vi.advanceTimersByTime(PACE_MS / 8);
    }
    expect(runs).toBeGreaterThanOrEqual(12);
    expect(runs).toBeLessThanOrEqual(14);
    const before = runs;
    call();
    vi.advanceTimersByTime(PACE_MS);
    expect(runs).toBeGreaterThan(before);
  });

  test("nothing is drawn after the end", () => {
    const [call, stop] = paced(run);
    call();
    call();
    stop();
    vi.advanceTimersByTime(PACE_MS);
    expect(runs).toBe(1);
  });
});
