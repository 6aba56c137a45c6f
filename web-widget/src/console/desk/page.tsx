// The desk: the list, the open conversation, the details. On a phone one after the other.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { User } from "../api";
import { may } from "../rights";
import { go, pathOf } from "../route";
import { movable, type Standing } from "./actions";
import { useDesk, type Desk } from "./client";
import type { Mode } from "./composer";
import { Help } from "./help";
import { useGet } from "./hooks";
import { List, rowsOfView, type View } from "./list";
import { Side, type Details } from "./side";
import { acting, isMine, ownerOf, phaseOf, type State } from "./state";
import { Thread } from "./thread";
import { PRESENCES } from "./words";
import "./desk.css";

interface DeskPageProps {
  desk: Desk;
  user: User;
  conversation: string | null;
  event: number | null;
  visible: boolean;
}

export function DeskPage({ desk, user, conversation, event, visible }: DeskPageProps) {
  const state = useDesk(desk);
  const [view, setView] = useState<View>("waiting");
  const [all, setAll] = useState<string[]>([]);
  const [mode, setMode] = useState<Mode>("say");
  const [details, setDetails] = useState(() => innerWidth >= 1200);
  const [help, setHelp] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const shown = useRef<HTMLDivElement>(null);
  const standing = standingOf(state, conversation);
  const known = useGet<Details>(conversation === null ? null : `/api/conversations/${encodeURIComponent(conversation)}`, stampOf(state, conversation));
  const row = state.rows?.find((row) => row.conversation === conversation);
  const locale = row?.locale ?? known.data?.locale ?? null;

  useEffect(() => desk.look(conversation, visible), [desk, conversation, visible]);
  useEffect(() => () => desk.look(null, false), [desk]);
  useEffect(() => {
    setMode("say");
    // On a phone, a chat opens with its words and not with its details.
    if (innerWidth < 1200) setDetails(false);
  }, [conversation]);
  // Whoever comes by the keyboard goes on in what they opened, as soon as it is drawn.
  const drawn = conversation !== null && state.chats[conversation]?.known === true;
  useEffect(() => {
    if (drawn && !isField(document.activeElement)) shown.current?.querySelector<HTMLElement>(".log")?.focus({ preventScroll: true });
  }, [conversation, drawn]);
  useEffect(() => {
    if (!standing.mine) return;
    // What one took is looked for under Mine.
    if (view === "waiting") setView("mine");
    // The button that took it is gone, and the focus with it.
    if (document.activeElement === document.body) input.current?.focus();
  }, [conversation, standing.mine]);

  const listed = view === "all" ? all : rowsOfView(state, view).map((row) => row.conversation);
  const step = (by: 1 | -1) => {
    if (listed.length === 0) return;
    const at = conversation === null ? -1 : listed.indexOf(conversation);
    const next = at === -1 ? (by === 1 ? 0 : listed.length - 1) : (at + by + listed.length) % listed.length;
    go(pathOf.conversation(listed[next]!));
  };
  const write = (mode: Mode) => {
    if (conversation === null || !may(user.role, "work")) return;
    setMode(mode);
    // The field of the other kind is drawn first.
    setTimeout(() => input.current?.focus());
  };
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "?" && !event.altKey && !isField(event.target)) {
      event.preventDefault();
      return setHelp(true);
    }
    if (!event.altKey || event.shiftKey) return;
    // By the place on the board as well: with Alt, a Mac writes other letters.
    const does: Record<string, () => void> = {
      j: () => step(1),
      k: () => step(-1),
      l: () => write("say"),
      p: () => write("note"),
      e: () => {
        if (conversation !== null && movable(user, standing) && !acting(state, conversation, "resolve")) desk.act(conversation, { act: "resolve" });
      },
    };
    const key = does[event.key.toLowerCase()] ?? does[event.code.replace(/^Key/, "").toLowerCase()];
    if (key === undefined) return;
    event.preventDefault();
    key();
  };
  useEffect(() => {
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  });
  const setListed = useCallback((conversations: string[]) => setAll(conversations), []);

  const showSide = conversation !== null && details && state.chats[conversation]?.refused == null;
  return (
    <div class="desk" ref={shown} data-open={conversation !== null} data-details={showSide}>
      <h1 class="unseen">Desk</h1>
      <Line state={state} desk={desk} />
      <List desk={desk} state={state} view={view} setView={setView} conversation={conversation} listed={setListed} />
      {conversation === null ? (
        <Nothing state={state} desk={desk} user={user} help={() => setHelp(true)} />
      ) : (
        <Thread
          desk={desk}
          state={state}
          user={user}
          conversation={conversation}
          event={event}
          standing={standing}
          mode={mode}
          setMode={(mode) => write(mode)}
          input={input}
          locale={locale}
          details={showSide}
          setDetails={setDetails}
        />
      )}
      {showSide && <Side desk={desk} state={state} user={user} conversation={conversation} standing={standing} details={known} close={() => setDetails(false)} />}
      {help && <Help close={() => setHelp(false)} />}
    </div>
  );
}

function standingOf(state: State, conversation: string | null): Standing {
  if (conversation === null) return { phase: "bot", mine: false, other: null, version: null };
  const owner = ownerOf(state, conversation);
  const mine = isMine(state, conversation);
  const row = state.rows?.find((row) => row.conversation === conversation);
  return {
    phase: phaseOf(state, conversation) ?? "bot",
    mine,
    other: owner === null || mine ? null : owner.name,
    version: row?.version ?? null,
  };
}

/** When what the server has beside the logs may have changed: another phase, a look-up, an erasure. */
function stampOf(state: State, conversation: string | null): string {
  const chat = conversation === null ? undefined : state.chats[conversation];
  if (chat === undefined || conversation === null) return "";
  const traces = chat.staff.entries.filter(({ event }) => event.kind === "trace").length;
  return `${chat.epoch} ${phaseOf(state, conversation)} ${traces}`;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** A line that is gone is said, with what it means. */
function Line({ state, desk }: { state: State; desk: Desk }) {
  // The status stands there before there is something to say, so that it is read out when there is.
  return (
    <div class="line-state" role="status">
      {state.link === "down" && (
        <p>
          <strong>No line to the server.</strong> Trying again. What you send waits here. After 15 seconds without a line your chats go back to the queue.{" "}
          <button class="btn btn-small" type="button" onClick={() => desk.nudge()}>
            Try now
          </button>
        </p>
      )}
      {state.link === "stopped" && (
        <p>
          <strong>The desk is closed to you.</strong> {state.why === null || state.why === "" ? "The server ended the line." : `The server says: ${state.why}.`}
        </p>
      )}
    </div>
  );
}

function Nothing({ state, desk, user, help }: { state: State; desk: Desk; user: User; help: () => void }) {
  const { waiting } = state.counts;
  return (
    <section class="thread thread-none" aria-label="Conversation">
      <div class="nothing">
        <h2>{waiting === 0 ? "All quiet" : waiting === 1 ? "One shopper waits" : `${waiting} shoppers wait`}</h2>
        <p class="quiet">{waiting === 0 ? "A chat that needs a person appears on the left, with what is wanted and what was tried." : "Open a chat on the left to see what is wanted."}</p>
        {may(user.role, "work") && state.presence !== null && (
          <p>
            You are <strong>{PRESENCES[state.presence].title.toLowerCase()}</strong>. {PRESENCES[state.presence].means}{" "}
            {state.presence !== "online" && (
              <button class="btn btn-small" type="button" onClick={() => desk.presence("online")}>
                Go online
              </button>
            )}
          </p>
        )}
        <p>
          <button class="btn btn-small" type="button" onClick={help}>
            Keys <kbd>?</kbd>
          </button>
        </p>
      </div>
    </section>
  );
}
