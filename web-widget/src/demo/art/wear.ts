// Things to wear. Some hang, some lie on a sheet.

import { CLAY, OAK, box, dim, disc, inside, line, moved, rows, shape, thrown, wall, type Draw, type Paint } from "./kit.ts";

const HANGER = "M300 128L158 196q-12 10 2 12h280q14-2 2-12z";

function hanger(): string {
  return (
    line("M300 130v-22q26-6 26-26t-24-20t-22 16", "#8b8a80", 6) +
    thrown(HANGER) +
    shape(HANGER, OAK.base) +
    line("M300 132L166 196", OAK.hi, 4)
  );
}

/** A peg rail, from which things hang. */
function rail(y = 70): string {
  const pegs = [110, 300, 490].map((x) => disc(x + 4, y + 6, 15, 15, "#2b2417", `opacity=".2"`) + disc(x, y, 14, 14, OAK.lo) + disc(x - 3, y - 3, 9, 9, OAK.hi)).join("");
  return box(0, y - 22, 600, 44, OAK.base) + box(0, y - 22, 600, 4, OAK.hi) + box(0, y + 22, 600, 10, "#2b2417", `opacity=".1"`) + pegs;
}

const stitches = (p: Paint, size: number) =>
  `<pattern id="knit" width="${size}" height="${size * 0.8}" patternUnits="userSpaceOnUse">${line(`M0 0l${size / 2} ${size * 0.6}l${size / 2} -${size * 0.6}`, p.lo, size / 7, `opacity=".55"`)}</pattern>`;

const ribs = (tone: string, x: number, y: number, width: number, height: number, step = 13) =>
  rows(Math.floor(width / step), (index) => line(`M${x + step / 2 + index * step} ${y}v${height}`, tone, 4, `opacity=".55"`)).join("");

export const dress: Draw = (p) => {
  const cut = "M238 174q18 40 62 40t62-40l46 20q20 10 26 36l20 78-54 16-16-36-4 54q58 106 78 194q-158 34-316 0q20-88 78-194l-4-54-16 36-54-16 20-78q6-26 26-36z";
  return (
    wall(p) +
    hanger() +
    thrown(cut) +
    shape(cut, p.base) +
    inside(
      cut,
      "cut",
      dim("M340 200h150v370H320q40-130 20-370z", 0.08) +
        line("M262 360q-30 90-42 180M300 360q2 90 0 190M342 360q26 90 40 180M228 380q-24 70-40 140", p.lo, 5, `opacity=".8"`) +
        line("M214 342q86 22 172 0", p.lo, 6),
    ) +
    line("M238 174q18 40 62 40t62-40", p.lo, 6) +
    line("M222 420l-14 60M378 420l14 60", p.deep, 4, `opacity=".7"`) +
    line("M226 204q-10 60-6 120", p.hi, 7, `opacity=".8"`) +
    line("M300 216v100", p.lo, 4) +
    [236, 264, 292].map((y) => disc(300, y, 5, 5, CLAY)).join("")
  );
};

export const shirt: Draw = (p) => {
  const sleeves = "M190 196q-30 10-40 44l-48 176 58 18 66-150zM410 196q30 10 40 44l48 176-58 18-66-150z";
  const body = "M248 168q52 26 104 0l60 28q10 6 8 20l-22 104 8 184q-50 34-106 16q-56 18-106-16l8-184-22-104q-2-14 8-20z";
  return (
    wall(p) +
    hanger() +
    thrown(sleeves) +
    thrown(body) +
    shape(sleeves, p.base) +
    dim("M410 196q30 10 40 44l48 176-58 18-66-150z", 0.1) +
    line("M108 398l56 16M492 398l-56 16", p.lo, 5) +
    shape(body, p.base) +
    inside(body, "cut", dim("M352 180h90v360h-80q30-150-10-360z", 0.07) + line("M222 300q10 100 4 200M376 300q-8 100-2 200", p.lo, 5, `opacity=".7"`)) +
    line("M286 200v324M314 200v324", p.lo, 3) +
    rows(6, (index) => disc(300, 232 + index * 50, 5.5, 5.5, p.hi, `stroke="${p.deep}" stroke-width="2"`)).join("") +
    shape("M248 166l52 36-34 42-34-58zM352 166l-52 36 34 42 34-58z", p.hi) +
    line("M248 166l52 36-34 42-34-58zM352 166l-52 36 34 42 34-58z", p.lo, 3) +
    line("M336 288h46v44q-23 16-46 0z", p.lo, 4) +
    line("M214 232q-4 40 8 70", p.hi, 6, `opacity=".8"`)
  );
};

export const cardigan: Draw = (p) => {
  const sleeves = "M188 200q-36 14-46 56l-42 164 66 20 66-140zM412 200q36 14 46 56l42 164-66 20-66-140z";
  const left = "M246 172l54 150v196q-50 14-104 2l4-200-18-96q-2-20 14-26z";
  const right = "M354 172l-54 150v196q50 14 104 2l-4-200 18-96q2-20-14-26z";
  return (
    wall(p) +
    stitches(p, 22) +
    hanger() +
    thrown(sleeves) +
    thrown(left + right) +
    shape(sleeves, p.base) +
    shape(sleeves, "url(#knit)") +
    dim("M412 200q36 14 46 56l42 164-66 20-66-140z", 0.1) +
    shape("M246 172q54 34 108 0l-54 150z", p.deep) +
    [left, right].map((half) => shape(half, p.base) + shape(half, "url(#knit)")).join("") +
    inside(right, "cut", dim("M360 200h90v330h-80q20-160-10-330z", 0.08)) +
    line("M246 172l50 150v186M354 172l-50 150v186", p.hi, 17) +
    line("M246 172l50 150v186M354 172l-50 150v186", p.lo, 2, `stroke-dasharray="2 9"`) +
    [346, 398, 450, 500].map((y) => disc(301, y, 9, 9, "#6a4f33") + disc(299, y - 2, 4, 4, "#a5825a")).join("") +
    inside(left + right, "hem", box(180, 488, 240, 50, p.lo) + ribs(p.deep, 184, 488, 232, 44)) +
    line("M106 408l62 20M494 408l-62 20", p.lo, 16) +
    line("M216 408v60M384 408v60", p.deep, 4, `opacity=".5"`)
  );
};

export const jumper: Draw = (p) => {
  const sleeves = "M182 160q-44 18-58 64L84 430l68 16 74-190zM418 160q44 18 58 64l40 206-68 16-74-190z";
  const body = "M236 138q64 34 128 0l54 22q16 8 12 30l-26 90 4 196q-108 20-216 0l4-196-26-90q-4-22 12-30z";
  return (
    wall(p) +
    stitches(p, 13) +
    thrown(sleeves) +
    thrown(body) +
    shape(sleeves, p.base) +
    shape(sleeves, "url(#knit)") +
    dim("M418 160q44 18 58 64l40 206-68 16-74-190z", 0.12) +
    shape(body, p.base) +
    shape(body, "url(#knit)") +
    inside(body, "cut", dim("M360 150h90v340h-80q20-160-10-340z", 0.1) + box(180, 450, 240, 50, p.lo) + ribs(p.deep, 184, 450, 232, 44)) +
    shape("M88 412l69 16-5 18-68-16zM512 412l-69 16 5 18 68-16z", p.lo) +
    shape("M236 138q64 34 128 0q-10-22-64-22t-64 22z", p.deep) +
    line("M236 138q64 46 128 0", p.hi, 16) +
    line("M240 142q60 42 120 0", p.lo, 2, `stroke-dasharray="2 7"`) +
    line("M204 262q-8 60-6 130", p.hi, 6, `opacity=".5"`)
  );
};

export const trousers: Draw = (p) => {
  const cut = "M206 96h188q8 60 12 128l22 300q-50 14-100 0l-28-250-28 250q-50 14-100 0l22-300q4-68 12-128z";
  return (
    wall(p) +
    thrown(cut) +
    shape(cut, p.base) +
    inside(cut, "cut", dim("M356 90h90v460h-70q10-250-20-460z", 0.08) + line("M220 240l-18 270M380 240l18 270M262 260l-20 250M338 260l20 250", p.lo, 4, `opacity=".6"`)) +
    line("M300 150v124", p.lo, 5) +
    line("M212 150q22 30 18 74M388 150q-22 30-18 74", p.lo, 5) +
    box(202, 92, 196, 38, p.hi, `rx="6"`) +
    rows(15, (index) => line(`M${211 + index * 13} 96v30`, p.lo, 4, `opacity=".7"`)).join("") +
    line("M294 126q-26 36-20 82M306 126q24 30 22 70", "#fff8ea", 6) +
    line("M176 502q50 12 92 2M332 504q46 10 92-2", p.lo, 4)
  );
};

export const tee: Draw = (p) => {
  const cut = "M232 128q68 48 136 0l74 30q14 6 20 22l44 116-80 32-26-54 6 220q-106 22-212 0l6-220-26 54-80-32 44-116q6-16 20-22z";
  return (
    wall(p) +
    thrown(cut) +
    shape(cut, p.base) +
    inside(cut, "cut", dim("M372 140h140v370H380q20-190-8-370z", 0.08) + line("M216 290q6 100 2 190M300 320q8 90 2 170M386 300q-8 90-2 180", p.lo, 5, `opacity=".6"`)) +
    shape("M232 128q68 48 136 0q-10-14-68-14t-68 14z", p.deep) +
    line("M232 128q68 56 136 0", p.lo, 13) +
    line("M104 284l76 30M496 284l-76 30", p.lo, 4) +
    line("M196 486q104 20 208 0", p.lo, 4) +
    line("M206 176q-10 60-4 110", p.hi, 7, `opacity=".6"`) +
    box(356, 250, 26, 18, CLAY, `rx="2"`)
  );
};

export const socks: Draw = (p) => {
  const cut = "M0 0h92v176q0 34 34 54l44 26q38 26 18 62q-18 32-64 14L34 286Q0 262 0 214z";
  const one = (x: number, y: number, turn: number) =>
    moved(
      x,
      y,
      thrown(cut) +
        shape(cut, p.base) +
        inside(
          cut,
          `sock${x}`,
          box(0, 0, 92, 74, p.hi) +
            ribs(p.lo, 0, 0, 92, 200, 12) +
            disc(0, 258, 52, 44, p.lo) +
            disc(200, 316, 54, 70, p.lo) +
            dim("M60 0h40v190q0 30 40 60l60 30v60l-60-40Q60 240 60 200z", 0.08),
        ) +
        box(34, -26, 18, 52, OAK.hi, `rx="4"`) +
        box(34, -2, 18, 5, OAK.deep),
      turn,
    );
  return wall(p) + line("M0 108q300 46 600 0", "#8b7b60", 4) + one(106, 128, 3) + one(316, 128, -2);
};

export const beanie: Draw = (p) => {
  const dome = "M150 378q-14-250 150-250t150 250z";
  const cuff = "M150 344h300q22 0 22 24v66q0 26-26 26H154q-26 0-26-26v-66q0-24 22-24z";
  const ribbing = rows(13, (index) => {
    const x = 160 + index * 23.5;
    return line(`M${x} 352Q${300 + (x - 300) * 0.98} 190 ${300 + (x - 300) * 0.16} 132`, p.lo, 6, `opacity=".7"`);
  }).join("");
  return (
    wall(p) +
    thrown(dome + cuff, 16, 22) +
    shape(dome, p.base) +
    inside(dome, "dome", ribbing + dim("M340 110h130v280h-90q30-180-40-280z")) +
    shape(cuff, p.hi) +
    inside(cuff, "cuff", ribs(p.lo, 126, 344, 350, 120, 17) + dim("M400 340h80v130h-90z", 0.1)) +
    dim("M150 344h300q22 0 22 24H128q0-24 22-24z", 0.08) +
    box(318, 384, 66, 44, "#a5764a", `rx="4"`) +
    line("M332 412q9-8 18 0t18 0M350 392l10 12h-20z", "#f3e6cf", 3)
  );
};

export const apron: Draw = (p) => {
  const cut = "M232 210h136l14 96q78 10 88 44v172q-170 26-340 0V350q10-34 88-44z";
  return (
    wall(p) +
    rail() +
    line("M246 212Q262 110 300 84q38 26 54 128", p.lo, 12) +
    line("M132 362q-50 50-28 150M468 362q52 60 22 130", p.lo, 9) +
    thrown(cut) +
    shape(cut, p.base) +
    inside(cut, "cut", dim("M390 200h90v350h-90q30-180 0-350z", 0.08) + line("M196 360q-6 80-4 160M404 360q8 80 6 160M252 230q-8 60-6 90", p.lo, 5, `opacity=".6"`)) +
    line("M236 222h128", p.lo, 4) +
    shape("M210 372h180v96q-90 16-180 0z", p.hi) +
    line("M210 372h180v96q-90 16-180 0zM300 374v100", p.lo, 4) +
    line("M364 360v64", "#7b6242", 6) +
    box(356, 330, 16, 44, "#a94c3e", `rx="3"`)
  );
};
