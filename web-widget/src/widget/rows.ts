// The log and the outbox as rows on the screen. Pure; `messages.tsx` draws them.

import type { Act, Entry, Event, Phase, SaidBody, Speaker } from "../shared/protocol";
import type { Words } from "./text";
import { type EntryState, asked } from "./outbox";
import { type State, draftText } from "./state";

export type Row =
  | {
      is: "said";
      key: string;
      message: string;
      by: Speaker;
      body: SaidBody;
      at: string;
      /** The first of several by the same speaker carries the name. */
      named: boolean;
      /** The shopper may still press its buttons. */
      askable: boolean;
      /** The last of the shopper's own says how far it has come. */
      reached: "sent" | "delivered" | "seen" | null;
      seq: number;
    }
  /** An answer that is still being written. */
  | { is: "draft"; key: string; text: string }
  | { is: "own"; key: string; text: string; state: EntryState }
  /** An act that is under way or has failed. */
  | { is: "act"; key: string; act: Act["act"]; state: EntryState }
  | { is: "line"; key: string; text: string };

type Said = Extract<Event, { kind: "said" }>;

export function rowsOf(state: State, words: Words): Row[] {
  return marked([...logged(state, words), ...drafted(state), ...unlogged(state)], state);
}

function logged(state: State, words: Words): Row[] {
  let phase: Phase = "bot";
  let speaker: Speaker["role"] = "bot";
  return state.events.flatMap(({ seq, at, event }): Row[] => {
    if (event.kind === "said") {
      if (event.by.role !== "shopper") speaker = event.by.role;
      return [said(event, at, seq)];
    }
    const text = line(event, phase, speaker, words);
    if (event.kind === "phase") phase = event.phase;
    return text === null ? [] : [{ is: "line", key: `line ${seq}`, text }];
  });
}

function said(event: Said, at: string, seq: number): Row {
  const { message, by, body } = event;
  // The same key as its outbox entry had: the bubble stays where it is, and is not read out twice.
  const key = event.client_id ?? message;
  return { is: "said", key, message, by, body, at, seq, named: true, askable: false, reached: null };
}

/** What a state change is to the shopper; each change of who speaks is told. */
function line(event: Event, before: Phase, speaker: Speaker["role"], words: Words): string | null {
  if (event.kind === "assigned") return event.agent === null ? null : words.joined(event.agent);
  if (event.kind === "rated") return words.rated(event.score);
  if (event.kind !== "phase") return null;
  switch (event.phase) {
    case "waiting":
      if (before === "with_agent") return words.waitingAgain;
      return event.reason === "asked" ? words.waitingAsked : words.waitingRule;
    case "closed":
      return words.closed;
    case "bot":
      return before === "waiting" || before === "with_agent" || speaker === "agent" ? words.backToBot : null;
    default:
      return null;
  }
}

function drafted({ draft }: State): Row[] {
  const text = draft === null ? "" : draftText(draft);
  return draft === null || text === "" ? [] : [{ is: "draft", key: draft.message, text }];
}

function unlogged(state: State): Row[] {
  return state.outbox.entries.flatMap(({ client_id: key, request, label, state }): Row[] => {
    if (request.type === "say") return [{ is: "own", key, text: label, state }];
    const { act } = request.act;
    // The form says itself what is wrong with an address.
    const shown = act === "human" || (state.is === "failed" && act !== "leave_contact");
    return shown ? [{ is: "act", key, act, state }] : [];
  });
}

/** The marks that depend on the neighbours. */
function marked(rows: Row[], { phase, receipt }: State): Row[] {
  const lastSaid = rows.findLastIndex((row) => row.is === "said" || row.is === "own");
  const lastHeard = rows.findLastIndex((row) => row.is === "said" && row.by.role !== "shopper");
  // Whoever waits for a person gets no answer to what they write on: the way back to the assistant must stay.
  const askable = phase === "waiting" ? lastHeard : lastSaid;
  const lastOwn = rows.findLastIndex((row) => row.is === "said" && row.by.role === "shopper");
  return rows.map((row, index) => {
    if (row.is !== "said") return row;
    const before = rows[index - 1];
    const named = !(before?.is === "said" && before.by.role === row.by.role && before.by.name === row.by.name);
    const reached = row.seq <= receipt.read ? "seen" : row.seq <= receipt.received ? "delivered" : "sent";
    return { ...row, named, askable: index === askable, reached: index === lastOwn ? reached : null };
  });
}

/**
 * Whether the shopper is to be asked how it was, and about which event: the conversation has ended, or an answer has helped
 * and nothing was said since. Once rated, an episode is not asked about again; the next one is.
 */
export function ratable({ events, outbox }: State): number | null {
  if (asked(outbox, "rate") !== undefined) return null;
  return events.reduce(asking, { about: null, rated: false }).about;
}

interface Survey {
  about: number | null;
  rated: boolean;
}

function asking(survey: Survey, { seq, event }: Entry): Survey {
  const { rated } = survey;
  switch (event.kind) {
    case "said":
      return event.by.role === "shopper" ? { rated, about: null } : survey;
    case "phase":
      if (event.phase !== "closed") return { rated: rated && event.reason !== "reopened", about: null };
      return { rated, about: rated ? null : seq };
    case "helped":
      return { rated, about: event.yes && !rated ? seq : null };
    case "rated":
    case "redacted":
      return { rated: true, about: null };
    default:
      return survey;
  }
}
