// Things that stand on a table.

import { CLAY, LINEN, OAK, PAINTS, box, dim, disc, inside, line, moved, rows, shape, specks, standing, table, thrown, twig, wall, type Draw, type Paint } from "./kit.ts";

const MUG = "M184 214v156q0 88 72 88h72q72 0 72-88V214z";

function cup(p: Paint, pattern = ""): string {
  return (
    standing(296, 456, 112) +
    line("M396 262q84-10 84 58t-92 74", p.lo, 26) +
    line("M396 260q78-8 78 58t-84 66", p.base, 15) +
    shape(MUG, p.base) +
    inside(MUG, "mug", pattern + shape("M170 418q122 34 246 0v60H170z", CLAY) + dim("M336 200h80v270H290q50-30 46-110z")) +
    line("M214 262q-4 80 8 118", p.hi, 11, `opacity=".75"`) +
    disc(292, 214, 108, 24, p.hi) +
    disc(292, 218, 95, 17, p.deep) +
    disc(292, 224, 84, 12, "#5a3f2a")
  );
}

const steam = line("M262 172q-16-24 0-46t0-46M322 166q-14-22 0-42t0-40", "#fff", 7, `opacity=".5"`);

export const mug: Draw = (p) => table(p) + cup(p, specks(7, 60, (x, y) => disc(x, y, 2, 2, p.deep, `opacity=".3"`))) + steam;

export const winterMug: Draw = (p) => {
  const fir = shape("M0 -38l20 26h-10l18 24H-28l18-24h-10z", "#f6efe2") + box(-3, 12, 6, 10, "#f6efe2");
  const firs = rows(5, (index) => moved(192 + index * 54, 330 + Math.abs(2 - index) * -5, fir)).join("");
  const bands = ["M180 276q112 26 224 0", "M180 368q112 26 224 0"].map((band) => line(band, "#f6efe2", 5)).join("");
  return table(p) + cup(p, firs + bands) + steam;
};

export const plate: Draw = (p) => {
  const cloth = "M86 152l386-52 48 390-382 40z";
  const dish = "M300 104a196 196 0 1 0 .1 0z";
  const fork = line("M0 60v210", PAINTS.brs.lo, 9) + line("M-15 -24v48q0 34 15 34t15-34v-48M0 -24v70", PAINTS.brs.lo, 6);
  return (
    wall({ ...p, wall: p.ground }) +
    thrown(cloth, 8, 10) +
    shape(cloth, p === PAINTS.blu ? LINEN : PAINTS.gry.hi) +
    line("M100 164l360-48 45 362-356 38z", "#fff", 2, `opacity=".5" stroke-dasharray="7 7"`) +
    thrown(dish, 14, 18, 0.3) +
    shape(dish, p.base) +
    disc(300, 300, 196, 196, "none", `stroke="${CLAY}" stroke-width="6"`) +
    disc(300, 300, 132, 132, p.lo, `opacity=".55"`) +
    disc(296, 296, 130, 130, p.base) +
    inside(dish, "dish", specks(11, 120, (x, y) => disc(x, y, 2.2, 2.2, p.deep, `opacity=".35"`))) +
    line("M134 262a170 170 0 0 1 116-124", p.hi, 12, `opacity=".8"`) +
    line("M206 396a132 132 0 0 0 208 -28", p.hi, 5, `opacity=".5"`) +
    moved(548, 190, fork, 5)
  );
};

export const bowl: Draw = (p) => {
  const body = "M128 262q8 192 172 192t172-192z";
  return (
    table(p) +
    standing(300, 462, 110) +
    shape("M242 444h116l-8 22H250z", CLAY) +
    shape(body, p.base) +
    inside(body, "bowl", shape("M128 376q170 54 344 0v90H128z", CLAY) + dim("M390 250h90v220H290q120-60 100-220z") + specks(3, 70, (x, y) => disc(x, y, 2, 2, p.deep, `opacity=".3"`))) +
    line("M156 300q8 52 34 82", p.hi, 11, `opacity=".8"`) +
    disc(300, 262, 172, 40, p.hi) +
    disc(300, 266, 157, 32, p.lo) +
    shape("M150 274q150 46 300 0q-24 26-150 26t-150-26z", p.base)
  );
};

export const kettle: Draw = (p) => {
  const body = "M196 286q8-66 70-74h72q62 8 70 74l14 126q2 44-42 44H224q-44 0-42-44z";
  return (
    table(p) +
    standing(302, 456, 128) +
    line("M204 262q-44-172 98-172t98 172", "#2c2e2d", 13) +
    line("M246 104q56-30 112 0", OAK.base, 25) +
    line("M250 99q52-24 104 0", OAK.hi, 6) +
    shape("M398 338q62-8 74-112l40 6q-8 140-106 176z", p.base) +
    dim("M430 322q36-20 56-94l26 4q-8 140-106 176z", 0.14) +
    line("M470 228l44 6", "#26354b", 8) +
    shape(body, p.base) +
    inside(body, "kettle", dim("M352 200h90v270H300q70-60 52-270z", 0.1)) +
    line("M184 420q116 22 236 0", "#26354b", 5, `opacity=".8"`) +
    shape("M240 214q62-54 124 0z", p.base) +
    dim("M316 188q28 4 48 26h-40z", 0.1) +
    line("M238 216h128", "#26354b", 8) +
    disc(302, 176, 17, 16, "#2c2e2d") +
    line("M222 300q-10 54-10 94", "#fff", 14)
  );
};

export const carafe: Draw = (p) => {
  const glass = "M226 96h92l-14 20v94q0 34 40 72q46 44 46 104v32q0 40-40 40H194q-40 0-40-40v-32q0-60 46-104q40-38 40-72v-94z";
  const tumbler = "M426 326h100l-10 116q-2 16-18 16h-44q-16 0-18-16z";
  return (
    table(p) +
    standing(276, 456, 116) +
    standing(478, 456, 44) +
    shape(glass, p.hi, `opacity=".62"`) +
    inside(glass, "carafe", box(140, 316, 270, 160, p.lo, `opacity=".62"`) + disc(272, 316, 112, 15, p.base) + dim("M330 240h90v240H290q80-90 40-240z", 0.08)) +
    line(glass, p.deep, 3, `opacity=".5"`) +
    disc(272, 97, 46, 9, p.base) +
    line("M184 372q-4 42 4 66M258 132v74", "#fff", 9, `opacity=".85"`) +
    shape(tumbler, p.hi, `opacity=".66"`) +
    inside(tumbler, "tumbler", box(420, 376, 120, 100, p.lo, `opacity=".6"`) + disc(476, 376, 50, 8, p.base)) +
    line(tumbler, p.deep, 3, `opacity=".45"`) +
    line("M442 350l5 70", "#fff", 6, `opacity=".85"`)
  );
};

export const vase: Draw = (p) => {
  const body = "M272 186q4 34-50 70q-68 46-68 112q0 92 146 92t146-92q0-66-68-112q-54-36-50-70z";
  return (
    table(p) +
    moved(296, 200, twig(150), -26) +
    moved(300, 200, twig(172), 2) +
    moved(306, 200, twig(130), 30) +
    standing(300, 456, 128) +
    shape(body, p.base) +
    inside(body, "vase", specks(5, 150, (x, y) => disc(x, y, 2, 2, p.deep, `opacity=".28"`)) + dim("M366 230h90v240H290q120-60 76-240z")) +
    line("M186 352q6-42 46-72", p.hi, 13, `opacity=".85"`) +
    disc(300, 187, 29, 8, p.deep)
  );
};

function candle(p: Paint, motif: string): string {
  const glass = "M198 224h204v206q0 28-28 28H226q-28 0-28-28z";
  const label = "M246 332h108v88H246z";
  return (
    table(p) +
    `<defs><radialGradient id="glow"><stop offset="0" stop-color="#ffd98c" stop-opacity=".75"/><stop offset="1" stop-color="#ffd98c" stop-opacity="0"/></radialGradient></defs>` +
    standing(300, 456, 108) +
    shape(glass, "#fff", `opacity=".36"`) +
    inside(glass, "candle", box(198, 286, 204, 180, p.base) + disc(300, 286, 104, 17, p.hi) + dim("M346 220h70v250H300q60-50 46-250z", 0.1)) +
    disc(300, 284, 54, 8, "#fff", `opacity=".45"`) +
    line("M300 284v-28", "#3d3428", 5) +
    disc(300, 222, 150, 150, "url(#glow)") +
    shape("M300 180q30 42 18 66q-8 14-18 14t-18-14q-12-24 18-66z", "#f2b95c") +
    shape("M300 214q14 22 8 34q-4 8-8 8t-8-8q-6-12 8-34z", "#fff1cc") +
    line(glass, "#fff", 4, `opacity=".7"`) +
    line("M216 256v140", "#fff", 9, `opacity=".75"`) +
    shape(label, "#f8f3e7") +
    moved(300, 376, motif)
  );
}

export const cedarCandle: Draw = (p) => candle(p, moved(0, 34, twig(64), 0, 0.95));
export const saltCandle: Draw = (p) =>
  candle(p, line("M-34 -8q8.5-10 17 0t17 0t17 0t17 0M-34 8q8.5-10 17 0t17 0t17 0t17 0", PAINTS.blu.base, 4));

export const board: Draw = (p) => {
  const large = "M214 190q0-20 20-20h66v-54q0-30 30-30t30 30v54h66q20 0 20 20v250q0 14-14 14H228q-14 0-14-14z";
  const small = "M124 290q0-18 18-18h130q18 0 18 18v156q0 10-10 10H134q-10 0-10-10z";
  const grain = (id: string, d: string, x: number) =>
    inside(d, id, rows(7, (index) => line(`M${x + index * 34} 80q14 120 -4 200t6 190`, p.lo, 3, `opacity=".45"`)).join(""));
  return (
    table(p) +
    standing(310, 454, 150, 14) +
    thrown(large, 20, 6) +
    shape(large, p.base) +
    grain("large", large, 226) +
    line("M216 196q2-24 20-24", p.hi, 5) +
    disc(330, 118, 11, 11, p.wall) +
    thrown(small, 14, 4) +
    shape(small, p.hi) +
    grain("small", small, 134) +
    disc(268, 296, 9, 9, p.base) +
    moved(470, 462, twig(120), 68)
  );
};

export const spoons: Draw = (p) => {
  const rail = "M110 118h380v26H110z";
  const hung = (x: number, head: string) =>
    moved(x, 132, thrown(`M-8 0h16v250h-16z${head}`, 16, 14) + line("M0 0v26", "#7b6242", 3) + shape("M-9 22h18l-3 240h-12z", p.base) + shape(head, p.base) + line("M-4 40v200", p.hi, 3) + disc(0, 34, 3, 3, p.deep));
  const round = "M0 236q52 0 52 66t-52 76t-52-76t52-66z";
  const flat = "M-34 250q34-24 68 0l10 110q2 14-12 14h-64q-14 0-12-14z";
  const deep = "M0 240q40 0 40 58t-40 66t-40-66t40-58z";
  return (
    wall(p) +
    thrown(rail) +
    shape(rail, OAK.lo) +
    hung(190, round) +
    moved(190, 132, disc(0, 312, 34, 50, p.lo, `opacity=".7"`)) +
    hung(304, flat) +
    moved(304, 132, line("M-16 286v58M0 286v58M16 286v58", p.wall, 7)) +
    hung(414, deep) +
    moved(414, 132, disc(0, 306, 26, 44, p.lo, `opacity=".7"`)) +
    line("M112 122h376", OAK.hi, 4)
  );
};
