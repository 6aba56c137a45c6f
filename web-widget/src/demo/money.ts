// Prices. They are added in the smallest unit: 0.1 + 0.2 has no place in a cart.

export interface Price {
  /** As the catalogue has it: "89.00". */
  readonly amount: string;
  readonly currency: string;
}

const PARTS = /^(\d+)(?:\.(\d{1,4}))?$/;
const UNIT = 10_000;

/** In ten-thousandths, or null where the amount is no number. */
function units({ amount }: Price): number | null {
  const [, whole, part = ""] = PARTS.exec(amount) ?? [];
  return whole === undefined ? null : Number(whole) * UNIT + Number(part.padEnd(4, "0"));
}

/** For the visitor's own eyes: "€89.00", "89,00 €". What cannot be formatted is shown as it came. */
export function shown(price: Price, locale?: string): string {
  const value = units(price);
  try {
    if (value !== null) return new Intl.NumberFormat(locale, { style: "currency", currency: price.currency }).format(value / UNIT);
  } catch {
    // An unknown currency.
  }
  return `${price.amount} ${price.currency}`;
}

/** One sum for each currency. A price that cannot be read adds nothing. */
export function total(lines: readonly { price: Price | null; count: number }[]): Price[] {
  const sums = new Map<string, number>();
  for (const { price, count } of lines) {
    const value = price === null ? null : units(price);
    if (price !== null && value !== null) sums.set(price.currency, (sums.get(price.currency) ?? 0) + value * count);
  }
  return [...sums].map(([currency, sum]) => ({ amount: (sum / UNIT).toFixed(2), currency }));
}

export function cheapest(prices: readonly (Price | null)[]): { from: Price; same: boolean } | null {
  const known = prices.filter((price) => price !== null).filter((price) => units(price) !== null);
  const [first, ...rest] = known.sort((a, b) => (units(a) ?? 0) - (units(b) ?? 0));
  if (first === undefined) return null;
  return { from: first, same: rest.every((price) => units(price) === units(first)) };
}
