// What the server tells of the shop's files as they are live.

import type { Card } from "../../../shared/protocol";

export interface Content {
  hash: string;
  live_since: string;
  /** The files were saved since with faults, so what is live is older than they are. */
  stale: boolean;
  faults: Fault[];
  /** How far the sentence encoder is with the examples. */
  encoder: { state: "off" | "encoding" | "ready" | "failed"; done: number; total: number };
  settings: { shop: string; assistant: string; locales: string[] };
  intents: IntentRow[];
  articles: ArticleRow[];
}

export interface Fault {
  file: string;
  line: number;
  column: number;
  severity: "error" | "warning";
  problem: string;
  /** What to write instead. */
  cure: string;
}

export interface IntentRow {
  name: string;
  title: string | null;
  category: string | null;
  file: string;
  /** How many, by locale. */
  examples: Record<string, number>;
  not_examples: number;
  form: boolean;
  action: string | null;
  hands_over: boolean;
}

export interface ArticleRow {
  id: string;
  title: string;
  locale: string;
  category: string | null;
  status: "draft" | "published" | "archived";
  audience: "public" | "signed_in" | "agents";
  valid_until: string | null;
  review_by: string | null;
  file: string;
  questions: number;
  passages: number;
}

export interface Intent {
  name: string;
  title: string | null;
  category: string | null;
  file: string;
  examples: Record<string, string[]>;
  not_examples: Record<string, string[]>;
  replies: { name: string; variants: Variant[] }[];
  slots: Slot[];
  /** What is said when a look-up ends like this. */
  outcomes: Record<string, { say: string; hands_over: boolean }>;
}

export interface Variant {
  when: string | null;
  text: Record<string, string>;
  counts_as: string;
  quick_replies: string[];
  card: boolean;
  cards: boolean;
}

export interface Slot {
  slot: string;
  /** The entity that fills it. */
  from: string | null;
  /** The reply that asks for it. */
  ask: string;
  personal: boolean;
}

export interface Article {
  article: string;
  title: string;
  locale: string;
  category: string | null;
  answer: string | null;
  url: string | null;
  passages: { anchor: string; title: string; text: string }[];
  status: ArticleRow["status"];
  audience: ArticleRow["audience"];
  questions: string[];
  facts: Record<string, string>;
  valid_until: string | null;
  review_by: string | null;
  file: string;
}

/** What came of a line that was tried. */
export interface Tried {
  understood: Understood;
  reply: Reply | null;
  /** How the reply was chosen, in words. */
  rule: string;
  reading: Reading;
  /** What a real turn would have looked up here. */
  not_looked_up: string | null;
  /** As they hold for the best intent. */
  thresholds: { answer: number; confirm: number; margin: number; in_scope: number };
  /** From this fit on an article answers. */
  article_fits: number;
}

/** What a turn's trace tells. */
export interface Reading {
  /** The reply's name. */
  reply?: string;
  form?: string;
  slots?: Record<string, string>;
  /** The articles looked at, when it searched. */
  found?: Hit[];
}

export interface Hit {
  article: string;
  locale: string;
  title: string;
  anchor: string;
  /** How likely it is the answer. */
  fit: number;
}

export interface Understood {
  text: string;
  language: string | null;
  intents: { intent: string; probability: number }[];
  in_scope: number;
  entities: Entity[];
  does: string;
  explanation: {
    intent: string | null;
    probability: number;
    runner_up: string | null;
    examples: { text: string; locale: string; similarity: number }[];
    features: { feature: string; weight: number }[];
    views: {
      sparse: Ranked[];
      encoder: { intents: Ranked[]; nearest: number; outside: number } | null;
      encoder_asked: boolean;
    };
  };
}

interface Ranked {
  intent: string;
  probability: number;
}

export interface Entity {
  entity: string;
  /** In characters (Unicode scalars), the end not among them. */
  start: number;
  end: number;
  value: string;
  reason: string;
}

export interface Reply {
  text: string;
  quick_replies: string[];
  card: Card | null;
  cards: Card[];
  citations: { article: string; title: string; anchor: string; url?: string | null }[];
  counts_as: string | null;
}

type Lasting = Pick<ArticleRow, "status" | "audience" | "valid_until" | "review_by">;
export type Badge = "draft" | "archived" | "expired" | "review due" | "signed in" | "agents only";

/** What one has to know of an article before one relies on it. `today` is a day such as 2026-11-22. */
export function badges({ status, audience, valid_until, review_by }: Lasting, today: string): Badge[] {
  const found: Badge[] = [];
  if (status !== "published") found.push(status);
  if (valid_until !== null && valid_until < today) found.push("expired");
  if (review_by !== null && review_by <= today) found.push("review due");
  if (audience === "signed_in") found.push("signed in");
  if (audience === "agents") found.push("agents only");
  return found;
}

/** A text cut at what was found in it. */
export function pieces(text: string, entities: readonly Entity[]): { text: string; entity: Entity | null }[] {
  const characters = [...text];
  const found: { text: string; entity: Entity | null }[] = [];
  let at = 0;
  const cut = (end: number, entity: Entity | null) => {
    if (end > at) found.push({ text: characters.slice(at, end).join(""), entity });
    at = Math.max(at, end);
  };
  for (const entity of entities.toSorted((one, other) => one.start - other.start)) {
    cut(entity.start, null);
    cut(entity.end, entity);
  }
  cut(characters.length, null);
  return found;
}

/** An n-gram for people: words as they are, pieces of words with dots where the word goes on. */
export function gram(feature: string): string {
  const inner = /^·(.*)·$/s.exec(feature)?.[1];
  if (inner === undefined) return feature;
  const middle = inner.replace(/^_/, "").replace(/_$/, "").replaceAll("_", " ");
  return `${inner.startsWith("_") ? "" : "…"}${middle}${inner.endsWith("_") && inner.length > 1 ? "" : "…"}`;
}

/** Whether a row has all the words that are looked for, in any of its texts. */
export function matches(looked: string, ...texts: (string | null | undefined)[]): boolean {
  const all = texts.join("\n").toLocaleLowerCase();
  return looked
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
