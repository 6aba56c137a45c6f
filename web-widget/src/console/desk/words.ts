// The console's words for what the wire names.

import type { DeskPresence, Row } from "../../shared/desk";
import type { Phase } from "../../shared/protocol";

/** `track_order` as one reads it. */
export function plain(name: string): string {
  return name.replaceAll("_", " ");
}

export const PHASES: Record<Phase, string> = {
  bot: "with the assistant",
  waiting: "waiting",
  with_agent: "with a person",
  closed: "resolved",
};

const HANDOVERS: Record<string, string> = {
  asked: "asked for a person",
  rule: "handed over by rule",
  turn_failed: "the assistant failed",
  agent_gone: "whoever had it is gone",
  no_reply: "taken, but not answered",
  released: "put back",
  transferred: "passed on",
  reopened: "came back",
};

/** Why a person was called. */
export function handover(reason: string): string {
  return HANDOVERS[reason] ?? plain(reason);
}

const MOVES: Record<string, string> = {
  "waiting asked": "The shopper asked for a person.",
  "waiting rule": "A rule called a person.",
  "waiting turn_failed": "The assistant failed and called a person.",
  "waiting agent_gone": "Whoever had the chat is gone. It is back at the head of the queue.",
  "waiting no_reply": "The chat was taken and not answered. It is back in the queue.",
  "waiting released": "The chat was put back into the queue.",
  "waiting transferred": "The chat was passed on.",
  "bot back_to_bot": "The assistant answers again.",
  "bot reopened": "The shopper came back. A new episode begins with the assistant.",
  "closed resolved": "The conversation was resolved.",
  "closed idle": "The conversation ended: nobody wrote for a while.",
  "closed ended": "The shopper ended the conversation.",
  "closed erased": "What was said here was erased.",
};

const PHASE_LINES: Record<Phase, string> = {
  bot: "The assistant answers.",
  waiting: "Waiting for a person.",
  with_agent: "A person answers.",
  closed: "The conversation ended.",
};

export function moved(phase: Phase, reason: string | undefined): string {
  return MOVES[`${phase} ${reason ?? ""}`] ?? PHASE_LINES[phase];
}

/** Who has it now, and how that came. */
export function taken(agent: string, reason: string | undefined): string {
  switch (reason) {
    case "claimed":
      return `${agent} took the chat.`;
    case "placed":
      return `The chat was given to ${agent}.`;
    default:
      return `The chat was passed on to ${agent}.`;
  }
}

/** 75 seconds as `1:15`, two hours as `2 h 3 min`. */
export function waited(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 3600) return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / (24 * 60))} d ${Math.floor((minutes % (24 * 60)) / 60)} h`;
}

/** A wait as it was told to the shopper: in minutes that were begun. */
export function about(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return `about ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}

export const PRESENCES: Record<DeskPresence, { title: string; means: string }> = {
  online: { title: "Online", means: "Chats are given to you." },
  busy: { title: "Busy", means: "You take the chats you choose." },
  away: { title: "Away", means: "You are not there for shoppers." },
};

export const PRIORITIES = ["low", "medium", "high", "urgent"] as const;

/** A short name by which two people can speak of one chat. */
export function nameOf(conversation: string): string {
  return conversation.slice(0, 4).toUpperCase();
}

/** A rule's line, `Wants: complaint (order_number 10043)` or `Tried: choices:track order,get refund`, as one reads it. */
export function summarised(line: string): string {
  return line
    .replace(/\b[a-z]+(?:_[a-z]+)+\b/g, plain)
    .replace(/\bchoices:(.+?)(?=, |;| ×|\+|$)/g, (_, names: string) => `a choice of ${names.replaceAll(",", ", ")}`);
}

/** What a row of the queue is about. */
export function aboutOf(row: Row): string {
  const [first] = row.summary;
  return first === undefined ? "Nothing known yet" : summarised(first).replace(/^Wants: /, "");
}

const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

export function language(locale: string): string {
  try {
    return languages.of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** A time as one reads it here: of today without its date. */
export function moment(at: string): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return at;
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString(navigator.language, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
