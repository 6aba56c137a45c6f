// The names of things on this page, and what they mean.

import type { Found, Outcome } from "./report";

export const NAMES: Record<Outcome, string> = {
  answered_confirmed: "Answered, confirmed",
  answered_assumed: "Answered, assumed",
  handed_over: "Handed over",
  abandoned: "Abandoned",
  not_a_request: "Not a request",
  open: "Still open",
};

export const MEANS: Record<Outcome, string> = {
  answered_confirmed: "The shopper said that it helped, or rated it 4 or 5.",
  answered_assumed: "A real answer, then silence.",
  handed_over: "A person was called or took it.",
  abandoned: "A request, and no answer that held.",
  not_a_request: "Small talk only.",
  open: "Not over, so not among the five yet.",
};

const REASONS: Record<string, string> = {
  returned: "came back with a new request",
  unanswered: "last words never replied to",
};

export const reasonName = (reason: string): string => REASONS[reason] ?? reason;

/** What the event is that proves an outcome. */
export function proves({ outcome, reason, rated }: Found): string {
  if (reason === "returned") return "the answer before they came back";
  if (reason === "unanswered") return "the words nobody replied to";
  switch (outcome) {
    case "answered_confirmed":
      return rated !== null && rated >= 4 ? "the word or the rating that it helped" : "the word that it helped";
    case "answered_assumed":
      return "the answer";
    case "handed_over":
      return "the call for a person";
    case "abandoned":
      return "what stood there last";
    case "not_a_request":
    case "open":
      return "its first words";
  }
}

/** In the order in which a message goes through them. */
const STAGES: Record<string, string> = {
  understand: "Understanding the message",
  search: "Searching the articles",
  decide: "Deciding what to do",
  act: "Looking up what the shop knows",
  reply: "Putting the reply together",
  commit: "Storing it on disk",
};

export function inOrder<T extends { stage: string }>(stages: readonly T[]): T[] {
  const order = Object.keys(STAGES);
  const place = ({ stage }: T) => (order.indexOf(stage) + order.length) % order.length;
  return stages.toSorted((one, other) => place(one) - place(other));
}

export const stageName = (stage: string): string => STAGES[stage] ?? stage;
