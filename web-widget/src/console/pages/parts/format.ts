// Numbers and times as the reader's own locale writes them.

const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
  const format = new Intl.NumberFormat(undefined, options);
  return (value) => format.format(value);
};

export const count = number({ maximumFractionDigits: 0 });
export const share = number({ style: "percent", maximumFractionDigits: 1 });
/** For columns: the points stand below each other. */
export const evenShare = number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
export const decimal = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const fine = number({ maximumSignificantDigits: 2 });

/** Milliseconds, in the two units that matter: `150 µs`, `850 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 1) return `${fine(ms * 1000)} µs`;
  if (ms < 10) return `${fine(ms)} ms`;
  if (ms < 1000) return `${count(ms)} ms`;
  if (ms < 10_000) return `${decimal(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${count(seconds)} s`;
  if (seconds < 3600) return pair(seconds, 60, "min", 1, "s");
  if (seconds < 86_400) return pair(seconds, 3600, "h", 60, "min");
  return pair(seconds, 86_400, "d", 3600, "h");
}

function pair(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  const first = `${count(Math.floor(seconds / large))} ${largeName}`;
  return rest === 0 ? first : `${first} ${count(rest)} ${smallName}`;
}

/** What is not known is shown as a dash, never as a zero. */
export const known = <T>(value: T | null | undefined, show: (value: T) => string): string => (value === null || value === undefined ? "–" : show(value));

export function moment(at: string, zone?: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", ...zoned(zone) }).format(new Date(at));
}

/** To the second, where the order of things counts. */
export function exactly(at: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

export function day(at: string, zone?: string): string {
  return new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", ...zoned(zone) }).format(new Date(at));
}

export function shortDay(at: string, zone?: string): string {
  return new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", ...zoned(zone) }).format(new Date(at));
}

/** From one moment to just before another, as days: `16 – 22 Nov 2026`. */
export function days(from: string, to: string, zone?: string): string {
  const format = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", ...zoned(zone) });
  return format.formatRange(new Date(from), new Date(Date.parse(to) - 1));
}

function zoned(zone: string | undefined): { timeZone?: string } {
  return zone === undefined ? {} : { timeZone: zone };
}
