// What is known beside the words: the shopper, the order, the labels, what came before, and what an admin may do.

import { useState } from "preact/hooks";
import { safeUrl } from "../../shared/link";
import { post, words, type User } from "../api";
import { may } from "../rights";
import { Icon } from "../shell/icons";
import type { Desk } from "./client";
import type { Standing } from "./actions";
import type { Fetched } from "./hooks";
import type { State } from "./state";
import { SummaryLine } from "./summary";
import { about, handover, language, moment, nameOf, plain, PRIORITIES } from "./words";

/** `GET /api/conversations/{id}`. */
export interface Details {
  began: string;
  last_at: string;
  locale: string | null;
  labels: string[];
  priority: string | null;
  erased: boolean;
  contact: { email: string } | null;
  episodes: Episode[];
  order: { order_number: string; fields: [string, unknown][] | null } | null;
}

interface Episode {
  number: number;
  began: string;
  ended: string | null;
  outcome: string;
  reason: string | null;
  rating: number | null;
}

interface SideProps {
  desk: Desk;
  state: State;
  user: User;
  conversation: string;
  standing: Standing;
  details: Fetched<Details>;
  close: () => void;
}

export function Side(props: SideProps) {
  const { state, conversation, details, close } = props;
  const row = state.rows?.find((row) => row.conversation === conversation);
  const chat = state.chats[conversation];
  const data = details.data;
  const staff = chat?.staff.entries ?? [];
  const contact = staff.findLast(({ event }) => event.kind === "contact")?.event;
  const email = contact?.kind === "contact" ? contact.email : data?.contact?.email;
  const replyBy = contact?.kind === "contact" ? contact.reply_by : undefined;
  const summary = staff.findLast(({ event }) => event.kind === "summary")?.event;
  const locale = row?.locale ?? data?.locale ?? null;
  const began = data?.began ?? chat?.chat.entries[0]?.at;
  return (
    <aside class="side" aria-label="Details">
      <header class="side-head">
        <button class="btn btn-icon only-phone" type="button" onClick={close} aria-label="Back to the conversation">
          <Icon name="back" />
        </button>
        <h2>Details</h2>
        <button class="btn btn-icon not-phone side-close" type="button" onClick={close} aria-label="Close the details">
          <Icon name="close" />
        </button>
      </header>
      {details.why !== null && !details.none && (
        <p class="side-part refusal" role="alert">
          Some of this could not be loaded: {details.why}{" "}
          <button class="btn btn-small" type="button" onClick={details.again}>
            Try again
          </button>
        </p>
      )}
      <section class="side-part">
        <h3>Shopper</h3>
        <dl class="pairs">
          <Pair name="Language" value={locale === null ? null : language(locale)} />
          <Pair name="Since" value={began === undefined ? null : moment(began)} />
          <Pair name="Address" value={email === undefined || email === "" ? null : email} />
          <Pair name="Answer promised by" value={replyBy === undefined || email === undefined || email === "" ? null : moment(replyBy)} />
          <Pair name="Conversation" value={nameOf(conversation)} />
        </dl>
      </section>
      {summary?.kind === "summary" && (
        <section class="side-part">
          <h3>Why a person</h3>
          <p class="quiet">
            {handover(summary.reason)}
            {row?.back === true && ", and somebody had it before"}
          </p>
          {summary.lines.map((line) => (
            <p key={line} dir="auto">
              <SummaryLine line={line} />
            </p>
          ))}
          {summary.told_seconds !== undefined && <p class="quiet">Told to wait {about(summary.told_seconds)}.</p>}
        </section>
      )}
      {data !== null && data.order !== null && <Order order={data.order} />}
      <Marks {...props} />
      {data !== null && data.episodes.length > 0 && (
        <section class="side-part">
          <h3>Episodes</h3>
          <ol class="episodes">
            {data.episodes.map((episode) => (
              <li key={episode.number}>
                <strong>{plain(episode.outcome)}</strong>
                {episode.reason !== null && <span class="quiet"> · {plain(episode.reason)}</span>}
                {episode.rating !== null && <span class="quiet"> · rated {episode.rating} of 5</span>}
                <br />
                <span class="quiet">
                  {moment(episode.began)}
                  {episode.ended === null ? ", still open" : ` to ${moment(episode.ended)}`}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {may(props.user.role, "admin") && <Admin conversation={conversation} erased={data?.erased === true} again={details.again} />}
    </aside>
  );
}

function Pair({ name, value }: { name: string; value: string | null }) {
  if (value === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {/^https?:/.test(value) ? <Address url={value} /> : <bdi>{value}</bdi>}
      </dd>
    </>
  );
}

function Address({ url }: { url: string }) {
  const safe = safeUrl(url);
  if (safe === null) return <bdi>{url}</bdi>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer" title={safe}>
      {new URL(safe).host}
      <span class="unseen"> (opens in a new tab)</span>
    </a>
  );
}

/** The number is the heading; the address of a picture says nothing to a reader, and the card in the chat shows it. */
const SHOWN_ELSEWHERE = ["order_number", "image_url"];

/** The fields the shop lets out, as they were when last looked up. */
function Order({ order }: { order: NonNullable<Details["order"]> }) {
  return (
    <section class="side-part">
      <h3>
        Order <bdi>{order.order_number}</bdi>
      </h3>
      {order.fields === null || order.fields.length === 0 ? (
        <p class="quiet">Named, but nothing was found or shown of it.</p>
      ) : (
        <dl class="pairs">
          {order.fields.filter(([name]) => !SHOWN_ELSEWHERE.includes(name)).map(([name, value]) => (
            <Pair key={name} name={plain(name)} value={value === null || value === "" ? null : shown(value)} />
          ))}
        </dl>
      )}
    </section>
  );
}

function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : value;
    case "number":
      return String(value);
    case "boolean":
      return value ? "yes" : "no";
    case "undefined":
      return "";
    default:
      return Array.isArray(value) ? value.map(shown).join(", ") : JSON.stringify(value);
  }
}

/** What the shop's files allow of labels. */
const LABELS = 20;
const LABEL_LENGTH = 60;

function Marks({ desk, state, user, conversation, details }: SideProps) {
  const [label, setLabel] = useState("");
  const chat = state.chats[conversation];
  const row = state.rows?.find((row) => row.conversation === conversation);
  const staff = chat?.staff.entries ?? [];
  const last = staff.findLast(({ event }) => event.kind === "label")?.event;
  const labels = last?.kind === "label" ? last.labels : (row?.labels ?? details.data?.labels ?? []);
  const prioritised = staff.findLast(({ event }) => event.kind === "priority" || event.kind === "summary")?.event;
  const priority = prioritised?.kind === "priority" || prioritised?.kind === "summary" ? prioritised.priority : (row?.priority ?? details.data?.priority ?? "medium");
  const can = may(user.role, "work") && chat?.known === true;
  const add = (event: Event) => {
    event.preventDefault();
    const next = label.trim();
    if (next === "" || labels.length >= LABELS) return;
    if (!labels.includes(next)) desk.act(conversation, { act: "label", labels: [...labels, next] });
    setLabel("");
  };
  return (
    <section class="side-part">
      <h3>Labels and priority</h3>
      {labels.length === 0 ? (
        <p class="quiet">No labels.</p>
      ) : (
        <ul class="labels">
          {labels.map((each) => (
            <li key={each} class="tag">
              <bdi>{each}</bdi>
              {can && (
                <button type="button" aria-label={`Take off the label ${each}`} onClick={() => desk.act(conversation, { act: "label", labels: labels.filter((other) => other !== each) })}>
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {can && (
        <form class="menu-line" onSubmit={add}>
          <label class="unseen" for="new-label">
            New label
          </label>
          <input id="new-label" class="input" value={label} maxLength={LABEL_LENGTH} placeholder="New label" onInput={(event) => setLabel(event.currentTarget.value)} />
          <button class="btn" type="submit" aria-disabled={label.trim() === ""}>
            Add
          </button>
        </form>
      )}
      <div class="menu-line">
        <label for="priority">Priority</label>
        <select
          id="priority"
          class="input"
          value={priority}
          disabled={!can}
          onChange={(event) => desk.act(conversation, { act: "priority", priority: event.currentTarget.value as (typeof PRIORITIES)[number] })}
        >
          {PRIORITIES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
    </section>
  );
}

function Admin({ conversation, erased, again }: { conversation: string; erased: boolean; again: () => void }) {
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const name = nameOf(conversation);
  const right = typed.trim().toUpperCase() === name;
  const erase = async (event: Event) => {
    event.preventDefault();
    if (!right) return;
    try {
      await post(`/api/conversations/${encodeURIComponent(conversation)}/erase`);
      setSaid("Everything that was said here is erased.");
      setAsking(false);
      setTyped("");
      again();
    } catch (error) {
      setSaid(words(error));
    }
  };
  return (
    <section class="side-part">
      <h3>What is kept of the shopper</h3>
      <p role="status">{said}</p>
      <div class="menu-line">
        <a class="btn" href={`/api/conversations/${encodeURIComponent(conversation)}/export`} download>
          Take a copy
        </a>
        {!erased && (
          <button class="btn btn-danger" type="button" aria-expanded={asking} onClick={() => setAsking(!asking)}>
            Erase…
          </button>
        )}
      </div>
      {erased && <p class="quiet">What was said here is erased.</p>}
      {asking && (
        <form class="erase" onSubmit={erase}>
          <p>
            All that was said and written here is emptied for ever: messages, notes, address, order. The shopper's chat is emptied too. That it happened
            stays in the audit log.
          </p>
          <label for="erase-name">
            Type <strong>{name}</strong> to erase it
          </label>
          <div class="menu-line">
            <input id="erase-name" class="input" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
            <button class="btn btn-danger" type="submit" aria-disabled={!right}>
              Erase it all
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
