/** @jsxImportSource ./ui */
// One row of the conversation. Whatever came over the wire is drawn as text nodes; addresses pass `safeUrl` first.

import type { JSX } from "./ui/jsx-runtime";
import type { Child } from "./ui";
import { useState } from "./ui";
import type { Card, Citation, QuickReply, Speaker } from "../shared/protocol";
import { safeUrl } from "../shared/link";
import type { Words } from "./text";
import type { Chat } from "./chat";
import type { EntryState } from "./outbox";
import type { Row } from "./rows";

interface Around {
  words: Words;
  chat: Chat;
  /** Opens the passage behind a citation. */
  onCite: (citation: Citation) => void;
}

type Props<Kind extends Row["is"]> = Around & { row: Extract<Row, { is: Kind }> };

export function RowView({ row, ...rest }: Around & { row: Row }): JSX.Element {
  switch (row.is) {
    case "said":
      return <Said row={row} {...rest} />;
    case "own":
      return <Own row={row} {...rest} />;
    case "draft":
      return (
        <div class="fd-row">
          <Bubble>{row.text}</Bubble>
        </div>
      );
    case "act":
      return <Acting row={row} {...rest} />;
    case "line":
      return (
        <p class="fd-line" dir="auto">
          {row.text}
        </p>
      );
  }
}

function Said({ row, words, chat, onCite }: Props<"said">): JSX.Element {
  const own = row.by.role === "shopper";
  const { body } = row;
  return (
    <div class={own ? "fd-row fd-own" : "fd-row"}>
      {own ? <span class="fd-unseen">{words.you}: </span> : <Name by={row.by} named={row.named} at={row.at} words={words} />}
      <Bubble>{body.text === "" ? <i>{words.removed}</i> : body.text}</Bubble>
      {body.card && <CardView card={body.card} words={words} />}
      {body.cards && <Cards cards={body.cards} words={words} />}
      <Citations citations={body.citations ?? []} words={words} onCite={onCite} />
      {row.askable && !own && <Replies message={row.message} replies={body.quick_replies ?? []} words={words} chat={chat} />}
      {row.reached && (
        <p class="fd-state">
          {words[row.reached]} <Time at={row.at} words={words} />
        </p>
      )}
    </div>
  );
}

function Name({ by, named, at, words }: { by: Speaker; named: boolean; at: string; words: Words }): JSX.Element {
  const name = by.name || (by.ai ? words.assistant : words.team);
  if (!named) return <span class="fd-unseen">{name}: </span>;
  return (
    <p class="fd-name">
      <bdi>{name}</bdi>
      {by.ai && <span class="fd-tag">{words.automated}</span>}
      <Time at={at} words={words} />
    </p>
  );
}

function Own({ row, words, chat }: Props<"own">): JSX.Element {
  return (
    <div class={row.state.is === "failed" ? "fd-row fd-own fd-failed" : "fd-row fd-own"}>
      <span class="fd-unseen">{words.you}: </span>
      <Bubble>{row.text}</Bubble>
      <Delivery client_id={row.key} state={row.state} words={words} chat={chat} />
    </div>
  );
}

function Acting({ row, words, chat }: Props<"act">): JSX.Element {
  return (
    <div class="fd-asking">
      <p class="fd-line">{row.act === "human" ? words.asking : words.refused}</p>
      <Delivery client_id={row.key} state={row.state} words={words} chat={chat} />
    </div>
  );
}

function Delivery(props: { client_id: string; state: EntryState; words: Words; chat: Chat }): JSX.Element {
  const { client_id, state, words, chat } = props;
  if (state.is !== "failed") {
    const offline = chat.state.link !== "up";
    return <p class="fd-state">{state.is === "sent" ? words.sent : offline ? words.queued : words.sending}</p>;
  }
  return (
    <p class="fd-state fd-error">
      {state.code === "too_large" ? words.tooLong : words.failed}
      <button type="button" onClick={() => chat.retry(client_id)}>
        {words.retry}
      </button>
      <button type="button" onClick={() => chat.discard(client_id)}>
        {words.discard}
      </button>
    </p>
  );
}

function Bubble({ children }: { children: Child }): JSX.Element {
  return (
    <div class="fd-bubble" dir="auto">
      {children}
    </div>
  );
}

/** A time of the server's as the shopper writes it; null when it is none. */
export function moment(at: string, { lang }: Words): string | null {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return null;
  const today = then.toDateString() === new Date().toDateString();
  const options: Intl.DateTimeFormatOptions = today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
  // Their own country's way, if it is in the language they read here.
  const { language } = navigator;
  return then.toLocaleString(language.startsWith(lang) ? language : lang, options);
}

function Time({ at, words }: { at: string; words: Words }): JSX.Element | null {
  const text = moment(at, words);
  return text === null ? null : <time dateTime={at}>{text}</time>;
}

export function Link({ url, words, children }: { url: string; words: Words; children: Child }): JSX.Element {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {children}
      <span class="fd-unseen"> ({words.newTab})</span>
    </a>
  );
}

function CardView({ card, words }: { card: Card; words: Words }): JSX.Element {
  const links = card.buttons.flatMap(({ title, url }) => ({ title, url: safeUrl(url) }));
  return (
    <div class="fd-card" dir="auto">
      <Picture url={safeUrl(card.image)} />
      <p class="fd-card-title">{card.title}</p>
      {card.text !== undefined && <p>{card.text}</p>}
      {links.map(({ title, url }) => url !== null && <Link key={title} url={url} words={words} children={title} />)}
    </div>
  );
}

/** A link that a key has led to is seen with its whole card. Nothing moves for a pointer, or it would press beside what it aims at. */
const reveal = ({ currentTarget }: { currentTarget: Element }): void => currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" });

/** A row that scrolls sideways; with the focus in it, by the arrow keys, too. */
function Cards({ cards, words }: { cards: Card[]; words: Words }): JSX.Element {
  return (
    // Without bullets some readers take a list for none, unless its role is said.
    <ul class="fd-cards" role="list" aria-label={words.products} tabIndex={0}>
      {cards.map((card, index) => (
        <li key={index} onKeyUp={reveal}>
          <CardView card={card} words={words} />
        </li>
      ))}
    </ul>
  );
}

/** A picture that cannot be had (or that our policy keeps out) leaves no broken frame. */
function Picture({ url }: { url: string | null }): JSX.Element | null {
  const [broken, setBroken] = useState(false);
  if (url === null || broken) return null;
  return <img src={url} alt="" loading="lazy" onError={() => setBroken(true)} />;
}

function Citations({ citations, words, onCite }: Pick<Around, "words" | "onCite"> & { citations: Citation[] }): JSX.Element | null {
  if (citations.length === 0) return null;
  return (
    <ul class="fd-sources">
      {citations.map((citation) => (
        <li key={`${citation.article}#${citation.anchor}`}>
          <button type="button" onClick={() => onCite(citation)}>
            {words.sources}: <bdi>{citation.title}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface RepliesProps {
  message: string;
  replies: QuickReply[];
  words: Words;
  chat: Chat;
}

function Replies({ message, replies, words, chat }: RepliesProps): JSX.Element | null {
  // The button for a person stands right below, always: the same words twice would be a riddle.
  const offered = ({ title, url }: QuickReply): boolean => title === words.person && url === undefined;
  if (replies.every(offered)) return null;
  return (
    <div class="fd-replies">
      {replies.map((reply, index) => {
        const { title, url } = reply;
        if (offered(reply)) return null;
        if (url === undefined) {
          return (
            <button key={index} type="button" dir="auto" onClick={() => chat.choose(message, index, title)}>
              {title}
            </button>
          );
        }
        const safe = safeUrl(url);
        return safe !== null && <Link key={index} url={safe} words={words} children={title} />;
      })}
    </div>
  );
}
