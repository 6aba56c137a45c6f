// One thread out of two logs and the outbox: what an agent reads from top to bottom. Pure.

import type { SaidBody, Speaker } from "../../shared/protocol";
import type { Outgoing } from "./outbox";
import type { Chat } from "./state";
import { traceOf, type Trace } from "./trace";
import type { ChatEntry, StaffEntry } from "./wire";
import { handover, language, moved, taken } from "./words";

export type Delivery = "sent" | "delivered" | "seen";

export type ThreadRow =
  | { is: "said"; key: string; by: Speaker; body: SaidBody; at: string; named: boolean; trace: Trace | null; delivery: Delivery | null }
  | { is: "own"; key: string; request: "say" | "note"; text: string; entry: Outgoing }
  | { is: "note"; key: string; by: string; text: string; at: string }
  | { is: "summary"; key: string; at: string; reason: string; team: string | null; priority: string; lines: readonly string[]; told: number | null }
  | { is: "line"; key: string; text: string; at: string; trace: Trace | null };

/** Messages of one speaker within this time stand under one name. */
const TOGETHER_MS = 5 * 60_000;

export function rowsOf(chat: Chat, outgoing: readonly Outgoing[]): ThreadRow[] {
  const traces = explained(chat.chat.entries, chat.staff.entries);
  const rows: ThreadRow[] = [];
  const staff = [...chat.staff.entries].sort((a, b) => a.after - b.after || a.seq - b.seq);
  let next = 0;
  // Only as far as the chat itself is here: a note never stands before what it is about.
  const staffUpTo = (seq: number) => {
    for (let entry = staff[next]; entry !== undefined && entry.after <= seq; entry = staff[++next]) push(rows, staffRow(entry));
  };
  staffUpTo(0);
  for (const [index, entry] of chat.chat.entries.entries()) {
    const around = { before: chat.chat.entries[index - 1], behind: chat.chat.entries[index + 1] };
    push(rows, chatRow(entry, around, traces.get(entry.seq) ?? null, chat.receipt));
    staffUpTo(entry.seq);
  }
  for (const entry of outgoing) {
    if (entry.conversation !== chat.conversation || entry.request.type === "act") continue;
    rows.push({ is: "own", key: entry.client_id, request: entry.request.type, text: entry.request.text, entry });
  }
  return rows;
}

function push(rows: ThreadRow[], row: ThreadRow | null): void {
  if (row !== null) rows.push(row);
}

/**
 * The traces by the message they explain. A trace says which question it answers and behind which chat number it was
 * stored; its reply is the assistant's message between the trace before it and there.
 */
function explained(chat: readonly ChatEntry[], staff: readonly StaffEntry[]): Map<number, Trace> {
  const traces = new Map<number, Trace>();
  let before = 0;
  for (const { event, after } of staff) {
    if (event.kind !== "trace") continue;
    const from = Math.max(before, event.question);
    const replies = chat.slice(from, after).filter(({ event }) => event.kind === "said" && event.by.role === "bot");
    if (event.replied) for (const { seq } of replies) traces.set(seq, traceOf(event.trace));
    before = Math.max(before, after);
  }
  return traces;
}

interface Around {
  before: ChatEntry | undefined;
  behind: ChatEntry | undefined;
}

function chatRow(entry: ChatEntry, { before, behind }: Around, trace: Trace | null, receipt: Chat["receipt"]): ThreadRow | null {
  const { event, seq, at } = entry;
  const key = `c${seq}`;
  const line = (text: string): ThreadRow => ({ is: "line", key, text, at, trace: null });
  switch (event.kind) {
    case "said": {
      const delivery = event.by.role === "agent" ? (seq <= receipt.read ? "seen" : seq <= receipt.received ? "delivered" : "sent") : null;
      return { is: "said", key, by: event.by, body: event.body, at, named: !follows(entry, before), trace, delivery };
    }
    case "phase":
      // Who it is with stands in the next entry, which says both.
      return behind?.event.kind === "assigned" && behind.event.agent !== null ? null : line(moved(event.phase, event.reason));
    case "assigned":
      return event.agent === null ? null : line(taken(event.agent, before?.event.kind === "phase" ? before.event.reason : undefined));
    case "rated":
      return line(`The shopper gave ${event.score} of 5${event.comment === undefined || event.comment === "" ? "." : `: “${event.comment}”`}`);
    case "helped":
      return line(event.yes ? "“That helped,” says the shopper." : "“That did not help,” says the shopper.");
    case "redacted":
      return line("Something was said here and is erased.");
  }
}

function follows(entry: ChatEntry, before: ChatEntry | undefined): boolean {
  if (entry.event.kind !== "said" || before?.event.kind !== "said") return false;
  const [by, last] = [entry.event.by, before.event.by];
  return by.role === last.role && by.name === last.name && Date.parse(entry.at) - Date.parse(before.at) < TOGETHER_MS;
}

function staffRow({ event, seq, at }: StaffEntry): ThreadRow | null {
  const key = `s${seq}`;
  const line = (text: string, trace: Trace | null = null): ThreadRow => ({ is: "line", key, text, at, trace });
  switch (event.kind) {
    case "note":
      return { is: "note", key, by: event.by.name, text: event.text, at };
    case "summary": {
      const { reason, team = null, priority, lines, told_seconds: told = null } = event;
      return { is: "summary", key, at, reason: handover(reason), team, priority, lines, told };
    }
    case "trace":
      return event.replied ? null : line("The assistant read this and did not answer.", traceOf(event.trace));
    case "label":
      return line(event.labels.length === 0 ? `${event.by.name} took the labels off.` : `${event.by.name} set the labels: ${event.labels.join(", ")}.`);
    case "priority":
      return line(`${event.by.name} set the priority to ${event.priority}.`);
    case "team":
      return line(event.team === null ? `${event.by.name} took it from the team.` : `${event.by.name} passed it to the team ${event.team}.`);
    case "contact":
      return line(event.email === "" ? "The shopper's address was erased." : `The shopper left an address: ${event.email}`);
    case "consent":
      return line(`The shopper was told what is kept of them, in ${language(event.locale)}.`);
    case "exported":
      return line(event.by === null ? "The shopper took a copy of the conversation." : `${event.by.name} took a copy of the conversation.`);
  }
}
