import { expect, test } from "vitest";
import { type Thing, chosen, coloursOf, kindsOf, matching, sizesOf, stockOfAll, thingsOf, variantAt } from "./catalog";

const row = (sku: string, title: string, more: Record<string, unknown> = {}) => ({
  sku,
  title,
  description: "Of bouclé wool.",
  price: { amount: "10.00", currency: "EUR" },
  availability: "in_stock",
  color: "",
  size: "",
  group: "",
  link: "",
  image: "",
  ...more,
});

function shirts(): Thing {
  const shirt = (v: number, color: string, size: string, availability = "in_stock") =>
    row(`S-${v}`, `Pine shirt, ${color}, ${size}`, { color, size, availability, group: "S", link: `/p/pine-shirt?v=${v}` });
  const [thing] = thingsOf({ products: [shirt(1, "white", "M", "out_of_stock"), shirt(2, "white", "L"), shirt(3, "blue", "L"), shirt(4, "blue", "S", "preorder")] });
  if (thing === undefined) throw new Error("no thing");
  return thing;
}

test("rows of a group are one thing, under the name they share", () => {
  const things = thingsOf({
    products: [
      row("B-1", "Oak board, 30 x 20 cm", { size: "30 x 20 cm", group: "B" }),
      row("L-1", "Table lamp, brass", { color: "brass", group: "L" }),
      row("B-2", "Oak board, 45 x 30 cm", { size: "45 x 30 cm", group: "B" }),
      row("C-1", "Cap, navy", { color: "navy" }),
      row("D-1", "Salt, pepper and more"),
    ],
  });
  expect(things.map(({ name, variants }) => [name, variants.length])).toEqual([
    ["Oak board", 2],
    ["Table lamp", 1],
    ["Cap", 1],
    ["Salt, pepper and more", 1],
  ]);
});

test("a link of this shop is the variant's page; another shop's link is not followed", () => {
  expect(shirts().slug).toBe("pine-shirt");
  const [other] = thingsOf({ products: [row("X 1", "Cup", { link: "https://elsewhere.example/cup" })] });
  expect(other?.slug).toBe("X%201");
  expect(other?.variants[0].address).toBe("/p/X%201?v=1");
});

test("what is no product is left out, what is no catalogue is refused", () => {
  expect(thingsOf({ products: [null, 7, { sku: "A" }, { title: "B" }, row("C", "Cup", { price: "ten" })] }).map(({ variants }) => variants[0].price)).toEqual([null]);
  for (const body of [null, [], {}, { products: {} }]) expect(() => thingsOf(body)).toThrow("not a catalogue");
});

test("a choice keeps the other half where it can, and never leads to what is not made", () => {
  const thing = shirts();
  const at = (address: string) => variantAt(thing, address);
  expect(coloursOf(thing)).toEqual(["white", "blue"]);
  expect(sizesOf(thing)).toEqual(["M", "L", "S"]);
  expect(chosen(thing, at("/p/pine-shirt?v=2"), { color: "blue" }).sku).toBe("S-3");
  expect(chosen(thing, at("/p/pine-shirt?v=1"), { color: "blue" }).sku).toBe("S-3");
  expect(chosen(thing, at("/p/pine-shirt?v=2"), { size: "S" }).sku).toBe("S-4");
  expect(chosen(thing, at("/p/pine-shirt?v=2"), { size: "M" }).sku).toBe("S-1");
  expect(chosen(thing, at("/p/pine-shirt?v=2"), { color: "mauve" }).sku).toBe("S-2");
});

test("an address without a variant shows one that can be had", () => {
  expect(variantAt(shirts(), "/p/pine-shirt").sku).toBe("S-2");
  expect(variantAt(shirts(), "/p/pine-shirt?v=99").sku).toBe("S-2");
});

test("stock is said plainly", () => {
  expect(stockOfAll(shirts())).toEqual({ text: "In stock; white, M sold out", level: "some" });
  const all = (availability: string) => thingsOf({ products: [row("A", "Cup", { availability })] }).map(stockOfAll);
  expect(all("in_stock")).toEqual([{ text: "In stock", level: "yes" }]);
  expect(all("out_of_stock")).toEqual([{ text: "Sold out", level: "no" }]);
  expect(all("preorder")).toEqual([{ text: "Pre-order", level: "some" }]);
});

test("filters by kind and by every word, whatever its case and accents", () => {
  const things = [shirts(), ...thingsOf({ products: [row("M", "Harbour mug, blue", { color: "blue" }), row("Z", "Zither")] })];
  const names = (kind: string, words: string) => matching(things, { kind, words }).map(({ name }) => name);
  expect(kindsOf(things)).toEqual(["To wear", "Table", "Other things"]);
  expect(names("", "")).toHaveLength(3);
  expect(names("Table", "")).toEqual(["Harbour mug"]);
  expect(names("", " BLUE  boucle ")).toEqual(["Pine shirt", "Harbour mug"]);
  expect(names("To wear", "mug")).toEqual([]);
});
