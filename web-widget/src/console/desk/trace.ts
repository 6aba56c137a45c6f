// What the assistant wrote down about a turn, read with care: the wire leaves its form open. Pure.

export interface Trace {
  because: string;
  text: string | null;
  language: string | null;
  /** The likeliest first. */
  intents: { intent: string; probability: number }[];
  inScope: number | null;
  /** How sure it had to be of the likeliest, and that the text is about an intent at all. */
  needs: { answer: number | null; inScope: number | null };
  entities: { entity: string; value: string; start: number; end: number; reason: string }[];
  form: string | null;
  /** Slots that were filled; null where the value says who somebody is. */
  slots: [string, string | null][];
  actions: { action: string; outcome: string }[];
  found: Found[];
  /** What the conversation was about, where a message only went on with it. */
  about: string | null;
  written: Written | null;
  reply: string | null;
  before: string[];
  rule: number | null;
  content: string | null;
  /** Stage and microseconds. */
  stages: [string, number][];
  raw: unknown;
}

/** How a language model did that was asked for the answer. */
export interface Written {
  outcome: string;
  model: string;
  tokens: number;
  cost: number | null;
  firstMs: number | null;
  totalMs: number | null;
  /** Why each sentence that was held back was; said ones have nothing. */
  stopped: string[];
}

export interface Found {
  article: string;
  title: string;
  anchor: string;
  text: string;
  url: string | undefined;
  score: number | null;
  fit: number | null;
  near: number | null;
  words: number | null;
  matched: string[];
  foundIn: string | null;
}

export function traceOf(raw: unknown): Trace {
  const trace = object(raw);
  const read = object(trace["understanding"]);
  const needs = object(trace["thresholds"]);
  return {
    because: text(trace["because"]) ?? "",
    text: text(read["text"]),
    language: text(read["language"]) ?? text(trace["locale"]),
    intents: list(read["intents"]).flatMap((each) => {
      const [intent, probability] = [text(each["intent"]), number(each["probability"])];
      return intent === null || probability === null ? [] : [{ intent, probability }];
    }),
    inScope: number(read["in_scope"]),
    needs: { answer: number(needs["answer"]), inScope: number(needs["in_scope"]) },
    entities: list(read["entities"]).flatMap((each) => {
      const [entity, value] = [text(each["entity"]), text(each["value"])];
      const [start, end] = [number(each["start"]) ?? 0, number(each["end"]) ?? 0];
      return entity === null ? [] : [{ entity, value: value ?? "", start, end, reason: text(each["reason"]) ?? "" }];
    }),
    form: text(trace["form"]),
    slots: Object.entries(object(trace["slots"])).map(([name, value]) => [name, text(value)]),
    actions: list(trace["actions"]).map((each) => ({ action: text(each["action"]) ?? "", outcome: text(each["outcome"]) ?? "" })),
    found: list(trace["found"]).map((each) => ({
      article: text(each["article"]) ?? "",
      title: text(each["title"]) ?? text(each["article"]) ?? "",
      anchor: text(each["anchor"]) ?? "",
      text: text(each["passage_text"]) ?? "",
      url: text(each["url"]) ?? undefined,
      score: number(each["score"]),
      fit: number(each["fit"]),
      near: number(each["near"]),
      words: number(each["words"]),
      matched: strings(each["matched"]),
      foundIn: text(each["found_in"]),
    })),
    about: text(trace["about"]),
    written: trace["written"] === undefined ? null : writtenOf(object(trace["written"])),
    reply: text(trace["reply"]),
    before: strings(trace["before"]),
    rule: number(trace["handoff_rule"]),
    content: text(trace["content"]),
    stages: (Array.isArray(trace["micros"]) ? (trace["micros"] as unknown[]) : []).flatMap((pair): [string, number][] =>
      Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "number" ? [[pair[0], pair[1]]] : [],
    ),
    raw,
  };
}

function writtenOf(report: Record<string, unknown>): Written {
  return {
    outcome: text(report["outcome"]) ?? "",
    model: text(report["model"]) ?? "",
    tokens: (number(report["prompt_tokens"]) ?? 0) + (number(report["completion_tokens"]) ?? 0),
    cost: number(report["cost"]),
    firstMs: number(report["first_sentence_ms"]),
    totalMs: number(report["total_ms"]),
    stopped: list(report["verdicts"]).flatMap((verdict) => (verdict["passed"] === true ? [] : [text(verdict["why"]) ?? "no reason given"])),
  };
}

/** A text cut where entities stand in it. Positions count characters as the wire does: Unicode scalars. */
export function spans(text: string, entities: Trace["entities"]): { text: string; entity: string | null }[] {
  const scalars = [...text];
  const parts: { text: string; entity: string | null }[] = [];
  let at = 0;
  for (const { entity, start, end } of [...entities].sort((a, b) => a.start - b.start)) {
    // One within another is told in the list below only.
    if (start < at || end <= start || end > scalars.length) continue;
    if (start > at) parts.push({ text: scalars.slice(at, start).join(""), entity: null });
    parts.push({ text: scalars.slice(start, end).join(""), entity });
    at = end;
  }
  if (at < scalars.length) parts.push({ text: scalars.slice(at).join(""), entity: null });
  return parts;
}

/** 0.97 as 97 %; never 100 % of what is not certain, nor 0 % of what is not impossible. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded >= 100 && share < 1) return "over 99%";
  if (rounded <= 0 && share > 0) return "under 1%";
  return `${rounded}%`;
}

/** 1,001,497 as `1.0 s`, 249 as `0.2 ms`, 23 as `23 µs`. */
export function duration(micros: number): string {
  if (micros < 100) return `${Math.round(micros)} µs`;
  return micros >= 1_000_000 ? `${(micros / 1_000_000).toFixed(1)} s` : `${(micros / 1000).toFixed(1)} ms`;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
