import { expect, test } from "vitest";
import catalogue from "../../../../intents/shop/catalog.csv?raw";
import orders from "../../../../intents/shop/orders.csv?raw";
import { pictures } from "./pictures.ts";

const addressed = (csv: string) => [...new Set(Array.from(csv.matchAll(/\/img\/([\w-]+\.svg)/g), ([, name]) => name ?? ""))].sort();
const drawn = pictures();

test("every row of the catalogue has a picture of its own server", () => {
  const rows = catalogue.trim().split("\n").slice(1);
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((row) => !/,\/p\/[\w-]+(\?v=\d+)?,\/img\/[\w-]+\.svg,/.test(row))).toEqual([]);
  expect(addressed(catalogue).filter((name) => !drawn.has(name))).toEqual([]);
});

test("every order shows a picture there is", () => {
  expect(addressed(orders).length).toBeGreaterThan(10);
  expect(addressed(orders).filter((name) => !drawn.has(name))).toEqual([]);
});

test("nothing is drawn that nobody shows", () => {
  const scenes = ["harbour-day.svg", "harbour-night.svg", "loft.svg"];
  expect([...drawn.keys()].filter((name) => !scenes.includes(name)).sort()).toEqual(addressed(catalogue));
});

test("a picture is well-formed, small, and runs or loads nothing", () => {
  for (const [name, svg] of drawn) {
    const file = new Map<string, number>();
    const open: string[] = [];
    for (const [, closing, tag = "", attributes = "", own] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
      file.set(tag, (file.get(tag) ?? 0) + 1);
      const names = Array.from(attributes.matchAll(/([\w:-]+)=/g), ([, attribute]) => attribute);
      expect(names.length, `${name}: an attribute twice in <${tag}${attributes}>`).toBe(new Set(names).size);
      if (closing === "/") expect(open.pop(), name).toBe(tag);
      else if (own !== "/") open.push(tag);
    }
    expect(open, name).toEqual([]);
    expect(svg.replace(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, "").trim(), name).toBe("");
    expect(svg, name).not.toMatch(/NaN|undefined|<script|<style|href|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    expect(svg.length, name).toBeLessThan(64_000);
  }
});

test("a build is the same twice", () => {
  expect([...pictures()]).toEqual([...drawn]);
});
