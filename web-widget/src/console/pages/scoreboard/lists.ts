// Which conversations stand behind which number.

import { FIVE, OUTCOMES, type Found, type Outcome } from "./report";
import { NAMES } from "./words";

export interface List {
  title: string;
  /** What the server is asked for, one list after the other: it lists one outcome, reason or rating at a time. */
  sources: string[];
  keep?: (row: Found) => boolean;
}

const of = (outcomes: readonly Outcome[]): string[] => outcomes.map((outcome) => `outcome=${outcome}`);
const SCORES = [5, 4, 3, 2, 1] as const;
const rated = (scores: readonly number[]): string[] => scores.map((score) => `rated=${score}`);

const LISTS = {
  ...(Object.fromEntries(OUTCOMES.map((name) => [name, { title: NAMES[name], sources: of([name]) }])) as Record<Outcome, List>),
  total: { title: "All conversations", sources: of(OUTCOMES) },
  ended: { title: "All that ended", sources: of(FIVE) },
  contained: { title: "Settled without a person", sources: of(["answered_confirmed", "answered_assumed"]) },
  requests: { title: "All that were requests", sources: of(["answered_confirmed", "answered_assumed", "handed_over", "abandoned"]) },
  provisional: { title: "May still change", sources: of(["answered_assumed"]), keep: (row) => row.provisional },
  returned: { title: "Abandoned: came back with a new request", sources: ["reason=returned"] },
  unanswered: { title: "Abandoned: last words never replied to", sources: ["reason=unanswered"] },
  rated: { title: "All that were rated", sources: rated(SCORES) },
  ...(Object.fromEntries(SCORES.map((score) => [`rated${score}`, { title: `Rated ${score} of 5`, sources: rated([score]) }])) as Record<
    `rated${1 | 2 | 3 | 4 | 5}`,
    List
  >),
} satisfies Record<string, List>;

export type ListName = keyof typeof LISTS;

export const listNamed = (name: ListName): List => LISTS[name];
export const isList = (name: string | null): name is ListName => name !== null && Object.hasOwn(LISTS, name);
export const ratedList = (score: number): ListName => `rated${score as 1 | 2 | 3 | 4 | 5}`;
