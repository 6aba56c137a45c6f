// Things for the room, the bed and the bath.

import { LINEN, OAK, PAINTS, box, dim, disc, floor, inside, line, loops, moved, rows, shape, standing, table, thrown, twig, wall, type Draw, type Paint } from "./kit.ts";

const GLOW = `<defs><radialGradient id="glow"><stop offset="0" stop-color="#ffe2a6" stop-opacity=".85"/><stop offset="1" stop-color="#ffe2a6" stop-opacity="0"/></radialGradient></defs>`;

function rod(y: number): string {
  const bar = `M84 ${y}h432v18H84z`;
  const ends = [84, 516].map((x) => disc(x, y + 9, 15, 15, OAK.lo) + disc(x - 3, y + 6, 9, 9, OAK.hi)).join("");
  return thrown(bar) + shape(bar, OAK.base) + line(`M86 ${y + 4}h428`, OAK.hi, 4) + ends;
}

export const woolThrow: Draw = (p) => {
  const cloth = "M142 112q0-16 16-16h284q16 0 16 16v344q-80 16-158 2t-158-2z";
  const bands = [[330, 10], [350, 26], [386, 10]].map(([y, height]) => box(130, y ?? 0, 340, height ?? 0, p === PAINTS.gry ? p.hi : LINEN, `opacity=".85"`)).join("");
  const fringe = rows(27, (index) => `M${148 + index * 11.7} ${456 + (index % 2)}v${34 + (index % 3) * 3}`).join("");
  return (
    wall(p) +
    rod(104) +
    line(fringe, p.lo, 5) +
    thrown(cloth, 18, 22) +
    shape(cloth, p.base) +
    inside(
      cloth,
      "cloth",
      rows(24, (index) => line(`M130 ${120 + index * 15}h340`, p.lo, 2, `opacity=".45"`)).join("") +
        bands +
        dim("M206 90q22 190 0 380h30q14-190-6-380zM330 90q20 190 4 380h36q10-190-12-380zM424 90h50v380h-44q16-190-6-380z", 0.1) +
        shape("M142 96h316v24H142z", p.hi, `opacity=".8"`),
    )
  );
};

export const stripedTowel: Draw = (p) => {
  const cloth = "M286 134q-28 46-92 70q-14 6-16 20l-24 292q44 18 86 2q34 14 66 0q38 14 62 0q40 14 78-2l-24-292q-2-14-16-20q-64-24-92-70z";
  const stripes = [250, 286, 322, 424, 460, 484].map((y, index) => line(`M120 ${y}q180 ${index % 3 === 1 ? 26 : 22} 360 0`, p.base, index % 3 === 1 ? 20 : 9)).join("");
  return (
    wall(p) +
    box(0, 60, 600, 46, OAK.base) +
    box(0, 60, 600, 4, OAK.hi) +
    box(0, 106, 600, 9, "#2b2417", `opacity=".1"`) +
    [110, 490].map((x) => disc(x + 4, 89, 14, 14, "#2b2417", `opacity=".2"`) + disc(x, 83, 14, 14, OAK.lo) + disc(x - 3, 80, 9, 9, OAK.hi)).join("") +
    thrown(cloth, 18, 20) +
    shape(cloth, "#f6f2e9") +
    inside(
      cloth,
      "cloth",
      stripes +
        rows(26, (index) => line(`M${160 + index * 11} 200v330`, "#d8d2c3", 1.5, `opacity=".5"`)).join("") +
        dim("M262 150q-24 180-34 390h34q14-200 24-390zM322 150q20 180 14 390h40q-4-220-34-390zM404 220l28 320h20V220z", 0.1),
    ) +
    line("M288 140q-10-52 12-56t14 56", "#e9e2d2", 7) +
    disc(300, 83, 14, 14, OAK.lo) +
    disc(297, 80, 9, 9, OAK.hi)
  );
};

export const bathTowel: Draw = (p) => {
  const layer = (y: number, paint: Paint, id: string, height = 62) => {
    const fold = `M150 ${y}h292q18 0 18 ${height / 2}t-18 ${height / 2}H150q-8 0-8 -${height / 2}t8 -${height / 2}z`;
    return (
      thrown(fold, 6, 8) +
      shape(fold, paint.base) +
      inside(fold, id, rows(30, (index) => line(`M${146 + index * 11} ${y}v${height}`, paint.lo, 2, `opacity=".45"`)).join("") + line(`M140 ${y + height / 2}h300`, paint.lo, 3) + dim(`M140 ${y + height * 0.74}h330v30H140z`, 0.1)) +
      line(`M156 ${y + 7}h270`, paint.hi, 5, `opacity=".8"`)
    );
  };
  return (
    floor(p, 470) +
    standing(300, 552, 170, 18) +
    line("M176 386l-26 164M424 386l26 164M238 386l-10 150M362 386l10 150", OAK.lo, 17) +
    shape("M120 352h360q12 0 12 16t-12 16H120q-12 0-12-16t12-16z", OAK.base) +
    line("M122 357h356", OAK.hi, 5) +
    layer(288, p, "one") +
    layer(224, PAINTS.wht, "two") +
    layer(160, p, "three") +
    moved(384, 158, twig(110), 62)
  );
};

export const tablecloth: Draw = (p) => {
  const top = "M122 262h356l66 62H56z";
  const drop = "M56 324h488l-6 124q-30 16-60 2t-60 2t-60-2t-60 2t-60-2t-60 2t-60-2t-56-4z";
  return (
    floor(p, 400) +
    standing(310, 566, 220, 16) +
    line("M110 440v124M490 440v124", OAK.lo, 20) +
    shape(top, p.hi) +
    thrown(drop, 0, 12, 0.18) +
    shape(drop, p.base) +
    inside(drop, "drop", rows(8, (index) => dim(`M${84 + index * 62} 324q10 70 4 140h26q2-70-14-140z`, 0.09)).join("") + line("M50 428h500", p.lo, 4)) +
    line("M56 324h488", p.lo, 3) +
    standing(250, 288, 40, 8) +
    moved(246, 214, twig(100), -12) +
    moved(254, 214, twig(84), 22) +
    shape("M238 204q2 18-14 32q-14 12-14 28q0 26 40 26t40-26q0-16-14-28q-16-14-14-32z", PAINTS.blu.base) +
    line("M224 262q2-14 14-22", PAINTS.blu.hi, 6) +
    standing(378, 292, 48, 8) +
    shape("M322 258q6 36 56 36t56-36z", PAINTS.red.base) +
    disc(378, 258, 56, 10, PAINTS.red.hi) +
    disc(378, 260, 48, 7, PAINTS.red.lo)
  );
};

export const napkins: Draw = (p) => {
  const square = "M-140 -140h280v280h-280z";
  const one = (x: number, y: number, turn: number) =>
    moved(x, y, thrown(square, 8, 10, 0.2) + shape(square, p.base) + line("M-126 -126h252v252h-252z", p.lo, 3, `stroke-dasharray="8 7"`) + dim("M-140 140L140 -140v280z", 0.07), turn);
  return (
    wall({ ...p, wall: p.ground }) +
    one(326, 286, 17) +
    one(310, 294, 9) +
    one(298, 300, 1) +
    one(288, 308, -7) +
    moved(288, 308, line("M0 -140V140", "#8b7048", 6) + line("M-140 6H140", "#8b7048", 6) + line("M0 6q-40-40-54-10T0 6q40-40 54-10T0 6l-26 46M0 6l30 42", "#8b7048", 5), -7) +
    moved(268, 392, twig(170), 34)
  );
};

export const bedLinen: Draw = (p) => {
  const pillow = "M158 236q142-26 284 0q28 50 0 106q-142 22-284 0q-28-56 0-106z";
  const duvet = "M66 372q234-62 468 0l26 150H40z";
  return (
    floor(p, 430) +
    standing(306, 566, 240, 16) +
    line("M78 500v62M522 500v62", OAK.lo, 22) +
    shape("M82 196q0-34 34-34h368q34 0 34 34v250H82z", OAK.base) +
    rows(9, (index) => line(`M${112 + index * 47} 178v200`, OAK.lo, 4, `opacity=".6"`)).join("") +
    line("M90 190q4-22 30-22h360", OAK.hi, 6) +
    box(66, 360, 468, 160, p.lo) +
    thrown(pillow, 6, 12) +
    shape(pillow, p.hi) +
    inside(pillow, "pillow", dim("M140 312q160 34 330-10v60H140z", 0.08) + line("M186 252q40 30 20 80M414 252q-34 34-16 78M290 250q14 20 2 50", p.lo, 4)) +
    thrown(duvet, 0, 8) +
    shape(duvet, p.base) +
    inside(duvet, "duvet", shape("M50 372q250-62 500 0v44q-250-58-500 0z", p.hi) + line("M50 418q250-58 500 0", p.lo, 4) + dim("M170 420q-30 50-20 110h40q-20-60 0-110zM330 406q30 60 10 130h46q10-70-30-130zM470 420q40 60 30 110h60V420z", 0.1)) +
    line("M78 516h444", OAK.lo, 14)
  );
};

export const curtain: Draw = (p) => {
  const cloth = "M122 116h254v410q-32 12-64 0t-64 0t-64 0t-62 0z";
  const loops = rows(7, (index) => box(128 + index * 38, 84, 14, 40, p.base)).join("");
  return (
    wall(p) +
    box(168, 132, 290, 330, "#fbf8f0") +
    box(184, 148, 258, 298, "#cfdfe0") +
    shape("M184 322q60-46 120-20t138-34v178H184z", "#8eaaa2") +
    box(184, 362, 258, 84, "#7fa3ae") +
    shape("M380 338h40l-6 14h-28zM400 288v48h-26z", "#f6f2e9") +
    box(306, 148, 14, 298, "#fbf8f0") +
    box(184, 280, 258, 12, "#fbf8f0") +
    thrown("M148 462h330v18H148z", 6, 8) +
    box(148, 462, 330, 18, OAK.base) +
    rod(88) +
    loops +
    thrown(cloth, 16, 14, 0.16) +
    shape(cloth, p.hi, `opacity=".8"`) +
    inside(cloth, "cloth", rows(7, (index) => shape(`M${140 + index * 38} 116q10 200 0 420h17q8-210 0-420z`, p.lo, `opacity=".5"`)).join("")) +
    line("M122 516q34 10 62 0q30 12 64 0t64 0t64 0", p.lo, 3)
  );
};

export const cushion: Draw = (p) => {
  const pad = "M150 150q150 26 300 0q26-4 22 24q-26 128 0 256q4 28-22 24q-150-26-300 0q-26 4-22-24q26-128 0-256q-4-28 22-24z";
  return (
    table(p, 444) +
    standing(300, 456, 180, 20) +
    thrown(pad, 20, 8) +
    shape(pad, p.base) +
    inside(pad, "pad", line(loops(124, 136, 24, 23), p.hi, 3, `opacity=".55"`) + dim("M392 130h100v340H330q110-130 62-340z") + dim("M120 420q180-40 360 0v50H120z", 0.1)) +
    line(pad, p.lo, 5)
  );
};

export const rug: Draw = (p) => {
  const mat = "M136 300h328l96 232H40z";
  const across = (share: number) => ({ y: 300 + 232 * share, left: 136 - 96 * share, right: 464 + 96 * share });
  const stripe = (from: number, to: number, fill: string) => {
    const [a, b] = [across(from), across(to)];
    return shape(`M${a.left} ${a.y}H${a.right}L${b.right} ${b.y}H${b.left}z`, fill);
  };
  const fringe = rows(30, (index) => `M${44 + index * 17.7} 532l${(index - 15) * 0.5} 22`).join("") + rows(30, (index) => `M${138 + index * 11.2} 300l${(15 - index) * 0.3} -9`).join("");
  const weave = rows(26, (index) => line(`M${across(index / 26).left} ${across(index / 26).y}H${across(index / 26).right}`, p.lo, 2, `opacity=".4"`)).join("");
  return (
    floor(p, 236) +
    line(fringe, p.hi, 4) +
    thrown(mat, 6, 8) +
    shape(mat, p.base) +
    weave +
    stripe(0.06, 0.1, PAINTS.blu.base) +
    stripe(0.14, 0.2, LINEN) +
    stripe(0.4, 0.44, PAINTS.blu.base) +
    stripe(0.48, 0.58, LINEN) +
    stripe(0.62, 0.66, PAINTS.blu.base) +
    stripe(0.84, 0.91, LINEN) +
    stripe(0.94, 0.97, PAINTS.blu.base) +
    standing(318, 408, 84, 14) +
    line("M258 250l-20 156M342 250l20 156M286 250l-6 132M316 250l8 132", OAK.lo, 13) +
    shape("M212 224h176q10 0 10 14t-10 14H212q-10 0-10-14t10-14z", OAK.base) +
    line("M214 229h172", OAK.hi, 4) +
    shape("M252 206q0-8 8-8h92q8 0 8 8v18H252z", PAINTS.grn.base) +
    shape("M262 186q0-8 8-8h70q8 0 8 8v14h-86z", PAINTS.red.base)
  );
};

export const basket: Draw = (p) => {
  const body = "M150 262h300l-30 174q-4 26-32 26H212q-28 0-32-26z";
  const weave = rows(8, (row) =>
    rows(13, (cell) => box(140 + cell * 26 - (row % 2) * 13, 276 + row * 25, 24, 21, (row + cell) % 3 === 0 ? p.lo : (row + cell) % 3 === 1 ? p.hi : p.base, `rx="9"`)).join(""),
  ).join("");
  const ball = (x: number, y: number, r: number, paint: Paint) =>
    disc(x, y, r, r, paint.base) + line(`M${x - r * 0.7} ${y - r * 0.3}q${r * 0.7} -${r * 0.7} ${r * 1.4} 0M${x - r * 0.8} ${y}q${r * 0.8} -${r * 0.8} ${r * 1.6} 0M${x - r * 0.3} ${y - r * 0.8}q${r * 0.7} ${r * 0.4} ${r * 0.7} ${r}`, paint.hi, 4, `opacity=".8"`);
  return (
    floor(p, 430) +
    standing(300, 462, 150) +
    ball(224, 226, 54, PAINTS.blu) +
    ball(372, 220, 58, PAINTS.wht) +
    ball(298, 214, 62, PAINTS.red) +
    shape(body, p.deep) +
    inside(body, "basket", weave + dim("M380 250h90v230H300q90-60 80-230z", 0.14)) +
    line("M152 268h296", p.lo, 28) +
    line(rows(22, (index) => `M${154 + index * 14} 276l10 -16`).join(""), p.hi, 4) +
    line("M128 330q-44-4-36-44t52-22M472 330q44-4 36-44t-52-22", p.lo, 13) +
    line("M128 328q-38-4-31-40t46-20M472 328q38-4 31-40t-46-20", p.hi, 4)
  );
};

export const hooks: Draw = (p) => {
  const peg = (x: number) =>
    disc(x + 18, 182, 42, 42, "#2b2417", `opacity=".24" filter="url(#soft)"`) + disc(x, 164, 42, 42, p.lo) + disc(x - 3, 161, 38, 38, p.base) + line(`M${x - 24} 148q18-22 44-14M${x - 16} 166q18-20 40-8M${x - 4} 182q12-12 26-4`, p.lo, 3, `opacity=".7"`) + line(`M${x - 30} 154q8-20 28-24`, p.hi, 6);
  const bag = "M214 318h172l18 190q2 14-12 14H208q-14 0-12-14z";
  return (
    wall(p) +
    peg(120) +
    line("M236 322q8-170 64-174t64 174", PAINTS.nvy.lo, 12) +
    thrown(bag, 16, 16) +
    shape(bag, PAINTS.nvy.base) +
    inside(bag, "bag", dim("M340 310h80v230h-80z", 0.14) + box(190, 318, 220, 14, PAINTS.nvy.hi)) +
    moved(300, 452, twig(84, "#b9cbb8")) +
    peg(300) +
    line("M236 322q8-170 64-174t64 174", PAINTS.nvy.lo, 12) +
    peg(480)
  );
};

function shade(x: number, y: number, scale: number): string {
  const linen = "M-74 0H74l52 152H-126z";
  return moved(x, y, shape(linen, "#f6e8c8") + inside(linen, `shade${x}`, rows(9, (index) => line(`M${-64 + index * 16} 0L${-108 + index * 27} 152`, "#e2cc9d", 2)).join("") + shape("M36 0h40l54 152H50z", "#d9bf8d", `opacity=".45"`)) + line("M-74 2H74M-124 150H124", "#c9ad78", 5), 0, scale);
}

export const tableLamp: Draw = (p) => {
  const frame = "M252 272h96l14 128H238z";
  return (
    GLOW +
    table(p) +
    disc(300, 210, 270, 250, "url(#glow)") +
    line("M360 452q70 12 110-6t140 2", p.deep, 5) +
    standing(300, 454, 92) +
    shape(frame, "#fff3cf", `opacity=".7"`) +
    line(frame, p.base, 10) +
    line("M300 272v128", p.lo, 6) +
    shape("M226 400h148l14 54H212z", p.base) +
    line("M230 404h138", p.hi, 5) +
    dim("M330 400h44l14 54h-50z", 0.14) +
    box(282, 250, 36, 24, p.lo) +
    shade(300, 104, 0.98)
  );
};

export const floorLamp: Draw = (p) => {
  const chair = "M-40 330q0-44 46-44h84q40 0 44 40l10 60h60q26 0 26 28v92H-40z";
  return (
    GLOW +
    floor(p, 452) +
    disc(388, 190, 260, 240, "url(#glow)") +
    standing(120, 552, 140, 16) +
    line("M20 500v50M200 500v50", OAK.deep, 15) +
    shape(chair, PAINTS.grn.base) +
    shape("M-40 420h190q22 0 22 24v30H-40z", PAINTS.grn.hi) +
    dim("M144 386h60q26 0 26 28v92h-56V440z", 0.14) +
    line("M404 540q80 20 196 4", PAINTS.blk.base, 5) +
    disc(470, 551, 13, 7, PAINTS.blk.base) +
    standing(388, 540, 70, 12) +
    shape("M322 536q4-18 66-18t66 18q0 12-66 12t-66-12z", p.base) +
    box(380, 200, 16, 326, p.base) +
    box(380, 200, 6, 326, p.hi) +
    line("M346 300h84", p.base, 9) +
    line("M350 300l38-66 38 66", p.lo, 3) +
    shade(388, 90, 0.92)
  );
};
