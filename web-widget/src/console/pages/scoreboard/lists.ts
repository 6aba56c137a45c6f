// Which conversations stand behind which number.

import { FIVE, OUTCOMES, type Outcome } from "./report";
import { NAMES } from "./words";

export interface List {
  title: string;
  /** What the server is asked for, one list after the other: it lists one outcome, reason or rating at a time. */
  sources: string[];
}

const of = (outcomes: readonly Outcome[]): string[] => outcomes.map((outcome) => `outcome=${outcome}`);
const SCORES = [5, 4, 3, 2, 1] as const;

/** Who dealt with the shopper: anybody, the assistant alone, or a person too. */
export type By = "" | "bot" | "human";
const BY = { "": "", bot: ", the assistant alone", human: ", with a person" };
type RatedName = `rated${"" | 1 | 2 | 3 | 4 | 5}${By}`;

function ratedLists(): Record<RatedName, List> {
  const source = (score: number, by: By) => `rated=${score}${by === "" ? "" : `&by=${by}`}`;
  const lists = (Object.keys(BY) as By[]).flatMap((by): [string, List][] => [
    [`rated${by}`, { title: `All that were rated${BY[by]}`, sources: SCORES.map((score) => source(score, by)) }],
    ...SCORES.map((score): [string, List] => [`rated${score}${by}`, { title: `Rated ${score} of 5${BY[by]}`, sources: [source(score, by)] }]),
  ]);
  return Object.fromEntries(lists) as Record<RatedName, List>;
}

const LISTS = {
  ...(Object.fromEntries(OUTCOMES.map((name) => [name, { title: NAMES[name], sources: of([name]) }])) as Record<Outcome, List>),
  total: { title: "All conversations", sources: of(OUTCOMES) },
  ended: { title: "All that ended", sources: of(FIVE) },
  contained: { title: "Settled without a person", sources: of(["answered_confirmed", "answered_assumed"]) },
  requests: { title: "All that were requests", sources: of(["answered_confirmed", "answered_assumed", "handed_over", "abandoned"]) },
  provisional: { title: "May still change", sources: ["outcome=answered_assumed&provisional=true"] },
  returned: { title: "Abandoned: came back with a new request", sources: ["reason=returned"] },
  unanswered: { title: "Abandoned: last words never replied to", sources: ["reason=unanswered"] },
  ...ratedLists(),
} satisfies Record<string, List>;

export type ListName = keyof typeof LISTS;

export const listNamed = (name: ListName): List => LISTS[name];
export const isList = (name: string | null): name is ListName => name !== null && Object.hasOwn(LISTS, name);
export const ratedList = (score: number | "", by: By): ListName => `rated${score as "" | 1 | 2 | 3 | 4 | 5}${by}`;
