/** @jsxImportSource ./ui */
// The chat as it stands in its frame: head, conversation, what is to be known at the moment, and the field.

import type { JSX } from "./ui/jsx-runtime";
import { type Ref, useEffect, useRedraw, useRef, useState } from "./ui";
import type { Citation, People } from "../shared/protocol";
import { type Words, span } from "./text";
import type { Chat } from "./chat";
import { Contact, Survey } from "./forms";
import { Arrow, Cross, Dots, Mark } from "./icons";
import { RowView, moment } from "./messages";
import { isFull } from "./outbox";
import { paced } from "./pace";
import { rowsOf } from "./rows";
import { type Over, Sheet } from "./sheet";
import type { State } from "./state";

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

/** Text that the shop's page puts into the field. */
export interface Draft {
  text: string;
}

interface AppProps extends Props {
  open: boolean;
  draft: Draft;
  /** None where the chat stands in a page of its own. */
  onClose: (() => void) | null;
}

export function App({ chat, words, open, draft, onClose }: AppProps): JSX.Element {
  const redraw = useRedraw();
  useEffect(() => {
    const [draw, stop] = paced(redraw);
    const unsubscribe = chat.subscribe(draw);
    return () => {
      unsubscribe();
      stop();
    };
  }, [chat]);
  useWatching(chat, open);
  const { state } = chat;
  const panel = useRef<HTMLElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  // Whether the shopper reads along at the end; then new rows scroll into sight.
  const pinned = useRef(true);
  const [over, setOver] = useOver();
  const name = state.welcome?.assistant.name || words.assistant;

  // A keyboard that jumps up would hide what was just opened.
  const home = (): void => (matchMedia("(pointer: coarse)").matches ? panel : input).current?.focus();
  useEffect(() => {
    if (!open) return;
    pinned.current = true;
    home();
  }, [open]);
  // A button that goes when it is pressed takes the focus with it: out of the panel, where no key would be heard.
  const pressed = (): void => void setTimeout(() => document.hasFocus() && document.activeElement === document.body && home());

  useEscape(() => (over ? setOver(null) : onClose?.()));
  const say = (text: string): boolean => {
    pinned.current = true;
    return chat.say(text);
  };
  const toEnd = (): void => void (pinned.current = true);

  return (
    <main ref={panel} class="fd-panel" aria-labelledby="fd-title" lang={words.lang} dir={words.dir} tabIndex={-1} onClick={pressed}>
      <div class="fd-talk" inert={over !== null}>
        <header class="fd-head">
          <span class="fd-face" aria-hidden="true">
            {state.agent?.trim() ? Array.from(state.agent.trim())[0] : <Mark />}
          </span>
          <h1 id="fd-title" dir="auto">
            {state.agent ?? name}
          </h1>
          <button type="button" class="fd-icon" aria-label={words.more} aria-haspopup="true" onClick={() => setOver({ is: "menu" })}>
            <Dots />
          </button>
          {onClose && (
            <button type="button" class="fd-icon" aria-label={words.close} onClick={onClose}>
              <Cross />
            </button>
          )}
        </header>
        <p class="fd-disclosure" dir="auto">
          {disclosure(state, words)}
        </p>
        <Log chat={chat} words={words} name={name} open={open} pinned={pinned} onCite={(citation) => setOver({ is: "passage", citation })} />
        <Notice chat={chat} words={words} />
        <Person chat={chat} words={words} onAsk={toEnd} />
        <Composer input={input} chat={chat} words={words} draft={draft} onSay={say} />
      </div>
      {over && <Sheet over={over} chat={chat} words={words} onBack={() => setOver(null)} />}
    </main>
  );
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

/** Wherever the focus is in the frame, or when nothing in it has it yet. */
function useEscape(run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.isComposing) latest.current();
    };
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  }, []);
}

/** What lies over the conversation. When it goes, the focus goes back to where it came from. */
function useOver(): [Over | null, (over: Over | null) => void] {
  const [over, setOver] = useState<Over | null>(null);
  const from = useRef<Element | null>(null);
  useEffect(() => {
    if (over === null && from.current instanceof HTMLElement) from.current.focus();
  }, [over]);
  const change = (next: Over | null): void => {
    if (next) from.current = document.activeElement;
    setOver(next);
  };
  return [over, change];
}

/** Who the shopper talks with, always in sight. */
function disclosure(state: State, words: Words): string {
  if (state.phase === "with_agent") return words.withPerson(state.agent ?? words.team);
  return state.welcome?.assistant.disclosure || words.disclosure;
}

function status(state: State, words: Words): string | null {
  if (state.link === "erased") return words.erased;
  if (state.link === "stopped") return words.stopped;
  if (isFull(state.outbox)) return words.full;
  if (state.link === "waiting") return words.offline;
  const { delay } = state.outbox;
  if (delay !== null) return (delay.code === "rate_limited" ? words.slowDown : words.busy)(span(delay.ms / 1000, words));
  return state.phase === "waiting" && state.welcome !== null ? prospect(state, state.welcome.people, words) : null;
}

/** What somebody who waits for a person may hope for; no more than the server has promised. */
function prospect({ queue }: State, { open, wait_seconds, reply_by }: People, words: Words): string {
  const wait = (seconds: number | undefined): string | null => (seconds === undefined ? null : span(seconds, words));
  // A wait is only told where somebody is there to end it, even if nobody was when we came.
  if (queue && (open || queue.wait_seconds !== undefined)) return words.place(queue.place, wait(queue.wait_seconds));
  if (open) return words.someone(wait(wait_seconds));
  return words.nobody(reply_by === undefined ? null : moment(reply_by, words));
}

function Notice({ chat, words }: Props): JSX.Element {
  const { link, phase, welcome, queue } = chat.state;
  const alone = phase === "waiting" && welcome?.people.open === false && queue?.wait_seconds === undefined;
  const text = status(chat.state, words);
  return (
    <div class="fd-notice">
      <p class="fd-status" role="status">
        {text}
      </p>
      {alone && link === "up" && <Contact chat={chat} words={words} />}
      {link === "erased" && (
        <button type="button" class="fd-button" onClick={() => chat.restart()}>
          {words.anew}
        </button>
      )}
    </div>
  );
}

interface LogProps extends Props {
  name: string;
  open: boolean;
  pinned: Ref<boolean>;
  onCite: (citation: Citation) => void;
}

function Log({ chat, words, name, open, pinned, onCite }: LogProps): JSX.Element {
  const { state } = chat;
  const log = useRef<HTMLDivElement>(null);
  const all = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const follow = (): void => {
    if (pinned.current && log.current) log.current.scrollTop = log.current.scrollHeight;
  };
  useEffect(follow, [state, open]);
  useEffect(() => {
    // A growing composer or a phone's keyboard takes room from the log, a form in it grows; the last words stay in sight.
    const observer = new ResizeObserver(follow);
    for (const { current } of [log, all]) if (current) observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const scrolled = (): void => {
    const box = log.current;
    if (!box) return;
    const close = box.scrollHeight - box.scrollTop - box.clientHeight < PINNED_PX;
    // Only who scrolls up reads elsewhere: a picture that comes late moves the end away from us.
    if (close || box.scrollTop < top.current) pinned.current = close;
    top.current = box.scrollTop;
  };
  const rows = rowsOf(state, words);
  return (
    <div ref={log} class="fd-log" role="log" aria-live="polite" aria-busy={state.draft !== null} aria-label={words.conversation} tabIndex={0} onScroll={scrolled}>
      <div ref={all}>
        {rows.length === 0 && (
          <div class="fd-empty">
            <p>{words.hello}</p>
            <p>{words.empty}</p>
          </div>
        )}
        {rows.map((row) => (
          <RowView key={row.key} row={row} words={words} chat={chat} onCite={onCite} />
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
        <Survey chat={chat} words={words} />
      </div>
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

interface ComposerProps extends Props {
  input: Ref<HTMLTextAreaElement | null>;
  draft: Draft;
  onSay: (text: string) => boolean;
}

function Composer({ input, chat, words, draft, onSay }: ComposerProps): JSX.Element {
  const [text, setText] = useState("");
  useEffect(() => {
    if (draft.text !== "") setText(draft.text);
  }, [draft]);
  const limit = chat.state.welcome?.limits.text ?? TEXT_LIMIT;
  // The server counts Unicode scalars, and so does this.
  const left = limit - [...text].length;
  const ready = text.trim() !== "" && left >= 0;
  const send = (event: globalThis.Event): void => {
    event.preventDefault();
    if (ready && onSay(text.trim())) setText("");
    input.current?.focus();
  };
  const typed = (now: string): void => {
    setText(now);
    chat.typing(now.trim() !== "");
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
        onInput={(event) => typed(event.currentTarget.value)}
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
