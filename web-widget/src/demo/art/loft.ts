// The work table in the net loft, where things are mended.

import { LINEN, OAK, PAINTS, SOFT, box, daylight, dim, disc, inside, line, loops, moved, rows, shape, specks, standing, twig } from "./kit.ts";

const WIDE = 900;

export function loft(): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} 720" width="${WIDE}" height="720">` +
    SOFT +
    boards() +
    window() +
    shelf() +
    daylight() +
    worktop() +
    `</svg>\n`
  );
}

function boards(): string {
  return box(0, 0, WIDE, 720, "#dfe4dc") + rows(9, (index) => line(`M${50 + index * 100} 0V500`, "#c6cec4", 3)).join("");
}

function window(): string {
  const view =
    box(0, 0, 300, 290, "#d5e2e2") +
    shape("M0 190q70-50 130-22t170-40v170H0z", "#a9beb4") +
    shape("M150 176q70-40 150-36v90H150z", "#7f9d90") +
    box(0, 206, 300, 90, "#8fb0b8") +
    moved(92, 214, shape("M-34 -2h68q-4 16-16 16h-36q-12 0-16-16z", PAINTS.red.base) + shape("M3 -62q24 22 26 54H3z", "#f6f2e9") + line("M0 -2v-64", "#5d4a36", 3)) +
    line(specks(9, 46, (x, y) => `M${x * 0.5} ${y * 0.48}l-5 18 `), "#7d959c", 2, `opacity=".45"`);
  return (
    box(84, 66, 340, 330, "#fbf8f0") +
    moved(104, 86, inside("M0 0h300v290H0z", "view", view)) +
    box(247, 86, 14, 290, "#fbf8f0") +
    box(104, 222, 300, 12, "#fbf8f0") +
    box(66, 392, 376, 20, OAK.base) +
    box(66, 392, 376, 4, OAK.hi)
  );
}

function shelf(): string {
  const folded = (x: number, y: number, paint: { hi: string; base: string; lo: string }) =>
    box(x, y, 130, 30, paint.base, `rx="13"`) + line(`M${x + 12} ${y + 7}h100`, paint.hi, 4) + line(`M${x + 8} ${y + 20}h114`, paint.lo, 3);
  const spool = (x: number, hue: string, deep: string) => box(x, 122, 34, 38, hue) + line(`M${x} 132h34M${x} 142h34M${x} 152h34`, deep, 2) + box(x - 5, 114, 44, 9, OAK.lo) + box(x - 5, 159, 44, 9, OAK.lo);
  return (
    box(524, 174, 330, 14, "#2b2417", `opacity=".16" filter="url(#soft)"`) +
    box(510, 168, 330, 16, OAK.base) +
    box(510, 168, 330, 4, OAK.hi) +
    folded(526, 138, PAINTS.nvy) +
    folded(530, 108, PAINTS.snd) +
    folded(526, 78, PAINTS.grn) +
    spool(700, PAINTS.red.base, PAINTS.red.lo) +
    spool(752, PAINTS.blu.base, PAINTS.blu.lo) +
    spool(800, "#d0a358", "#a57f3c") +
    // What waits on the hooks below.
    [560, 675, 790].map((x) => disc(x, 232, 11, 11, OAK.lo) + disc(x - 2, 230, 7, 7, OAK.hi)).join("") +
    moved(560, 240, line("M0 0q-30 40-26 84M0 0q30 40 26 84", PAINTS.snd.lo, 7) + shape("M-40 84h80l8 96h-96z", PAINTS.snd.base) + dim("M10 84h30l8 96H16z")) +
    moved(790, 240, shape("M-12 0h24l34 44-14 110h-64l-14-110z", "#d9a23a") + shape("M-12 0h24l6 30h-36z", "#b58429") + dim("M6 30h26l14 14-14 110H6z", 0.14) + line("M0 30v124", "#b58429", 3))
  );
}

function worktop(): string {
  const cloth = "M318 398q-8-20 22-22q120-14 236-2q26 2 20 26q-12 70 2 130q4 20-20 22q-120 14-240 2q-26-2-20-26q12-66 0-130z";
  const stitches = line("M540 404q18 50 4 132", LINEN, 5, `stroke-dasharray="12 10"`);
  const scissors = moved(720, 566, line("M0 0L-96 -54M0 0L-100 -14", "#b9bdb8", 11) + disc(26, 6, 22, 16, "none", `stroke="${PAINTS.nvy.base}" stroke-width="9"`) + disc(24, 36, 22, 16, "none", `stroke="${PAINTS.nvy.base}" stroke-width="9"`) + disc(0, 2, 5, 5, "#6a6f6c"), 4);
  const mug = moved(
    176,
    548,
    standing(0, 6, 52) + line("M48 -88q46 0 40 36t-46 34", PAINTS.wht.lo, 12) + shape("M-50 -112v78q0 40 34 40h32q34 0 34-40v-78z", PAINTS.wht.base) + dim("M20 -112h30v78q0 40-34 40H0q26-16 20-118z", 0.09) + disc(0, -112, 50, 11, PAINTS.wht.hi) + disc(0, -110, 43, 8, "#5a3f2a") + line("M-46 -82h92", PAINTS.blu.base, 6),
  );
  const ball = disc(806, 530, 54, 54, PAINTS.blu.base) + line("M766 514q40-40 80 0M760 532q46-44 92 0M786 484q40 30 36 92M764 552q40-26 84 2", PAINTS.blu.hi, 5, `opacity=".75"`) + line("M770 568q-60 44-140 30t-90-60", PAINTS.blu.base, 5);
  return (
    box(0, 500, WIDE, 220, OAK.base) +
    box(0, 500, WIDE, 6, OAK.hi) +
    rows(4, (index) => line(`M0 ${546 + index * 44}q300 ${index % 2 ? 10 : -8} ${WIDE} 0`, OAK.lo, 3, `opacity=".5"`)).join("") +
    standing(806, 580, 54) +
    standing(460, 552, 150, 18) +
    shape(cloth, PAINTS.grn.base) +
    inside(cloth, "pad", line(loops(310, 372, 20, 12), PAINTS.grn.hi, 3, `opacity=".55"`) + shape("M498 372h110v180h-96q30-90-14-180z", PAINTS.red.base) + dim("M560 360h60v200h-70q30-100 10-200z")) +
    stitches +
    line("M546 536q30 30 62-6", LINEN, 3) +
    line("M600 536l44-46", "#d5d8d3", 5) +
    ball +
    scissors +
    mug +
    moved(80, 690, twig(130), 74)
  );
}
