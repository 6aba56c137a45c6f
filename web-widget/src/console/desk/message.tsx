// One row of the thread. Whatever came over the wire is drawn as text nodes; addresses pass `safeUrl` first.

import { useState } from "preact/hooks";
import { safeUrl } from "../../shared/link";
import type { Card, Citation, QuickReply } from "../../shared/protocol";
import { Icon } from "../shell/icons";
import type { Desk } from "./client";
import type { ThreadRow } from "./rows";
import { SummaryLine } from "./summary";
import { Why } from "./why";
import { about, moment } from "./words";

export function RowView({ row, desk, me, up }: { row: ThreadRow; desk: Desk; me: string; up: boolean }) {
  switch (row.is) {
    case "said":
      return <Said row={row} me={me} />;
    case "own":
      return <Own row={row} desk={desk} up={up} />;
    case "note":
      return (
        <div class="msg msg-note">
          <p class="msg-name">
            <Icon name="note" />
            <bdi>{row.by}</bdi> <span class="msg-role">note, for colleagues only</span> <Time at={row.at} />
          </p>
          <p class="bubble" dir="auto">
            {row.text}
          </p>
        </div>
      );
    case "summary":
      return <Summary row={row} />;
    case "line":
      return (
        <div class="line">
          <p>
            <span dir="auto">{row.text}</span> <Time at={row.at} />
          </p>
          {row.trace !== null && <Why trace={row.trace} title="Why?" />}
        </div>
      );
  }
}

const ROLES = { shopper: "Shopper", bot: "assistant", agent: "", system: "the shop, by itself" };

const DELIVERIES = { sent: "Sent", delivered: "Delivered", seen: "Seen" };

function Said({ row, me }: { row: Extract<ThreadRow, { is: "said" }>; me: string }) {
  const { by, body } = row;
  const own = by.role === "agent" && by.name === me;
  return (
    <div class={`msg msg-${by.role}${own ? " msg-own" : ""}`}>
      {row.named ? (
        <p class="msg-name">
          <bdi>{by.role === "shopper" ? by.name || "Shopper" : by.name}</bdi>
          {by.role !== "shopper" && ROLES[by.role] !== "" && <span class="msg-role">{ROLES[by.role]}</span>}
        </p>
      ) : (
        <span class="unseen">{by.role === "shopper" ? "Shopper" : by.name}: </span>
      )}
      <p class="bubble" dir="auto">
        {body.text === "" ? <i>nothing, or it was erased</i> : body.text}
      </p>
      {body.card !== undefined && <CardView card={body.card} />}
      {body.cards !== undefined && <Cards cards={body.cards} />}
      <Citations citations={body.citations ?? []} />
      <Offered replies={body.quick_replies ?? []} />
      {row.trace === null ? (
        <p class="msg-foot">
          {body.choice !== undefined && <span>pressed as a button</span>}
          <Time at={row.at} />
          {row.delivery !== null && <span>{DELIVERIES[row.delivery]}</span>}
        </p>
      ) : (
        <Why trace={row.trace}>
          <Time at={row.at} />
        </Why>
      )}
    </div>
  );
}

function Own({ row, desk, up }: { row: Extract<ThreadRow, { is: "own" }>; desk: Desk; up: boolean }) {
  const { state } = row.entry;
  const failed = state.is === "failed";
  return (
    <div class={`msg ${row.request === "note" ? "msg-note" : "msg-agent msg-own"}${failed ? " msg-failed" : ""}`}>
      <span class="unseen">{row.request === "note" ? "Your note: " : "You: "}</span>
      <p class="bubble" dir="auto">
        {row.text}
      </p>
      {failed ? (
        <p class="msg-foot refusal" role="alert">
          Not sent: {state.why}
          <button class="btn btn-small" type="button" onClick={() => desk.retry(row.key)}>
            Try again
          </button>
          <button class="btn btn-small" type="button" onClick={() => desk.discard(row.key)}>
            Discard
          </button>
        </p>
      ) : (
        <p class="msg-foot">{state.is === "sent" ? "Sent" : up ? "Sending…" : "Goes out when the line is back"}</p>
      )}
    </div>
  );
}

function Summary({ row }: { row: Extract<ThreadRow, { is: "summary" }> }) {
  return (
    <section class="summary" aria-label="Summary for whoever takes over">
      <p class="summary-head">
        <strong>Handed over</strong> · {row.reason}
        {row.team !== null && ` · for ${row.team}`} · priority {row.priority} <Time at={row.at} />
      </p>
      {row.lines.map((line) => (
        <p key={line} dir="auto">
          <SummaryLine line={line} />
        </p>
      ))}
      {row.told !== null && <p class="quiet">The shopper was told to wait {about(row.told)}.</p>}
    </section>
  );
}

function Time({ at }: { at: string }) {
  return <time dateTime={at}>{moment(at)}</time>;
}

function Outside({ url, title }: { url: string; title: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      <bdi>{title}</bdi>
      <span class="unseen"> (opens in a new tab)</span>
    </a>
  );
}

function CardView({ card }: { card: Card }) {
  const image = safeUrl(card.image);
  const [broken, setBroken] = useState(false);
  return (
    <div class="msg-card" dir="auto">
      {image !== null && !broken && <img src={image} alt="" loading="lazy" onError={() => setBroken(true)} />}
      <p class="msg-card-title">{card.title}</p>
      {card.text !== undefined && <p>{card.text}</p>}
      <p class="msg-card-links">
        {card.buttons.map(({ title, url }, index) => {
          const safe = safeUrl(url);
          return safe === null ? null : <Outside key={index} url={safe} title={title} />;
        })}
      </p>
    </div>
  );
}

/** The row the shopper looks through, as a list: who reads along wants all of it in sight. */
function Cards({ cards }: { cards: Card[] }) {
  return (
    <ul class="msg-cards" aria-label="Cards the shopper saw">
      {cards.map((card, index) => (
        <li key={index}>
          <CardView card={card} />
        </li>
      ))}
    </ul>
  );
}

function Citations({ citations }: { citations: Citation[] }) {
  if (citations.length === 0) return null;
  return (
    <ul class="msg-sources">
      {citations.map(({ article, anchor, title, url }) => {
        const safe = safeUrl(url);
        return (
          <li key={`${article}#${anchor}`}>
            Source: {safe === null ? <bdi>{title}</bdi> : <Outside url={safe} title={title} />}
          </li>
        );
      })}
    </ul>
  );
}

/** The buttons the shopper saw. Here they are only words. */
function Offered({ replies }: { replies: QuickReply[] }) {
  if (replies.length === 0) return null;
  return (
    <ul class="offered" aria-label="Buttons the shopper saw">
      {replies.map(({ title }, index) => (
        <li key={index} dir="auto">
          {title}
        </li>
      ))}
    </ul>
  );
}
