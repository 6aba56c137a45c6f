// The live catalogue: rows as the server has them, gathered to things with variants.

import type { Price } from "./money";

/** One row of `GET /v1/catalog`. */
interface Row {
  readonly sku: string;
  readonly title: string;
  readonly description: string;
  readonly price: Price | null;
  readonly availability: string;
  readonly color: string;
  readonly size: string;
  readonly group: string;
  readonly link: string;
  readonly image: string;
}

export interface Variant extends Row {
  /** Its page in this shop. */
  readonly address: string;
}

export interface Thing {
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  /** Never empty. */
  readonly variants: readonly [Variant, ...Variant[]];
}

export interface Catalogue {
  readonly things: readonly Thing[];
  /** There is more in the file than the server tells. */
  readonly more: boolean;
}

/** Asks the server. Throws when it cannot be reached or answers with something else. */
export async function fetchCatalogue(): Promise<Catalogue> {
  const answer = await fetch("/v1/catalog", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`the catalogue answered ${answer.status}`);
  const body: unknown = await answer.json();
  return { things: thingsOf(body), more: isRecord(body) && body["more"] === true };
}

export function thingsOf(body: unknown): Thing[] {
  if (!isRecord(body) || !Array.isArray(body["products"])) throw new Error("not a catalogue");
  const groups = new Map<string, Row[]>();
  for (const row of body["products"].map(rowOf).filter((row) => row !== null)) {
    const key = row.group || row.sku;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].flatMap(([key, rows]) => thingOf(key, rows) ?? []);
}

function thingOf(key: string, rows: readonly Row[]): Thing | null {
  const slug = rows.map(({ link }) => OWN_PAGE.exec(link)?.[1]).find((name) => name !== undefined) ?? encodeURIComponent(key);
  const [first, ...rest] = rows.map((row, index) => ({ ...row, address: OWN_PAGE.test(row.link) ? row.link : `/p/${slug}?v=${index + 1}` }));
  if (first === undefined) return null;
  const name = nameOf(rows);
  return { slug, name, kind: kindOf(name), variants: [first, ...rest] };
}

/** A link of the catalogue that is a page of this shop. */
const OWN_PAGE = /^\/p\/([^/?#]+)(?:\?[^#]*)?$/;

/** What the titles of a group have in common: "Fjord wool throw, blue" is a "Fjord wool throw". */
function nameOf(rows: readonly Row[]): string {
  const titles = rows.map(({ title, color, size }) => {
    const parts = title.split(", ");
    while (parts.length > 1 && [color, size].includes(parts.at(-1) ?? "")) parts.pop();
    return parts;
  });
  const first = titles[0] ?? [];
  const differs = first.findIndex((part, index) => titles.some((title) => title[index] !== part));
  return first.slice(0, differs < 0 ? first.length : Math.max(1, differs)).join(", ");
}

/** The catalogue says no kind, so it is read from the name. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ["To wear", /\b(dress|shirt|t-shirt|cardigan|jumper|trousers|socks|beanie|scarf|coat|jacket|gloves)\b/i],
  ["Table", /\b(mug|plate|bowl|carafe|tablecloth|napkins?|glass|cup)\b/i],
  ["Kitchen", /\b(board|spoons?|kettle|apron|pan|knife)\b/i],
  ["Bed and bath", /\b(bed|towel|pillow|duvet|soap)\b/i],
  ["Light", /\b(lamp|candle|lantern)\b/i],
  ["Room", /\b(throw|rug|cushion|vase|basket|curtain|hooks?|blanket)\b/i],
];
const OTHER = "Other things";

function kindOf(name: string): string {
  return KINDS.find(([, words]) => words.test(name))?.[0] ?? OTHER;
}

/** Those there are, in the order of the shelf. */
export function kindsOf(things: readonly Thing[]): string[] {
  return [...KINDS.map(([kind]) => kind), OTHER].filter((kind) => things.some((thing) => thing.kind === kind));
}

export interface Filter {
  readonly kind: string;
  readonly words: string;
}

export function matching(things: readonly Thing[], { kind, words }: Filter): Thing[] {
  const wanted = plain(words).split(/\s+/).filter((word) => word !== "");
  return things.filter((thing) => {
    if (kind !== "" && thing.kind !== kind) return false;
    const text = plain([thing.kind, ...thing.variants.flatMap(({ sku, title, description, color }) => [sku, title, description, color])].join(" "));
    return wanted.every((word) => text.includes(word));
  });
}

/** Without case and accents: "boucle" finds "bouclé". */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export const coloursOf = ({ variants }: Thing): string[] => unique(variants.map(({ color }) => color));
export const sizesOf = ({ variants }: Thing): string[] => unique(variants.map(({ size }) => size));

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => word !== "");
}

/** The variant a page's address names; the first in stock where it names none. */
export function variantAt({ variants }: Thing, address: string): Variant {
  return variants.find((variant) => variant.address === address) ?? variants.find(buyable) ?? variants[0];
}

/** After a choice: this colour or size, and of the other one what comes closest. */
export function chosen({ variants }: Thing, from: Variant, choice: { color?: string; size?: string }): Variant {
  const fits = variants.filter(({ color, size }) => (choice.color ?? color) === color && (choice.size ?? size) === size);
  return fits.find(({ color, size }) => color === from.color && size === from.size)
    ?? fits.find(({ color, size }) => (choice.color === undefined ? color === from.color : size === from.size))
    ?? fits.find(buyable)
    ?? fits[0]
    ?? from;
}

export const buyable = ({ availability }: Variant): boolean => ["in_stock", "preorder", "backorder"].includes(availability);

const STOCK: Readonly<Record<string, string>> = {
  in_stock: "In stock",
  out_of_stock: "Sold out",
  preorder: "Pre-order: sent when it arrives",
  backorder: "On its way to us: order now, sent later",
};

export function stockOf({ availability }: Variant): string {
  return STOCK[availability] ?? availability.replaceAll("_", " ");
}

/** One line for the whole group: what can be had, and what cannot. */
export function stockOfAll({ variants }: Thing): { text: string; level: "yes" | "some" | "no" } {
  const gone = variants.filter((variant) => !buyable(variant));
  const later = variants.filter((variant) => buyable(variant) && variant.availability !== "in_stock");
  if (gone.length === variants.length) return { text: "Sold out", level: "no" };
  if (later.length === variants.length) return { text: "Pre-order", level: "some" };
  if (gone.length > 0) return { text: `In stock; ${short(gone, variants)} sold out`, level: "some" };
  if (later.length > 0) return { text: `In stock; ${short(later, variants)} later`, level: "some" };
  return { text: "In stock", level: "yes" };
}

/** By what tells them from the others: the colour, the size, or both. */
function short(some: readonly Variant[], all: readonly Variant[]): string {
  const oneColour = unique(all.map(({ color }) => color)).length < 2;
  const names = unique(some.map((variant) => (oneColour ? variant.size : variantName(variant))));
  return names.length > 2 ? `${names.length} variants` : names.join(" and ");
}

/** "green, M", "blue", or nothing where there is but one. */
export function variantName({ color, size }: Variant): string {
  return [color, size].filter((word) => word !== "").join(", ");
}

function rowOf(value: unknown): Row | null {
  if (!isRecord(value)) return null;
  const text = (key: string) => (typeof value[key] === "string" ? value[key] : "");
  if (text("sku") === "" || text("title") === "") return null;
  return {
    sku: text("sku"),
    title: text("title"),
    description: text("description"),
    price: priceOf(value["price"]),
    availability: text("availability"),
    color: text("color"),
    size: text("size"),
    group: text("group"),
    link: text("link"),
    image: text("image"),
  };
}

function priceOf(value: unknown): Price | null {
  if (!isRecord(value) || typeof value["amount"] !== "string" || typeof value["currency"] !== "string") return null;
  return { amount: value["amount"], currency: value["currency"] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
