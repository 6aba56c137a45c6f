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

const STAGES: Record<string, string> = {
  understand: "Understanding the message",
  decide: "Deciding what to do",
  search: "Searching the articles",
  lookup: "Looking up an order",
  reply: "Writing the reply",
  commit: "Storing it on disk",
  turn: "The whole turn",
};

export const stageName = (stage: string): string => STAGES[stage] ?? stage;
