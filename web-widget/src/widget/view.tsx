// The button in the corner and the panel it opens.

import type { JSX, RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { People } from "../shared/protocol";
import { type Words, span } from "./text";
import type { Chat } from "./chat";
import { RowView, moment } from "./messages";
import { isFull } from "./outbox";
import { rowsOf } from "./rows";
import type { State } from "./state";

/** Below this the panel is a sheet over the whole screen. Also in `chat.css`. */
const SHEET = "(max-width: 30rem)";
/** Until the welcome names the limit. */
const TEXT_LIMIT = 8000;
/** The counter shows from here on. */
const NEAR_LIMIT = 200;
/** This close to the end counts as reading along. */
const PINNED_PX = 80;

interface Props {
  chat: Chat;
  words: Words;
}

export function App({ chat, words, page }: Props & { page: HTMLElement[] }): JSX.Element {
  useRedraw(chat);
  const [open, setOpen] = useState(false);
  // Once opened the panel only hides: what is half written in it stays.
  const [opened, setOpened] = useState(false);
  const launcher = useRef<HTMLButtonElement>(null);
  const unread = open ? 0 : chat.unread;

  const show = (): void => {
    chat.open();
    setOpened(true);
    setOpen(true);
  };
  const close = useCallback(() => setOpen(false), []);

  useLayoutEffect(() => {
    if (opened && !open) launcher.current?.focus();
  }, [open, opened]);
  useWatching(chat, open);
  useSheet(page, open);

  return (
    <div class="fd" lang={words.lang} dir={words.dir}>
      <button ref={launcher} type="button" class="fd-launcher" hidden={open} aria-haspopup="dialog" onClick={show}>
        <Bubbles />
        <span>{words.open}</span>
        {unread > 0 && (
          <span class="fd-badge">
            {unread}
            <span class="fd-unseen"> {words.unread(unread)}</span>
          </span>
        )}
      </button>
      {opened && <Panel chat={chat} words={words} open={open} onClose={close} />}
    </div>
  );
}

function useRedraw(chat: Chat): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => chat.subscribe(() => redraw(undefined)), [chat]);
}

/** Messages count as read only while the panel is open in a page that can be seen. */
function useWatching(chat: Chat, open: boolean): void {
  useEffect(() => {
    const look = (): void => chat.watch(open && document.visibilityState === "visible");
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [chat, open]);
}

/** On a phone the page lies under the sheet: neither focus nor a screen reader may wander off into it. */
function useSheet(page: HTMLElement[], open: boolean): void {
  useEffect(() => {
    const media = matchMedia(SHEET);
    const apply = (): void => page.forEach((part) => (part.inert = open && media.matches));
    apply();
    media.addEventListener("change", apply);
    document.documentElement.classList.toggle("fd-open", open);
    return () => media.removeEventListener("change", apply);
  }, [page, open]);
}

function Panel({ chat, words, open, onClose }: Props & { open: boolean; onClose: () => void }): JSX.Element {
  const { state } = chat;
  const panel = useRef<HTMLElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  // Whether the shopper reads along at the end; then new rows scroll into sight.
  const pinned = useRef(true);
  const name = state.welcome?.assistant.name || words.assistant;

  useLayoutEffect(() => {
    if (!open) return;
    pinned.current = true;
    // A keyboard that jumps up would hide what was just opened.
    (matchMedia("(pointer: coarse)").matches ? panel : input).current?.focus();
  }, [open]);

  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.isComposing) onClose();
  };
  const say = (text: string): boolean => {
    pinned.current = true;
    return chat.say(text);
  };
  const toEnd = (): void => void (pinned.current = true);

  return (
    <section ref={panel} class="fd-panel" role="dialog" aria-labelledby="fd-title" tabIndex={-1} hidden={!open} onKeyDown={keys}>
      <header class="fd-head">
        <Mark />
        <h2 id="fd-title" dir="auto">
          {state.agent ?? name}
        </h2>
        <button type="button" class="fd-icon" aria-label={words.close} onClick={onClose}>
          <Cross />
        </button>
      </header>
      <p class="fd-disclosure" dir="auto">
        {disclosure(state, words)}
      </p>
      <Log chat={chat} words={words} name={name} open={open} pinned={pinned} />
      <p class="fd-status" role="status">
        {status(state, words)}
      </p>
      <Person chat={chat} words={words} onAsk={toEnd} />
      <Composer input={input} words={words} limit={state.welcome?.limits.text ?? TEXT_LIMIT} onSay={say} />
    </section>
  );
}

/** Who the shopper talks with, always in sight. */
function disclosure(state: State, words: Words): string {
  if (state.phase === "with_agent") return words.withPerson(state.agent ?? words.team);
  return state.welcome?.assistant.disclosure || words.disclosure;
}

function status(state: State, words: Words): string | null {
  if (state.link === "stopped") return words.stopped;
  if (isFull(state.outbox)) return words.full;
  if (state.link === "waiting") return words.offline;
  const { delay } = state.outbox;
  if (delay !== null) return (delay.code === "rate_limited" ? words.slowDown : words.busy)(span(delay.ms / 1000, words));
  return state.phase === "waiting" && state.welcome !== null ? prospect(state.welcome.people, words) : null;
}

/** What somebody who waits for a person may hope for; no more than the server has promised. */
function prospect({ open, wait_seconds, reply_by }: People, words: Words): string {
  if (open) return words.someone(wait_seconds === undefined ? null : span(wait_seconds, words));
  return words.nobody(reply_by === undefined ? null : moment(reply_by));
}

interface LogProps extends Props {
  name: string;
  open: boolean;
  pinned: RefObject<boolean>;
}

function Log({ chat, words, name, open, pinned }: LogProps): JSX.Element {
  const { state } = chat;
  const log = useRef<HTMLDivElement>(null);
  const follow = (): void => {
    if (pinned.current && log.current) log.current.scrollTop = log.current.scrollHeight;
  };
  useLayoutEffect(follow, [state, open]);
  useEffect(() => {
    // A growing composer or a phone's keyboard takes room from the log; the last words stay in sight.
    const observer = new ResizeObserver(follow);
    if (log.current) observer.observe(log.current);
    return () => observer.disconnect();
  }, []);
  const scrolled = (): void => {
    const box = log.current;
    if (box) pinned.current = box.scrollHeight - box.scrollTop - box.clientHeight < PINNED_PX;
  };
  const rows = rowsOf(state, words);
  return (
    <div ref={log} class="fd-log" role="log" aria-live="polite" aria-label={words.conversation} tabIndex={0} onScroll={scrolled}>
      {rows.length === 0 && <p class="fd-line">{words.empty}</p>}
      {rows.map((row) => (
        <RowView key={row.key} row={row} words={words} chat={chat} />
      ))}
      {state.typing && (
        <p class="fd-typing">
          <span class="fd-unseen">
            {state.agent ?? name} {words.typing}
          </span>
          <i />
          <i />
          <i />
        </p>
      )}
    </div>
  );
}

/** Always there. Once a person is on the way it says so instead of asking twice. */
function Person({ chat, words, onAsk }: Props & { onAsk: () => void }): JSX.Element {
  const { phase, outbox } = chat.state;
  const pending = outbox.entries.some(({ request, state }) => request.type === "act" && request.act.act === "human" && state.is !== "failed");
  const here = phase === "with_agent";
  const asked = here || pending || phase === "waiting";
  const ask = (): void => {
    if (asked) return;
    onAsk();
    chat.act({ act: "human" });
  };
  // Not `disabled`: that would throw the focus out of the panel.
  return (
    <button type="button" class="fd-person" aria-disabled={asked} onClick={ask}>
      {here ? words.personHere : asked ? words.personAsked : words.person}
    </button>
  );
}

interface ComposerProps {
  input: RefObject<HTMLTextAreaElement | null>;
  words: Words;
  limit: number;
  onSay: (text: string) => boolean;
}

function Composer({ input, words, limit, onSay }: ComposerProps): JSX.Element {
  const [text, setText] = useState("");
  // The server counts Unicode scalars, and so does this.
  const left = limit - [...text].length;
  const ready = text.trim() !== "" && left >= 0;
  const send = (event: globalThis.Event): void => {
    event.preventDefault();
    if (ready && onSay(text.trim())) setText("");
    input.current?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    // Enter also ends the writing of a Japanese or Chinese word; then it is not for us.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  return (
    <form class="fd-composer" onSubmit={send}>
      <textarea
        ref={input}
        rows={2}
        dir="auto"
        value={text}
        placeholder={words.message}
        aria-label={words.message}
        aria-invalid={left < 0}
        aria-describedby="fd-count"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={keys}
      />
      <button type="submit" class="fd-icon fd-send" aria-label={words.send} aria-disabled={!ready}>
        <Arrow />
      </button>
      <p id="fd-count" class={left < 0 ? "fd-count fd-error" : "fd-count"}>
        {left < 0 ? words.over(-left) : left < NEAR_LIMIT ? words.left(left) : null}
      </p>
    </form>
  );
}

const Bubbles = (): JSX.Element => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M4 5h16v11H11l-5 4v-4H4z" />
  </svg>
);

const Cross = (): JSX.Element => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M6 6l12 12M18 6L6 18" />
  </svg>
);

const Arrow = (): JSX.Element => (
  <svg viewBox="0 0 24 24" class="fd-forward" aria-hidden="true">
    <path d="M4 12h15M13 6l6 6-6 6" />
  </svg>
);

const Mark = (): JSX.Element => (
  <svg viewBox="0 0 24 24" class="fd-mark" aria-hidden="true">
    <path d="M12 3l5 7h-3l4 6H6l4-6H7zM12 16v5" />
  </svg>
);
