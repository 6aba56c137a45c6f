// What all pictures share: colours, light, ground. One light from the upper left, one paper, shadows to the right.

import { TONES } from "./tones.ts";

/** The tones of one colour, and the wall and ground that make it stand out. */
export interface Paint {
  readonly hi: string;
  readonly base: string;
  readonly lo: string;
  readonly deep: string;
  readonly wall: string;
  readonly ground: string;
}

const OAT = { wall: "#ece4d4", ground: "#dccfb8" };
const MIST = { wall: "#dde3de", ground: "#c9d1c8" };
const SAGE = { wall: "#d3dacf", ground: "#bfc8ba" };

/** By the ending of a picture's name: `harbour-mug-blu`. */
export const PAINTS = {
  blu: { hi: "#7496b0", base: TONES.blu, lo: "#3f6081", deep: "#2b455f", ...OAT },
  grn: { hi: "#83a089", base: TONES.grn, lo: "#4a6855", deep: "#314a3d", ...OAT },
  gry: { hi: "#b3b5b1", base: TONES.gry, lo: "#787d7a", deep: "#565c5a", ...OAT },
  nvy: { hi: "#4a5e7c", base: TONES.nvy, lo: "#26354b", deep: "#182234", ...OAT },
  red: { hi: "#c36e5e", base: TONES.red, lo: "#88392e", deep: "#5f251d", ...MIST },
  snd: { hi: "#e9dabd", base: TONES.snd, lo: "#bea680", deep: "#907a57", ...MIST },
  wht: { hi: "#fffefa", base: TONES.wht, lo: "#ddd7c9", deep: "#a8a192", ...SAGE },
  oak: { hi: "#d8b88d", base: TONES.oak, lo: "#a57f52", deep: "#7a5a36", ...MIST },
  bee: { hi: "#ead3af", base: TONES.bee, lo: "#bd9b6c", deep: "#8e6f47", ...MIST },
  brs: { hi: "#dcbd79", base: TONES.brs, lo: "#977534", deep: "#6a5122", ...MIST },
  blk: { hi: "#5d605e", base: TONES.blk, lo: "#2c2e2d", deep: "#1a1c1b", ...OAT },
  nat: { hi: "#d3b588", base: TONES.nat, lo: "#97754a", deep: "#6b5130", ...MIST },
  clr: { hi: "#f2f8f6", base: TONES.clr, lo: "#9cbbb9", deep: "#5f8486", ...SAGE },
} as const satisfies Record<string, Paint>;

export type Ending = keyof typeof PAINTS;

/** Draws a thing in its colour, its surroundings included. */
export type Draw = (paint: Paint) => string;

export const OAK = PAINTS.oak;
export const CLAY = "#c7a983";
export const LINEN = "#f1e8d6";
export const NEEDLE = "#47654f";
const SHADE = "#2b2417";
/** Room enough that the blur of the flattest shadow is not cut off. */
export const SOFT = `<defs><filter id="soft" x="-50%" y="-200%" width="200%" height="500%"><feGaussianBlur stdDeviation="11"/></filter></defs>`;

export function picture(paint: Paint, draw: Draw): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" width="600" height="600">` +
    SOFT +
    `${draw(paint)}</svg>\n`
  );
}

/** A plain wall with the light of a window on it. */
export function wall(paint: Paint): string {
  return box(0, 0, 600, 600, paint.wall) + daylight();
}

/** A table top along the lower edge. */
export function table(paint: Paint, y = 432): string {
  return wall(paint) + box(0, y, 600, 600 - y, paint.ground) + box(0, y, 600, 5, "#fff", `opacity=".35"`);
}

/** Boards and a skirting. */
export function floor(paint: Paint, y = 440): string {
  const boards = [0.25, 0.6].map((part) => line(`M0 ${y + (600 - y) * part}H600`, SHADE, 2, `opacity=".1"`)).join("");
  return wall(paint) + box(0, y, 600, 600 - y, paint.ground) + box(0, y - 22, 600, 22, "#fff", `opacity=".42"`) + boards;
}

export function daylight(): string {
  const panes = ["M40 0h120L20 330h-120z", "M190 0h120L110 470H-10z"];
  return panes.map((pane) => shape(pane, "#fff", `opacity=".2"`)).join("");
}

export function box(x: number, y: number, width: number, height: number, fill: string, more = ""): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`;
}

export function shape(d: string, fill: string, more = ""): string {
  return `<path d="${d}" fill="${fill}" ${more}/>`;
}

export function line(d: string, stroke: string, width: number, more = ""): string {
  return `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
}

export function disc(cx: number, cy: number, rx: number, ry: number, fill: string, more = ""): string {
  return `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
}

/** Only what lies inside `d` is seen. */
export function inside(d: string, id: string, content: string): string {
  return `<clipPath id="${id}"><path d="${d}"/></clipPath><g clip-path="url(#${id})">${content}</g>`;
}

export function moved(x: number, y: number, content: string, turn = 0, scale = 1): string {
  return `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${scale})">${content}</g>`;
}

/** The shadow a shape throws on the wall or the sheet behind it. */
export function thrown(d: string, x = 14, y = 18, opacity = 0.24): string {
  return shape(d, SHADE, `transform="translate(${x} ${y})" opacity="${opacity}" filter="url(#soft)"`);
}

/** The shadow of a thing that stands: dark where it touches, long to the right. */
export function standing(cx: number, cy: number, rx: number, ry = rx * 0.16): string {
  return (
    disc(cx + rx * 0.45, cy + 4, rx * 1.35, ry, SHADE, `opacity=".2" filter="url(#soft)"`) +
    disc(cx + 6, cy, rx, ry * 0.6, SHADE, `opacity=".3" filter="url(#soft)"`)
  );
}

/** The side away from the light. */
export function dim(d: string, opacity = 0.12): string {
  return shape(d, SHADE, `opacity="${opacity}"`);
}

/** A twig of pine that grows upwards from 0,0. */
export function twig(length = 150, colour = NEEDLE): string {
  const needles = Array.from({ length: Math.floor(length / 13) }, (_, index) => {
    const y = -length * 0.24 - index * 10;
    const reach = 30 - index * 0.9;
    return `M0 ${y}q-${reach * 0.5} -4 -${reach} -${reach * 0.8}M0 ${y - 5}q${reach * 0.5} -4 ${reach} -${reach * 0.8}`;
  });
  return line(`M0 0q4 -${length / 2} 0 -${length}`, "#7b6242", 5) + line(needles.join(""), colour, 4.5);
}

/** Specks of a glaze or a weave: always the same ones, so that a build is the same twice. */
export function specks(seed: number, count: number, draw: (x: number, y: number, turn: number) => string): string {
  let state = seed;
  const next = () => (state = (state * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: count }, () => draw(Math.round(next() * 600), Math.round(next() * 600), Math.round(next() * 360))).join("");
}

/** The loops of bouclé wool, strewn over a field from x,y on. */
export function loops(x: number, y: number, columns: number, lines: number): string {
  const one = (index: number) => {
    const [stray, turn] = [(index * 37) % 11, index * 2.4];
    const at = [x + (index % columns) * 15 + stray, y + Math.floor(index / columns) * 15 + ((index * 53) % 9)].join(" ");
    return `M${at}a5 5 0 1 1 ${(6 * Math.cos(turn)).toFixed(1)} ${(6 * Math.sin(turn)).toFixed(1)}`;
  };
  return rows(columns * lines, one).join("");
}

export const rows = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
