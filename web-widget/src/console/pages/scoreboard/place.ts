// What the page shows, as it stands in the address.

import { pathOf } from "../../route";
import { isDay, LAST, USUAL, type Choice } from "./period";
import { isList, type ListName } from "./lists";

export interface Place {
  choice: Choice;
  /** The conversations behind a number, of exactly the time the number was of. */
  list: { name: ListName; from: string; to: string } | null;
}

export function placeOf(search: URLSearchParams): Place {
  return { choice: choiceOf(search), list: listOf(search) };
}

function choiceOf(search: URLSearchParams): Choice {
  const [from, to] = [search.get("from"), search.get("to")];
  if (isDay(from) && isDay(to)) return { is: "between", from, to };
  const days = LAST.find((days) => String(days) === search.get("days"));
  return days === undefined ? USUAL : { is: "last", days };
}

function listOf(search: URLSearchParams): Place["list"] {
  const [name, from, to] = [search.get("list"), search.get("since"), search.get("until")];
  return isList(name) && isMoment(from) && isMoment(to) && from < to ? { name, from, to } : null;
}

/** As the report writes them, so that two can be compared as texts. What somebody bent is no time. */
function isMoment(text: string | null): text is string {
  return text !== null && /^\d{4}-\d\d-\d\dT/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}

export function choiceHref(choice: Choice): string {
  return `${pathOf.scoreboard}?${choiceSearch(choice)}`;
}

export function listHref(choice: Choice, name: ListName, { from, to }: { from: string; to: string }): string {
  return `${pathOf.scoreboard}?${choiceSearch(choice)}&${new URLSearchParams({ list: name, since: from, until: to })}`;
}

function choiceSearch(choice: Choice): string {
  return new URLSearchParams(choice.is === "last" ? { days: String(choice.days) } : { from: choice.from, to: choice.to }).toString();
}

/** A conversation, opened at the event that proves something. */
export function proofHref(conversation: string, seq: number): string {
  return `${pathOf.conversation(conversation)}?event=${seq}`;
}
