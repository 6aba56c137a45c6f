// The log and the outbox as rows on the screen. Pure; `messages.tsx` draws them.

import type { Event, Phase, SaidBody, Speaker } from "../shared/protocol";
import type { Words } from "./text";
import type { EntryState } from "./outbox";
import type { State } from "./state";

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
      /** The last of the shopper's own says that it arrived. */
      sent: boolean;
    }
  | { is: "own"; key: string; text: string; state: EntryState }
  | { is: "asking"; key: string; state: EntryState }
  | { is: "line"; key: string; text: string };

type Said = Extract<Event, { kind: "said" }>;

export function rowsOf(state: State, words: Words): Row[] {
  const rows = [...logged(state, words), ...unlogged(state)];
  return marked(rows, state.phase);
}

function logged(state: State, words: Words): Row[] {
  let phase: Phase = "bot";
  let speaker: Speaker["role"] = "bot";
  return state.events.flatMap(({ seq, at, event }): Row[] => {
    if (event.kind === "said") {
      if (event.by.role !== "shopper") speaker = event.by.role;
      return [said(event, at)];
    }
    const text = line(event, phase, speaker, words);
    if (event.kind === "phase") phase = event.phase;
    return text === null ? [] : [{ is: "line", key: `line ${seq}`, text }];
  });
}

function said(event: Said, at: string): Row {
  const { message, by, body } = event;
  // The same key as its outbox entry had: the bubble stays where it is, and is not read out twice.
  const key = event.client_id ?? message;
  return { is: "said", key, message, by, body, at, named: true, askable: false, sent: false };
}

/** What a state change is to the shopper; each change of who speaks is told. */
function line(event: Event, before: Phase, speaker: Speaker["role"], words: Words): string | null {
  if (event.kind === "assigned") return event.agent === null ? null : words.joined(event.agent);
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

function unlogged(state: State): Row[] {
  return state.outbox.entries.flatMap(({ client_id: key, request, label, state }): Row[] => {
    if (request.type === "say") return [{ is: "own", key, text: label, state }];
    return request.act.act === "human" ? [{ is: "asking", key, state }] : [];
  });
}

/** The marks that depend on the neighbours. */
function marked(rows: Row[], phase: Phase): Row[] {
  const lastSaid = rows.findLastIndex((row) => row.is === "said" || row.is === "own");
  const lastHeard = rows.findLastIndex((row) => row.is === "said" && row.by.role !== "shopper");
  // Whoever waits for a person gets no answer to what they write on: the way back to the assistant must stay.
  const askable = phase === "waiting" ? lastHeard : lastSaid;
  const lastOwn = rows.findLastIndex((row) => row.is === "said" && row.by.role === "shopper");
  return rows.map((row, index) => {
    if (row.is !== "said") return row;
    const before = rows[index - 1];
    const named = !(before?.is === "said" && before.by.role === row.by.role && before.by.name === row.by.name);
    return { ...row, named, askable: index === askable, sent: index === lastOwn };
  });
}
