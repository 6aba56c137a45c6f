// The copy of one log: entries without a hole, what came ahead of a hole, and the page that is being fetched. Pure.

/** Entries fetched at a time; the server sends no more in one batch. */
const PAGE = 100;
/** What came ahead of a hole and is kept meanwhile. What is beyond it is fetched again. */
const HELD = 200;

interface Numbered {
  seq: number;
  at: string;
}

export interface Copy<E extends Numbered> {
  readonly entries: readonly E[];
  readonly held: readonly E[];
  /** The highest number we know of. */
  readonly want: number;
  readonly fetch: { id: string; from: number } | null;
}

export function empty<E extends Numbered>(want = 0): Copy<E> {
  return { entries: [], held: [], want, fetch: null };
}

/** A copy begins at 1 and has no hole, so its length is its last number. */
export function lastOf(copy: Copy<Numbered>): number {
  return copy.entries.length;
}

/** Applies what follows without a hole, holds what is ahead of one, drops what is known. */
export function take<E extends Numbered>(copy: Copy<E>, incoming: readonly E[]): Copy<E> {
  const ahead = new Map([...copy.held, ...incoming].map((entry) => [entry.seq, entry]));
  const entries = [...copy.entries];
  for (let next = ahead.get(entries.length + 1); next !== undefined; next = ahead.get(entries.length + 1)) entries.push(next);
  const held = [...ahead.values()].filter(({ seq }) => seq > entries.length).sort((a, b) => a.seq - b.seq);
  const want = Math.max(copy.want, held.at(-1)?.seq ?? 0, entries.length);
  return { ...copy, entries: entries.length === copy.entries.length ? copy.entries : entries, held: held.slice(0, HELD), want };
}

/** The page to ask for next, if something is missing and none is on its way. */
export function missing(copy: Copy<Numbered>): { from: number; to: number } | null {
  const from = copy.entries.length + 1;
  const to = Math.min(copy.want, from + PAGE - 1, (copy.held[0]?.seq ?? Infinity) - 1);
  return copy.fetch !== null || from > to ? null : { from, to };
}

/** What belonged to one socket is void on the next. */
export function unplugged<E extends Numbered>(copy: Copy<E>): Copy<E> {
  return { entries: copy.entries, held: [], want: copy.entries.length, fetch: null };
}

/** What a `watch` names, so that the log goes on from here. */
export function endOf(copy: Copy<Numbered>, epoch: string): { epoch: string; seq: number; at: string } | null {
  const last = copy.entries.at(-1);
  return last === undefined ? null : { epoch, seq: last.seq, at: last.at };
}
