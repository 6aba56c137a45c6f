// The open conversation: who has it, what was said and written beside it, and where one writes.

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { User } from "../api";
import { may } from "../rights";
import { followed, pathOf } from "../route";
import { Icon } from "../shell/icons";
import { Actions, type Standing } from "./actions";
import type { Desk } from "./client";
import { Composer, type Mode } from "./composer";
import { useNow } from "./hooks";
import { RowView } from "./message";
import { rowsOf } from "./rows";
import type { Chat, State } from "./state";
import { handover, language, nameOf, PHASES, waited } from "./words";

interface ThreadProps {
  desk: Desk;
  state: State;
  user: User;
  conversation: string;
  /** The chat event that proves an outcome, if one came here to see it. */
  event: number | null;
  standing: Standing;
  mode: Mode;
  setMode: (mode: Mode) => void;
  input: RefObject<HTMLTextAreaElement | null>;
  locale: string | null;
  details: boolean;
  setDetails: (open: boolean) => void;
}

export function Thread(props: ThreadProps) {
  const { desk, state, user, conversation, standing } = props;
  const chat = state.chats[conversation];
  if (chat !== undefined && chat.refused !== null) {
    return (
      <section class="thread" aria-label="Conversation">
        <div class="nothing">
          <h2>Not to be shown</h2>
          <p>{chat.refused}</p>
          <a class="btn" href={pathOf.desk} onClick={followed}>
            Back to the chats
          </a>
        </div>
      </section>
    );
  }
  return (
    <section class="thread" aria-label={`Conversation ${nameOf(conversation)}`}>
      <Head {...props} chat={chat} />
      <Actions desk={desk} state={state} user={user} conversation={conversation} standing={standing} />
      {chat === undefined || !chat.known ? <p class="nothing quiet">Loading…</p> : <Log {...props} chat={chat} />}
      {chat !== undefined && chat.known && may(user.role, "work") && (
        <Composer
          key={conversation}
          desk={desk}
          state={state}
          chat={chat}
          mode={props.mode}
          setMode={props.setMode}
          phase={standing.phase}
          mine={standing.mine}
          other={standing.other}
          locale={props.locale}
          input={props.input}
        />
      )}
    </section>
  );
}

function Head({ desk, state, conversation, standing, chat, locale, details, setDetails }: ThreadProps & { chat: Chat | undefined }) {
  const row = state.rows?.find((row) => row.conversation === conversation);
  const now = useNow(1000);
  const others = (chat?.viewers ?? []).filter(({ id }) => id !== state.user?.id);
  const waiting = row !== undefined && standing.phase === "waiting";
  const about = [
    standing.mine ? "yours" : standing.other !== null ? `with ${standing.other}` : PHASES[standing.phase],
    ...(waiting ? [`for ${waited(row.waited_seconds + Math.max(0, now - desk.rowsAt) / 1000)}`] : []),
    ...(waiting && row.reason !== undefined ? [handover(row.reason)] : []),
    ...(locale === null ? [] : [language(locale)]),
  ];
  return (
    <header class="thread-head">
      <a class="btn btn-icon only-phone" href={pathOf.desk} onClick={followed} aria-label="Back to the chats">
        <Icon name="back" />
      </a>
      <div class="thread-title">
        <h2>Chat {nameOf(conversation)}</h2>
        <p class="quiet">{about.join(" · ")}</p>
      </div>
      {others.length > 0 && (
        <p class="viewers" title={others.map(({ name }) => name).join(", ")}>
          <bdi>{others[0]?.name}</bdi>
          {others.length > 1 && ` and ${others.length - 1} more`} {others.length > 1 ? "look on" : "looks on"}
        </p>
      )}
      <button class="btn btn-icon details-button" type="button" aria-expanded={details} onClick={() => setDetails(!details)} aria-label="Details">
        <Icon name="details" />
      </button>
    </header>
  );
}

/** Closer to the end than this, one reads along and new lines are scrolled to. */
const NEAR_PX = 120;

function Log({ desk, state, user, conversation, event, chat }: ThreadProps & { chat: Chat }) {
  const box = useRef<HTMLDivElement>(null);
  // What stays in sight while the log grows. Whoever scrolls up reads elsewhere, and nothing is moved under them.
  const goal = useRef<"end" | "proof" | null>("end");
  const top = useRef(0);
  const [below, setBelow] = useState(false);
  const rows = useMemo(() => rowsOf(chat, state.outbox.entries), [chat.chat.entries, chat.staff.entries, chat.receipt, state.outbox.entries, conversation]);
  const keep = () => {
    const log = box.current;
    if (log === null || goal.current === null) return;
    const proof = goal.current === "proof" ? log.querySelector(".proof") : null;
    // Not scrollIntoView: that moves whatever lies around the log as well.
    if (proof === null) log.scrollTop = log.scrollHeight;
    else log.scrollTop += proof.getBoundingClientRect().top - log.getBoundingClientRect().top - Math.max(0, log.clientHeight - proof.clientHeight) / 2;
    top.current = log.scrollTop;
    setBelow(false);
  };
  const toEnd = () => {
    goal.current = "end";
    keep();
  };
  // An event without a line of its own is told by the line of the next.
  const proof = event === null ? undefined : (rows.find(({ key }) => key === `c${event}`) ?? rows.find(({ key }) => key === `c${event + 1}`))?.key;
  useLayoutEffect(() => {
    goal.current = proof === undefined ? "end" : "proof";
    keep();
  }, [conversation, proof]);
  useLayoutEffect(() => {
    if (goal.current === null) setBelow(true);
    else keep();
  }, [rows.length, chat.typing.length]);
  // What is typed in grows the foot, a phone's keyboard takes half of the screen, and a picture comes late.
  useEffect(() => {
    const log = box.current;
    if (log === null) return;
    const watched = new ResizeObserver(keep);
    watched.observe(log);
    log.addEventListener("load", keep, true);
    return () => {
      watched.disconnect();
      log.removeEventListener("load", keep, true);
    };
  }, []);
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    const moved = scrollTop - top.current;
    top.current = scrollTop;
    if (Math.abs(moved) < 1) return;
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) goal.current = "end";
    else if (moved < 0 || goal.current === "proof") goal.current = null;
    if (goal.current === "end") setBelow(false);
  };
  const loading = chat.chat.want > chat.chat.entries.length;
  return (
    <div class="log-frame">
      <div class="log" ref={box} onScroll={scrolled} role="log" aria-label="What was said" tabIndex={0}>
        {loading && <p class="line">Loading what was said…</p>}
        {rows.length === 0 && !loading && <p class="line">Nothing is here, or it was erased.</p>}
        {rows.map((row) =>
          row.key === proof ? (
            <div key={row.key} class="proof" aria-current="true">
              <p class="proof-tag">Proof of the outcome</p>
              <RowView row={row} desk={desk} me={user.name} up={state.link === "up"} />
            </div>
          ) : (
            <RowView key={row.key} row={row} desk={desk} me={user.name} up={state.link === "up"} />
          ),
        )}
        {chat.typing.length > 0 && (
          <p class="typing">
            <span class="typing-dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {chat.typing.map((name) => (name === "" ? "The shopper" : name)).join(" and ")} {chat.typing.length > 1 ? "are typing" : "is typing"}
          </p>
        )}
      </div>
      {below && (
        <button class="btn to-end" type="button" onClick={toEnd}>
          New below
        </button>
      )}
    </div>
  );
}
