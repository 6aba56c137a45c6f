// Where an agent writes: a reply the shopper sees, or a note they never do. `/` opens the canned replies.

import type { RefObject } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Phase } from "../../shared/protocol";
import type { Desk } from "./client";
import { useGet } from "./hooks";
import type { Chat, State } from "./state";
import { lastOf } from "./log";

export type Mode = "say" | "note";

interface Draft {
  text: string;
  /** The last entry of the chat when the writing began. */
  begun: number;
}

/** What is begun and not sent, by person, conversation and kind. It outlives a login that ended in the middle of a sentence. */
const drafts = new Map<string, Draft>();

/** Whoever logs out leaves nothing behind for the next one at this screen. */
export function forgetDrafts(): void {
  drafts.clear();
}

interface Canned {
  name: string;
  title: string;
  text: string;
}

interface ComposerProps {
  desk: Desk;
  state: State;
  chat: Chat;
  mode: Mode;
  setMode: (mode: Mode) => void;
  phase: Phase;
  mine: boolean;
  /** Who has it, if it is somebody else. */
  other: string | null;
  locale: string | null;
  input: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ desk, state, chat, mode, setMode, phase, mine, other, locale, input }: ComposerProps) {
  const id = useId();
  const { conversation } = chat;
  const key = `${state.user?.id ?? ""} ${mode} ${conversation}`;
  const [, draw] = useState(0);
  const [asking, setAsking] = useState<string | null>(null);
  const draft = drafts.get(key) ?? { text: "", begun: 0 };
  const write = (text: string) => {
    const begun = draft.text === "" ? lastOf(chat.chat) : draft.begun;
    if (text === "") drafts.delete(key);
    else drafts.set(key, { text, begun });
    if (mode === "say") desk.typing(conversation, text !== "");
    setAsking(null);
    draw((count) => count + 1);
  };
  useEffect(() => setAsking(null), [key]);

  const closed = mode === "say" && phase === "closed";
  const barred = mode === "say" && other !== null;
  const length = [...draft.text].length;
  const tooLong = length > state.limits.text;
  const empty = draft.text.trim() === "";
  const cannot = empty || tooLong || closed || barred;

  const send = (anyway: boolean) => {
    if (cannot) return;
    const news = mode === "say" && !anyway ? newsSince(chat, draft.begun) : null;
    if (news !== null) return setAsking(news);
    desk.send(conversation, mode, draft.text.trim());
    write("");
    input.current?.focus();
  };

  const canned = useCanned(draft.text, input, locale, (text) => {
    write(text);
    input.current?.focus();
  });
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing || canned.keys(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send(false);
    }
    if (event.key === "Escape" && asking !== null) setAsking(null);
  };

  return (
    <form
      class={`composer composer-${mode}`}
      onSubmit={(event) => {
        event.preventDefault();
        send(false);
      }}
    >
      <div class="composer-head" role="group" aria-label="What you write">
        <button type="button" class="switch" aria-pressed={mode === "say"} onClick={() => setMode("say")}>
          Reply
        </button>
        <button type="button" class="switch" aria-pressed={mode === "note"} onClick={() => setMode("note")}>
          Note
        </button>
        <span class="hint">{hintOf(mode, phase, mine, other)}</span>
      </div>
      {asking !== null && (
        <div class="asking" role="alert">
          <p>
            The shopper wrote while you typed: <q dir="auto">{asking}</q>
          </p>
          <button class="btn btn-small" type="button" onClick={() => send(true)}>
            Send anyway
          </button>
          <button
            class="btn btn-small"
            type="button"
            onClick={() => {
              drafts.set(key, { ...draft, begun: lastOf(chat.chat) });
              setAsking(null);
              input.current?.focus();
            }}
          >
            Keep writing
          </button>
        </div>
      )}
      {canned.list}
      <div class="composer-line">
        <label class="unseen" for={id}>
          {mode === "say" ? "Reply to the shopper" : "Note for colleagues"}
        </label>
        <textarea
          id={id}
          ref={input}
          dir="auto"
          rows={2}
          value={draft.text}
          placeholder={mode === "note" ? "Write a note. The shopper never sees it." : closed || barred ? "" : "Write a reply, or / for a canned one"}
          disabled={closed || barred}
          aria-autocomplete="list"
          aria-controls={canned.open ? canned.id : undefined}
          aria-activedescendant={canned.active ?? undefined}
          onInput={(event) => write(event.currentTarget.value)}
          onBlur={() => desk.typing(conversation, false)}
          onKeyDown={keys}
        />
        <button class={`btn ${mode === "say" ? "btn-main" : "btn-note"}`} type="submit" aria-disabled={cannot}>
          {mode === "note" ? "Add note" : mine || closed || barred ? "Send" : "Take and send"}
        </button>
      </div>
      {tooLong && (
        <p class="refusal" role="alert">
          {length} characters, of at most {state.limits.text}.
        </p>
      )}
    </form>
  );
}

function hintOf(mode: Mode, phase: Phase, mine: boolean, other: string | null): string {
  if (mode === "note") return "Only colleagues see it.";
  if (phase === "closed") return "It is resolved. It goes on when the shopper writes again.";
  if (other !== null) return `${other} has this chat. You can write a note.`;
  if (mine) return "Enter sends, Shift+Enter begins a line.";
  return phase === "bot" ? "Your reply takes the chat from the assistant." : "Your reply takes the chat.";
}

/** What the shopper said since the writing began, the last of it. */
function newsSince(chat: Chat, begun: number): string | null {
  const news = chat.chat.entries.slice(begun).findLast(({ event }) => event.kind === "said" && event.by.role === "shopper");
  return news?.event.kind === "said" ? news.event.body.text : null;
}

const SLASH = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;

/** The list that `/` opens: filtered by what follows, moved through by arrows, taken by Enter, closed by Escape. */
function useCanned(text: string, input: RefObject<HTMLTextAreaElement | null>, locale: string | null, write: (text: string) => void) {
  const id = useId();
  const slash = SLASH.exec(text.slice(0, input.current?.selectionStart ?? text.length));
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const asked = useRef(false);
  if (slash !== null) asked.current = true;
  const path = `/api/canned${locale === null ? "" : `?locale=${encodeURIComponent(locale)}`}`;
  const fetched = useGet<{ replies: Canned[] }>(asked.current ? path : null, 0);
  const word = slash?.[1]?.toLowerCase() ?? "";
  useEffect(() => setAt(0), [word]);
  const open = slash !== null && dismissed !== text;
  const found = !open ? [] : (fetched.data?.replies ?? []).filter(({ name, title }) => name.toLowerCase().includes(word) || title.toLowerCase().includes(word));
  const chosen = Math.min(at, found.length - 1);
  const option = (index: number) => `${id}-${index}`;
  const take = (reply: Canned) => {
    const end = input.current?.selectionStart ?? text.length;
    const begin = end - word.length - 1;
    write(text.slice(0, begin) + reply.text + text.slice(end));
  };
  const keys = (event: KeyboardEvent): boolean => {
    if (!open) return false;
    if (event.key === "Escape") setDismissed(text);
    else if (found.length === 0) return false;
    else if (event.key === "ArrowDown") setAt((chosen + 1) % found.length);
    else if (event.key === "ArrowUp") setAt((chosen + found.length - 1) % found.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(found[chosen]!);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  useEffect(() => document.getElementById(option(chosen))?.scrollIntoView({ block: "nearest" }), [chosen, open]);
  const empty = fetched.why ?? (fetched.data === null ? "Loading…" : fetched.data.replies.length === 0 ? "The shop has no canned replies yet. They stand in intents/_canned.yaml." : `No canned reply is called “${word}”.`);
  const list = open && (
    <div class="canned">
      {found.length === 0 ? (
        <p class="quiet" role="status">
          {empty}
        </p>
      ) : (
        <ul id={id} role="listbox" aria-label="Canned replies" tabIndex={0}>
          {found.map((reply, index) => (
            // The focus stays in the text: what is pressed here must not take it away.
            <li
              key={reply.name}
              id={option(index)}
              role="option"
              aria-selected={index === chosen}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(reply)}
            >
              <strong>/{reply.name}</strong> <bdi>{reply.title}</bdi>
              <span class="quiet" dir="auto">
                {reply.text}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
  return { open: open && found.length > 0, id, active: open && found.length > 0 ? option(chosen) : null, list, keys };
}
