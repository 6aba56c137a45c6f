// The conversations behind a number, the oldest first, some at a time.

import { useEffect, useRef, useState } from "preact/hooks";
import { get, words } from "../../api";
import { followed } from "../../route";
import { Failure } from "../parts/failure";
import { count, days, moment } from "../parts/format";
import { listNamed, type ListName } from "./lists";
import { proofHref } from "./place";
import type { Found, Listed } from "./report";
import { NAMES, proves, reasonName } from "./words";

const PAGE = 50;

interface Reading {
  rows: Found[];
  /** Where to go on: which source, and behind what in it. */
  source: number;
  after: string | null;
}

interface Of {
  name: ListName;
  from: string;
  to: string;
}

/** Reads on until some rows are found or the sources are at their end: a page of the server may be short, or empty. */
async function readOn(of: Of, reading: Reading, signal: AbortSignal): Promise<Reading> {
  const { sources } = listNamed(of.name);
  let { rows, source, after } = reading;
  const enough = rows.length + PAGE;
  while (source < sources.length && rows.length < enough) {
    const search = new URLSearchParams(sources[source]);
    search.set("from", of.from);
    search.set("to", of.to);
    search.set("limit", String(PAGE));
    if (after !== null) search.set("after", after);
    const page = await get<Listed>(`/api/reports/outcomes?${search}`, signal);
    rows = [...rows, ...page.rows];
    after = page.next;
    if (after === null) source += 1;
  }
  return { rows, source, after };
}

export function ListView({ zone, ...of }: Of & { zone: string | undefined }) {
  const list = listNamed(of.name);
  const [reading, setReading] = useState<Reading>({ rows: [], source: 0, after: null });
  const [why, setWhy] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const stop = useRef(new AbortController());
  const heading = useRef<HTMLHeadingElement>(null);
  const more = () => {
    if (asking) return;
    setAsking(true);
    setWhy(null);
    const { signal } = stop.current;
    readOn(of, reading, signal)
      .then(setReading, (error: unknown) => signal.aborted || setWhy(words(error)))
      .finally(() => setAsking(false));
  };
  useEffect(() => {
    heading.current?.focus();
    more();
    return () => stop.current.abort();
  }, []);
  const atEnd = reading.source >= list.sources.length;
  return (
    <section class="card sb-list" aria-labelledby="sb-list">
      <h2 id="sb-list" tabIndex={-1} ref={heading}>
        {list.title}
      </h2>
      <p class="hint" role="status">
        {days(of.from, of.to, zone)}. {summary(reading.rows.length, atEnd, asking)}
      </p>
      {reading.rows.length > 0 && <Rows rows={reading.rows} zone={zone} />}
      {why !== null && <Failure why={why} again={more} />}
      {!atEnd && why === null && (
        <button class="btn" type="button" aria-disabled={asking} onClick={more}>
          {asking ? "Reading…" : "Show more"}
        </button>
      )}
    </section>
  );
}

function summary(shown: number, atEnd: boolean, asking: boolean): string {
  if (atEnd) return shown === 1 ? "1 conversation." : `${count(shown)} conversations.`;
  return asking && shown === 0 ? "" : `The first ${count(shown)}.`;
}

function Rows({ rows, zone }: { rows: Found[]; zone: string | undefined }) {
  return (
    <table class="table sb-rows">
      <thead>
        <tr>
          <th scope="col">Began</th>
          <th scope="col">Came to</th>
          <th scope="col">Rated</th>
          <th scope="col">Proof</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={`${row.conversation}.${row.episode}`} row={row} zone={zone} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, zone }: { row: Found; zone: string | undefined }) {
  return (
    <tr>
      <th scope="row">
        <a href={proofHref(row.conversation, row.proof.seq)} onClick={followed}>
          {moment(row.began, zone)}
        </a>
        {row.episode > 1 && <span class="hint"> {count(row.episode)}. time</span>}
      </th>
      <td>
        <span class={`sb-swatch sb-${row.outcome}`} aria-hidden="true" /> {NAMES[row.outcome]}
        {row.reason !== null && <span class="hint"> {reasonName(row.reason)}</span>}
        {row.provisional && <span class="hint"> may still change</span>}
      </td>
      <td class="number">{row.rated === null ? <span class="quiet">–</span> : `${count(row.rated)} of 5`}</td>
      <td>
        Event {count(row.proof.seq)}: {proves(row)} <span class="hint">{moment(row.proof.at, zone)}</span>
      </td>
    </tr>
  );
}
