// The time a report is about. Days are those of the shop's clock, so that colleagues in other zones see the same numbers.

/** What was chosen: the last few days with today, or from one day to another, both of them in it. */
export type Choice = { is: "last"; days: number } | { is: "between"; from: string; to: string };

export const LAST = [1, 7, 28] as const;
export const USUAL: Choice = { is: "last", days: 7 };

/** `from` is in it, `to` is not; without `to` it ends now. */
export interface Span {
  from: string;
  to?: string;
}

export function spanOf(choice: Choice, now: Date, zone: string): Span {
  if (choice.is === "last") return { from: startOf(addDays(dayOf(now, zone), 1 - choice.days), zone) };
  return { from: startOf(choice.from, zone), to: startOf(addDays(choice.to, 1), zone) };
}

/** What is wrong with two days as somebody filled them in, or null. */
export function wrongWith(from: string, to: string): string | null {
  if (!isDay(from) || !isDay(to)) return "Fill in both days.";
  return from <= to ? null : "The first day is after the last one.";
}

/** Of this century: what lies beyond is a slip of the hand, and the end of a year 9999 could not be reckoned with. */
export function isDay(text: string | null): text is string {
  return text !== null && /^20\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The day it is in a zone: `2026-11-22`. */
export function dayOf(at: Date, zone: string): string {
  const { year, month, day } = wall(at.getTime(), zone);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The first moment of a day in a zone. */
export function startOf(day: string, zone: string): string {
  const midnight = Date.parse(day);
  // The first guess may fall on the other side of a change of the clock; the second is reckoned with the right offset.
  const guess = midnight - offset(midnight, zone);
  return new Date(midnight - offset(guess, zone)).toISOString();
}

/** How far the clock of a zone is ahead of UTC at a moment, in milliseconds. */
function offset(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wall(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

type Wall = Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;

function wall(at: number, zone: string): Wall {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Wall;
}
