// The colours things are sold in, by the ending of their pictures. The page shows them as dots, the pictures are drawn in them.

export const TONES = {
  blu: "#54789a",
  grn: "#62826b",
  gry: "#959995",
  nvy: "#33455f",
  red: "#a94c3e",
  snd: "#d8c39e",
  wht: "#f6f2e9",
  oak: "#c59d6d",
  bee: "#dbbc90",
  brs: "#bd9850",
  blk: "#3d403f",
  nat: "#bb9766",
  clr: "#c9dcd9",
} as const;
