import { expect, test } from "vitest";
import { Cart, MOST } from "./cart";
import { cheapest, shown, total } from "./money";

function shelf() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

test("nothing is stored before the first thing is put in, nor after the last is taken out", () => {
  const kept = shelf();
  const cart = new Cart(() => kept);
  expect(kept.items.size).toBe(0);
  cart.add("MUG");
  cart.add("MUG");
  expect(new Cart(() => kept).counts).toEqual(new Map([["MUG", 2]]));
  cart.set("MUG", 0);
  expect(kept.items.size).toBe(0);
});

test("what was stored is believed only as far as it makes sense", () => {
  for (const [text, size] of [["{", 0], ["null", 0], ["[]", 0], ['{"A":-1,"B":1.5,"C":"2","D":3,"E":1e9}', 3]] as const) {
    const kept = shelf();
    kept.items.set("harbour-pine.cart", text);
    expect(new Cart(() => kept).size, text).toBe(size);
  }
});

test("a count stays within its limits", () => {
  const cart = new Cart(shelf);
  for (const [count, kept] of [[MOST + 5, MOST], [2.9, 2], [Number.NaN, 0], [-3, 0]] as const) {
    cart.set("MUG", count);
    expect(cart.size).toBe(kept);
  }
});

test("without storage the cart lives in memory, and tells who watches", () => {
  const cart = new Cart(() => {
    throw new Error("denied");
  });
  let told = 0;
  const stop = cart.watch(() => void (told += 1));
  cart.add("MUG");
  stop();
  cart.add("MUG");
  expect([cart.size, told]).toEqual([2, 1]);
});

test("sums are exact, one for each currency", () => {
  const eur = (amount: string, count: number) => ({ price: { amount, currency: "EUR" }, count });
  expect(total([eur("0.10", 1), eur("0.2", 1), eur("89", 20), { price: null, count: 3 }, eur("free", 1)])).toEqual([{ amount: "1780.30", currency: "EUR" }]);
  expect(total([eur("1.00", 1), { price: { amount: "2.00", currency: "GBP" }, count: 1 }])).toHaveLength(2);
  expect(total([])).toEqual([]);
});

test("prices are written as the visitor writes them", () => {
  expect(shown({ amount: "89.00", currency: "EUR" }, "en-GB")).toBe("€89.00");
  expect(shown({ amount: "1289.5", currency: "EUR" }, "de-DE").replace(/\s/g, " ")).toBe("1.289,50 €");
  expect(shown({ amount: "89.00", currency: "no currency" }, "en-GB")).toBe("89.00 no currency");
  expect(shown({ amount: "ask", currency: "EUR" }, "en-GB")).toBe("ask EUR");
});

test("the cheapest of a group, and whether it is the only price", () => {
  const eur = (amount: string) => ({ amount, currency: "EUR" });
  expect(cheapest([eur("59.00"), null, eur("39.00")])).toEqual({ from: eur("39.00"), same: false });
  expect(cheapest([eur("39"), eur("39.00")])?.same).toBe(true);
  expect(cheapest([null])).toBeNull();
});
