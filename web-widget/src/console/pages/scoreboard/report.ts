// What the server's reports look like (docs/read-the-numbers.md), and what can be reckoned from them.

/** In the order they are drawn in; `open` is none of the five, because it is not over. */
export const FIVE = ["answered_confirmed", "answered_assumed", "handed_over", "abandoned", "not_a_request"] as const;
export const OUTCOMES = [...FIVE, "open"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Outcomes = Record<Outcome, number>;

export interface Report {
  rules: number;
  from: string;
  to: string;
  at: string;
  recontact_hours: number;
  total: number;
  outcomes: Outcomes;
  provisional: number;
  /** When the last of the provisional ones is settled. */
  provisional_until?: string | null;
  returned: number;
  unanswered: number;
  containment: { share: number | null; contained: number; requests: number };
  csat: { all: Ratings; bot_only: Ratings; human: Ratings };
  first_response_ms: { bot: Spread; human: Spread };
  waits: Waits;
  days?: Day[];
}

export interface Day {
  from: string;
  to: string;
  outcomes: Outcomes;
}

export interface Ratings {
  episodes: number;
  responses: number;
  rate: number | null;
  mean: number | null;
  by_score: number[];
}

export interface Spread {
  count: number;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  max: number | null;
}

export interface Waits {
  count: number;
  mean_told_seconds: number | null;
  mean_had_seconds: number | null;
  mean_error_seconds: number | null;
  p90_error_seconds: number | null;
  not_met: number;
}

/** GET /api/reports/now */
export interface Now {
  at: string;
  waiting: number;
  with_agent: number;
  oldest_seconds: number | null;
  agents: { online: number; busy: number; away: number };
  latency: { stage: string; count: number; p50_ms: number | null; p90_ms: number | null; p99_ms: number | null }[];
  content_faults: number;
  /** The shop's clock. */
  zone?: string;
}

/** One conversation behind a number. */
export interface Found {
  conversation: string;
  episode: number;
  began: string;
  closed: string | null;
  outcome: Outcome;
  provisional: boolean;
  reason: string | null;
  proof: { seq: number; at: string };
  rated: number | null;
}

export interface Listed {
  from: string;
  to: string;
  rows: Found[];
  next: string | null;
}

/**
 * Shares of 1 in thousandths that add up to exactly 1: each is rounded down, and what is missing goes to those that lost most
 * by it (largest remainder).
 */
export function shares(counts: readonly number[]): number[] {
  const whole = counts.reduce((sum, count) => sum + count, 0);
  if (whole === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (count * 1000) / whole);
  const floors = exact.map(Math.floor);
  const missing = 1000 - floors.reduce((sum, floor) => sum + floor, 0);
  const byLoss = exact.map((value, at) => ({ at, loss: value - Math.floor(value) })).sort((a, b) => b.loss - a.loss || a.at - b.at);
  for (const { at } of byLoss.slice(0, missing)) floors[at] = (floors[at] ?? 0) + 1;
  return floors.map((share) => share / 1000);
}

/** `(answered_confirmed + answered_assumed) ÷ (those + abandoned + handed_over)`, as the server reckons it for the whole period. */
export function contained({ answered_confirmed, answered_assumed, abandoned, handed_over }: Outcomes): number | null {
  const settled = answered_confirmed + answered_assumed;
  const requests = settled + abandoned + handed_over;
  return requests === 0 ? null : settled / requests;
}

export function sum(outcomes: Outcomes): number {
  return OUTCOMES.reduce((total, outcome) => total + outcomes[outcome], 0);
}
