import { describe, expect, test } from "vitest";
import { duration } from "../parts/format";
import { addDays, dayOf, spanOf, startOf, wrongWith } from "./period";
import { placeOf } from "./place";
import { shares } from "./report";

describe("shares", () => {
  test.each([
    [[1, 1, 1], [0.334, 0.333, 0.333]],
    [[0, 0], [0, 0]],
    [[5, 0], [1, 0]],
    [[1, 1, 1, 1, 1, 1, 1], [0.143, 0.143, 0.143, 0.143, 0.143, 0.143, 0.142]],
    [[999_999, 1], [1, 0]],
  ])("of %j", (counts, expected) => {
    expect(shares(counts)).toEqual(expected);
  });

  test("add up to one whatever the counts are", () => {
    for (let n = 1; n < 500; n += 1) {
      const counts = [n % 7, n % 11, n % 13, n % 17, n % 19];
      const thousandths = shares(counts).reduce((sum, share) => sum + Math.round(share * 1000), 0);
      expect(thousandths).toBe(counts.some((count) => count > 0) ? 1000 : 0);
    }
  });
});

describe("a day of the shop's clock", () => {
  test.each([
    ["2026-11-22", "Europe/Berlin", "2026-11-21T23:00:00.000Z"],
    ["2026-07-01", "Europe/Berlin", "2026-06-30T22:00:00.000Z"],
    // The days on which the clock changes, and those after them.
    ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z"],
    ["2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00.000Z"],
    ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
    ["2026-10-26", "Europe/Berlin", "2026-10-25T23:00:00.000Z"],
    ["2026-11-22", "Asia/Kolkata", "2026-11-21T18:30:00.000Z"],
    ["2026-11-22", "America/Los_Angeles", "2026-11-22T08:00:00.000Z"],
    ["2026-11-22", "UTC", "2026-11-22T00:00:00.000Z"],
  ])("%s in %s begins at %s", (day, zone, expected) => {
    expect(startOf(day, zone)).toBe(expected);
    expect(dayOf(new Date(expected), zone)).toBe(day);
    expect(dayOf(new Date(Date.parse(expected) - 1), zone)).toBe(addDays(day, -1));
  });

  test("choices are whole days, and the last ones end now", () => {
    const now = new Date("2026-11-22T23:30:00Z");
    expect(spanOf({ is: "last", days: 1 }, now, "Europe/Berlin")).toEqual({ from: "2026-11-22T23:00:00.000Z" });
    expect(spanOf({ is: "last", days: 7 }, now, "UTC")).toEqual({ from: "2026-11-16T00:00:00.000Z" });
    expect(spanOf({ is: "between", from: "2026-11-01", to: "2026-11-30" }, now, "UTC")).toEqual({
      from: "2026-11-01T00:00:00.000Z",
      to: "2026-12-01T00:00:00.000Z",
    });
  });

  test("what is filled in wrongly is said", () => {
    expect(wrongWith("2026-11-02", "2026-11-01")).toMatch(/after/);
    expect(wrongWith("", "2026-11-01")).toMatch(/both/);
    expect(wrongWith("2026-11-01", "2026-11-01")).toBeNull();
  });
});

describe("an address that somebody bent", () => {
  const at = (search: Record<string, string>) => placeOf(new URLSearchParams(search));

  test.each(["9999-12-31", "0000-01-01", "1999-12-31", "2026-13-40", "2026-1-1", "__proto__", "<script>", ""])("names no day: %j", (day) => {
    expect(at({ from: day, to: day }).choice).toEqual({ is: "last", days: 7 });
  });

  test.each([
    ["abc", "abc"],
    ["", ""],
    ["9999-12-31T00:00:00Z", "9999-12-31T00:00:01Z"],
    ["2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"],
    ["2026-11-02Tabc", "2026-11-03Tabc"],
  ])("names no time of a list: %j to %j", (since, until) => {
    expect(at({ list: "requests", since, until }).list).toBeNull();
  });

  test.each(["__proto__", "constructor", "<script>"])("names no list: %j", (list) => {
    expect(at({ list, since: "2026-11-01T00:00:00Z", until: "2026-11-02T00:00:00Z" }).list).toBeNull();
  });

  test("and the last day there is can be reckoned with", () => {
    expect(spanOf({ is: "between", from: "2099-12-31", to: "2099-12-31" }, new Date(), "Asia/Tokyo").to).toBe("2099-12-31T15:00:00.000Z");
  });
});

test.each([
  [0, "0 ms"],
  [0.42, "420 µs"],
  [4, "4 ms"],
  [850, "850 ms"],
  [3200, "3.2 s"],
  [45_000, "45 s"],
  [59_700, "1 min"],
  [250_000, "4 min 10 s"],
  [7_500_000, "2 h 5 min"],
  [273_600_000, "3 d 4 h"],
])("%d ms are %s", (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});
