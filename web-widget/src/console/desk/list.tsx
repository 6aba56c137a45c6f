// The chats on the left: what waits, one's own, those of others, and every conversation by its state.

import { useEffect, useState } from "preact/hooks";
import type { Row } from "../../shared/desk";
import type { Phase } from "../../shared/protocol";
import { get, words } from "../api";
import { followed, pathOf } from "../route";
import type { Desk } from "./client";
import { useNow } from "./hooks";
import { ownerOf, unread, type State } from "./state";
import { SummaryLine } from "./summary";
import { aboutOf, handover, language, moment, nameOf, PHASES, waited } from "./words";

export const VIEWS = ["waiting", "mine", "others", "all"] as const;
export type View = (typeof VIEWS)[number];

const TITLES: Record<View, string> = { waiting: "Waiting", mine: "Mine", others: "Others", all: "All" };

const EMPTY: Record<Exclude<View, "all">, { title: string; text: string }> = {
  waiting: { title: "Nobody waits", text: "When a shopper asks for a person, or a rule calls one, the chat appears here by itself." },
  mine: { title: "You have no chats", text: "Take one from Waiting. While you are online, new ones are given to you." },
  others: { title: "Colleagues have no chats", text: "What a colleague takes stands here, so that you can look on or leave a note." },
};

/** The rows of a view in the queue's order: the next first. */
export function rowsOfView(state: State, view: View): readonly Row[] {
  const rows = state.rows ?? [];
  const me = state.user?.id;
  switch (view) {
    case "waiting":
      return rows.filter((row) => row.phase === "waiting");
    case "mine":
      return rows.filter((row) => row.phase === "with_agent" && row.agent?.id === me);
    case "others":
      return rows.filter((row) => row.phase === "with_agent" && row.agent?.id !== me);
    case "all":
      return [];
  }
}

interface ListProps {
  desk: Desk;
  state: State;
  view: View;
  setView: (view: View) => void;
  conversation: string | null;
  /** The rows of the view All, as they are fetched. */
  listed: (conversations: string[]) => void;
}

export function List({ desk, state, view, setView, conversation, listed }: ListProps) {
  const now = useNow(1000);
  const rows = rowsOfView(state, view);
  return (
    <section class="list" aria-label="Chats">
      <div class="views" role="group" aria-label="Which chats">
        {VIEWS.map((each) => (
          <button key={each} type="button" class="view" aria-pressed={view === each} onClick={() => setView(each)}>
            {TITLES[each]}{" "}
            {each !== "all" && <span class={state.counts[each] > 0 && each === "waiting" ? "count count-now" : "count"}>{state.counts[each]}</span>}
          </button>
        ))}
      </div>
      {view === "all" ? (
        <All state={state} conversation={conversation} listed={listed} />
      ) : state.rows === null ? (
        <p class="list-empty quiet">{state.link === "up" || state.link === "new" ? "Loading…" : "No line to the server yet."}</p>
      ) : rows.length === 0 ? (
        <div class="list-empty">
          <p class="list-empty-title">{EMPTY[view].title}</p>
          <p class="quiet">{EMPTY[view].text}</p>
        </div>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <QueueRow key={row.conversation} row={row} state={state} ago={(now - desk.rowsAt) / 1000} current={row.conversation === conversation} />
          ))}
          {state.more > 0 && <li class="list-empty quiet">and {state.more} more further down the queue</li>}
        </ul>
      )}
    </section>
  );
}

function QueueRow({ row, state, ago, current }: { row: Row; state: State; ago: number; current: boolean }) {
  const chat = state.chats[row.conversation];
  const news = chat === undefined ? 0 : unread(chat);
  const fresh = chat?.opened !== true;
  const owner = ownerOf(state, row.conversation);
  const waiting = row.phase === "waiting";
  return (
    <li>
      <a class="row" href={pathOf.conversation(row.conversation)} onClick={followed} aria-current={current ? "true" : undefined} data-priority={row.priority}>
        <span class="row-head">
          {(fresh || news > 0) && <span class="dot">{news > 0 ? <span class="unseen">{news} unread: </span> : <span class="unseen">not opened yet: </span>}</span>}
          <span class="row-about" dir="auto">
            {aboutOf(row)}
          </span>
          <span class="row-time" title={waiting ? "waits for a person" : "since a person was called"}>
            {waited(row.waited_seconds + Math.max(0, ago))}
          </span>
        </span>
        {row.summary.slice(1).map((line) => (
          <span key={line} class="row-summary" dir="auto">
            <SummaryLine line={line} />
          </span>
        ))}
        <span class="row-tags">
          {row.place !== undefined && <span class="tag tag-place">place {row.place}</span>}
          {(row.priority === "urgent" || row.priority === "high") && <span class={`tag tag-${row.priority}`}>{row.priority}</span>}
          {row.priority === "low" && <span class="tag">low</span>}
          {row.back && <span class="tag tag-back">came back</span>}
          {row.reason !== undefined && <span>{handover(row.reason)}</span>}
          {row.team !== undefined && <span>for {row.team}</span>}
          {row.locale !== undefined && <span>{language(row.locale)}</span>}
          {row.contact && <span>left an address</span>}
          {owner !== null && owner.id !== state.user?.id && <bdi>{owner.name}</bdi>}
          {row.phase === "with_agent" && !row.answered && <span>not answered yet</span>}
          {row.labels.map((label) => (
            <span key={label} class="tag" dir="auto">
              {label}
            </span>
          ))}
          <span class="row-name">{nameOf(row.conversation)}</span>
        </span>
      </a>
    </li>
  );
}

interface Listed {
  no: number;
  conversation: string;
  phase: Phase;
  began: string;
  last_at: string;
  labels: string[];
  erased: boolean;
  agent?: { id: string; name: string } | null;
}

const FILTERS: { phase: Phase | null; title: string }[] = [
  { phase: null, title: "Every state" },
  { phase: "bot", title: "With the assistant" },
  { phase: "waiting", title: "Waiting" },
  { phase: "with_agent", title: "With a person" },
  { phase: "closed", title: "Resolved or ended" },
];

const PAGE = 50;
const AGAIN_MS = 15_000;

function All({ state, conversation, listed }: { state: State; conversation: string | null; listed: (conversations: string[]) => void }) {
  const [phase, setPhase] = useState<Phase | null>(null);
  const [rows, setRows] = useState<Listed[] | null>(null);
  const [more, setMore] = useState(false);
  const [why, setWhy] = useState<string | null>(null);
  const load = async (before: number | null) => {
    const query = new URLSearchParams({ limit: String(PAGE), ...(phase !== null && { phase }), ...(before !== null && { before: String(before) }) });
    try {
      const { rows: page } = await get<{ rows: Listed[] }>(`/api/conversations?${query}`);
      setWhy(null);
      setMore((old) => (before === null && rows !== null && rows.length > PAGE ? old : page.length === PAGE));
      // A page anew at the top keeps what was loaded further down.
      setRows((old) => {
        if (old === null) return page;
        const last = page.at(-1)?.no ?? 0;
        return before === null ? [...page, ...(page.length < PAGE ? [] : old.filter(({ no }) => no < last))] : [...old, ...page];
      });
    } catch (error) {
      setWhy(words(error));
    }
  };
  useEffect(() => {
    setRows(null);
    void load(null);
  }, [phase]);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && void load(null), AGAIN_MS);
    return () => clearInterval(timer);
  }, [phase]);
  useEffect(() => {
    if (rows !== null) void load(null);
  }, [state.counts.waiting, state.counts.mine, state.counts.others]);
  useEffect(() => listed((rows ?? []).map((row) => row.conversation)), [rows]);
  return (
    <>
      <div class="filter">
        <label class="unseen" for="filter">
          State
        </label>
        <select id="filter" class="input" value={phase ?? ""} onChange={(event) => setPhase((event.currentTarget.value || null) as Phase | null)}>
          {FILTERS.map(({ phase, title }) => (
            <option key={title} value={phase ?? ""}>
              {title}
            </option>
          ))}
        </select>
      </div>
      {why !== null && (
        <p class="list-empty refusal" role="alert">
          {why}
        </p>
      )}
      {rows === null ? (
        why === null && <p class="list-empty quiet">Loading…</p>
      ) : rows.length === 0 ? (
        <div class="list-empty">
          <p class="list-empty-title">No conversations</p>
          <p class="quiet">{phase === null ? "The first one appears here when a shopper writes." : "None is in this state now."}</p>
        </div>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.conversation}>
              <a class="row" href={pathOf.conversation(row.conversation)} onClick={followed} aria-current={row.conversation === conversation ? "true" : undefined}>
                <span class="row-head">
                  <span class="row-about">
                    {nameOf(row.conversation)} <span class="quiet">· {row.erased ? "erased" : PHASES[row.phase]}</span>
                  </span>
                  <span class="row-time">{moment(row.last_at)}</span>
                </span>
                <span class="row-tags">
                  {row.agent != null && <bdi>{row.agent.name}</bdi>}
                  {row.labels.map((label) => (
                    <span key={label} class="tag" dir="auto">
                      {label}
                    </span>
                  ))}
                  <span class="row-name">no. {row.no}</span>
                </span>
              </a>
            </li>
          ))}
          {more && (
            <li class="list-empty">
              <button class="btn" type="button" onClick={() => void load(rows.at(-1)?.no ?? null)}>
                Older ones
              </button>
            </li>
          )}
        </ul>
      )}
    </>
  );
}
