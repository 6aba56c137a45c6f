// The large picture on the first page: a harbour in the rain, by day and by night. The sky is left open, so that the
// page's own colour is the sky.

import { box, disc, line, moved, rows, shape, specks } from "./kit.ts";

const DAY = {
  cloud: "#e9e5da",
  sun: "#f2d9b0",
  far: "#cbd6d0",
  middle: "#a9beb4",
  hill: "#7f9d90",
  pine: "#3f6453",
  dark: "#2b4c3f",
  sea: "#9dbac0",
  deep: "#7fa3ad",
  foam: "#dbe8e8",
  wood: "#8d7050",
  post: "#5d4a36",
  roof: "#3d4946",
  white: "#f3eee2",
  red: "#a94c3e",
  ochre: "#d0a358",
  blue: "#54789a",
  window: "#34464a",
  coat: "#e0a93b",
  rain: "#7d959c",
  beam: "none",
};

const NIGHT: typeof DAY = {
  cloud: "#1b2523",
  sun: "#b4bba8",
  far: "#1f2b2b",
  middle: "#233433",
  hill: "#1d302c",
  pine: "#14251f",
  dark: "#0d1a16",
  sea: "#1d333b",
  deep: "#182a32",
  foam: "#3b5660",
  wood: "#4b3c2d",
  post: "#2a2219",
  roof: "#141c1b",
  white: "#8f958d",
  red: "#6d352d",
  ochre: "#7c6337",
  blue: "#33485c",
  window: "#f4c877",
  coat: "#d9a23a",
  rain: "#6f878e",
  beam: "#f4dfa6",
};

type Hues = typeof DAY;

export function harbour(time: "day" | "night"): string {
  const hues = time === "day" ? DAY : NIGHT;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 850" width="1600" height="850">` +
    sky(hues) +
    land(hues) +
    sea(hues) +
    quay(hues) +
    boat(hues) +
    rain(hues) +
    `</svg>\n`
  );
}

function pine(x: number, y: number, height: number, fill: string): string {
  const half = height * 0.24;
  const tiers = [0, 0.2, 0.42].map((top, index) => {
    const wide = half * (0.55 + index * 0.26);
    const [from, to] = [-height + top * height, -height + (top + 0.42) * height];
    return `M0 ${from}L${wide} ${to}Q0 ${to - 8} ${-wide} ${to}z`;
  });
  return moved(x, y, box(-3, -height * 0.2, 6, height * 0.2, fill) + shape(tiers.join(""), fill));
}

function sky(h: Hues): string {
  const cloud = (x: number, y: number, width: number) => box(x, y, width, 34, h.cloud, `rx="17"`) + box(x + width * 0.22, y - 26, width * 0.5, 40, h.cloud, `rx="20"`);
  const gulls = line("M880 292q14-16 26 0q12-16 26 0M956 246q10-12 19 0q9-12 19 0M840 350q8-9 15 0q7-9 15 0", h.rain, 4);
  return disc(1130, 236, 72, 72, h.sun) + cloud(1000, 268, 240) + cloud(1230, 190, 290) + cloud(830, 140, 190) + gulls;
}

function land(h: Hues): string {
  const wood = (from: number, to: number, count: number, ground: (x: number) => number, fill: string, tall: number) =>
    rows(count, (index) => {
      const x = from + ((to - from) * index) / (count - 1) + ((index * 37) % 19) - 9;
      return pine(x, ground(x) + 12, tall + ((index * 53) % 46), fill);
    }).join("");
  const lighthouse = moved(
    756,
    598,
    shape("M-120 14q50-34 120-30t128 34z", h.pine) +
      shape("M-22 -20l8-136h28l8 136z", h.white) +
      shape("M-18 -74l3-40h30l3 40z", h.red) +
      box(-20, -164, 40, 10, h.roof) +
      box(-11, -190, 22, 26, h.window) +
      shape("M-16 -190h32L0 -210z", h.roof) +
      (h.beam === "none" ? "" : shape("M8 -178L960 -420v210z", h.beam, `opacity=".1"`)),
  );
  return (
    shape("M0 590q180-46 330-26t300-26t330-70t640 40v130H0z", h.far) +
    shape("M640 606q190-120 360-150t320-90t280-30v290H640z", h.middle) +
    wood(1010, 1600, 20, (x) => 520 - (x - 900) * 0.22, h.hill, 70) +
    shape("M0 604q120-36 260-26t260 32H0z", h.middle) +
    wood(6, 240, 14, (x) => 582 + Math.abs(x - 130) * 0.05, h.hill, 34) +
    lighthouse +
    shape("M900 616q140-104 300-122t400-70v230H900z", h.hill) +
    wood(1090, 1600, 17, (x) => 560 - (x - 1000) * 0.16, h.pine, 104) +
    wood(1180, 1610, 11, (x) => 610 - (x - 1000) * 0.1, h.dark, 140)
  );
}

function sea(h: Hues): string {
  const waves = specks(31, 90, (x, y) => line(`M${Math.round(x * 2.67)} ${650 + Math.round(y * 0.41)}h${30 + (x % 60)}`, h.foam, 3, `opacity=".5"`));
  return box(0, 608, 1600, 292, h.sea) + shape("M0 712q200-24 420 0t440-4t400 6t340-8v194H0z", h.deep) + waves;
}

interface House {
  readonly x: number;
  readonly wide: number;
  readonly tall: number;
  readonly hue: string;
}

function house(h: Hues, { x, wide, tall, hue }: House): string {
  const floor = 646;
  const eaves = floor - tall;
  const top = eaves - wide * 0.42;
  const windows = rows(Math.floor((wide - 52) / 46), (index) => box(x + 20 + index * 46, eaves + 22, 24, 34, h.window) + line(`M${x + 32 + index * 46} ${eaves + 22}v34M${x + 20 + index * 46} ${eaves + 38}h24`, h.white, 2)).join("");
  const boards = rows(Math.floor(wide / 15), (index) => line(`M${x + 8 + index * 15} ${eaves}V${floor}`, "#000", 1.5, `opacity=".12"`)).join("");
  const reflected = rows(5, (index) => line(`M${x + 10 + index * 7} ${682 + index * 15}h${wide - 20 - index * 12}`, hue, 9 - index, `opacity="${0.42 - index * 0.06}"`)).join("");
  return (
    reflected +
    box(x, eaves, wide, tall, hue) +
    shape(`M${x} ${eaves}h${wide}L${x + wide / 2} ${top}z`, hue) +
    boards +
    shape(`M${x + wide * 0.66} ${eaves}h${wide * 0.34}v${tall}h-${wide * 0.34}z`, "#000", `opacity=".1"`) +
    line(`M${x - 12} ${eaves + 8}L${x + wide / 2} ${top}L${x + wide + 12} ${eaves + 8}`, h.roof, 11) +
    windows +
    disc(x + wide / 2, eaves - wide * 0.14, 11, 11, h.window) +
    box(x + wide - 42, floor - 58, 28, 58, h.roof)
  );
}

function quay(h: Hues): string {
  const houses: House[] = [
    { x: 1050, wide: 118, tall: 92, hue: h.ochre },
    { x: 1192, wide: 164, tall: 118, hue: h.red },
    { x: 1382, wide: 112, tall: 84, hue: h.white },
    { x: 1512, wide: 120, tall: 104, hue: h.blue },
  ];
  const posts = rows(10, (index) => box(892 + index * 78, 652, 12, 78 + (index % 3) * 10, h.post)).join("");
  const crates = box(984, 614, 44, 32, h.wood) + line("M984 630h44", h.post, 3) + box(994, 588, 34, 26, h.ochre) + disc(1174, 634, 13, 13, h.white) + disc(1174, 634, 6, 6, h.red);
  const lamp = line("M868 646v-150q0-20-22-20", h.post, 7) + shape("M832 478h26l10 22h-46z", h.roof) + (h.beam === "none" ? "" : shape("M824 500h42l58 146H766z", h.beam, `opacity=".18"`) + disc(845, 502, 16, 7, h.beam));
  return posts + houses.map((one) => house(h, one)).join("") + box(842, 644, 800, 16, h.wood) + box(842, 658, 800, 6, h.post) + crates + lamp + walker(h);
}

/** Somebody in oilskins, with an umbrella. */
function walker(h: Hues): string {
  return moved(
    936,
    645,
    box(-9, -20, 8, 20, h.roof) +
      box(4, -20, 8, 20, h.roof) +
      shape("M-20 -16q2-56 22-60q20 4 22 60z", h.coat) +
      disc(2, -84, 12, 12, "#d8a98a") +
      shape("M-12 -82q0-20 15-20t14 14q-12 2-16-4q-2 12-13 10z", h.coat) +
      line("M24 -46v-92", h.post, 4) +
      shape("M-40 -118q14-52 64-52t64 52q-11-12-22 0q-10-12-21 0q-11-12-21 0q-11-12-21 0q-11-12-22 0q-10-12-21 0z", h.red) +
      line("M24 -46l-10 -8", h.coat, 9),
  );
}

function boat(h: Hues): string {
  return moved(
    570,
    772,
    disc(6, 44, 150, 12, "#000", `opacity=".12"`) +
      line("M0 -6V-232", h.post, 8) +
      shape("M10 -226q96 84 104 186H10z", h.white) +
      shape("M-10 -190q-62 70-72 150h72z", h.white, `opacity=".8"`) +
      shape("M10 -94q60 16 98 10l6 44H10z", h.red, `opacity=".75"`) +
      shape("M-132 -16h268q-14 58-56 58H-76q-42 0-56-58z", h.blue) +
      shape("M-132 -16h268l-4 14h-260z", h.white) +
      line("M-96 64h60M10 72h100M-40 90h80", h.foam, 5, `opacity=".8"`),
    -2,
  );
}

function rain(h: Hues): string {
  const drops = specks(77, 150, (x, y) => `M${Math.round(x * 2.67)} ${Math.round(y * 1.5)}l-9 34`.concat(" "));
  return line(drops, h.rain, 2.5, `opacity=".3"`);
}
