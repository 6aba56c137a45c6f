// The cart: in memory, and in the tab's own storage from the first thing put in. Before that nothing is stored.

const KEY = "harbour-pine.cart";
/** Of one thing. Nobody needs more mugs from a demo. */
export const MOST = 20;

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Cart {
  readonly #open: () => Shelf;
  readonly #listeners = new Set<() => void>();
  #counts: ReadonlyMap<string, number>;

  constructor(open: () => Shelf) {
    this.#open = open;
    this.#counts = this.#read();
  }

  /** Article number to count, in the order they were put in. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  add(sku: string): void {
    this.set(sku, (this.#counts.get(sku) ?? 0) + 1);
  }

  /** None takes it out. */
  set(sku: string, count: number): void {
    const counts = new Map(this.#counts);
    const whole = Math.min(MOST, Math.max(0, Math.floor(count) || 0));
    if (whole === 0) counts.delete(sku);
    else counts.set(sku, whole);
    this.#counts = counts;
    this.#keep();
    for (const told of this.#listeners) told();
  }

  watch(told: () => void): () => void {
    this.#listeners.add(told);
    return () => void this.#listeners.delete(told);
  }

  #read(): ReadonlyMap<string, number> {
    try {
      const saved: unknown = JSON.parse(this.#open().getItem(KEY) ?? "{}");
      const entries = Object.entries(saved as Record<string, unknown>);
      return new Map(entries.filter((entry): entry is [string, number] => Number.isInteger(entry[1]) && (entry[1] as number) > 0 && (entry[1] as number) <= MOST));
    } catch {
      return new Map();
    }
  }

  #keep(): void {
    try {
      if (this.#counts.size === 0) this.#open().removeItem(KEY);
      else this.#open().setItem(KEY, JSON.stringify(Object.fromEntries(this.#counts)));
    } catch {
      // Without storage the cart lives as long as the page.
    }
  }
}
