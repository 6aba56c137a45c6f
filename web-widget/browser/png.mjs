// Makes a PNG smaller without changing a pixel: no alpha where nothing shines through, the best filter for each row, and
// the strongest compression. Browsers write theirs fast, not small.

import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** For 8 bits a channel, three or four channels, not interlaced: as browsers write them. Anything else is given back as it is. */
export function smaller(png) {
  const chunks = [...chunksOf(png)];
  const head = chunks.find(({ type }) => type === "IHDR").data;
  const [width, height, depth, colour, interlace] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9], head[12]];
  if (depth !== 8 || interlace !== 0 || (colour !== 2 && colour !== 6)) return png;
  const channels = colour === 6 ? 4 : 3;
  const packed = Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const pixels = opaque(unfiltered(inflateSync(packed), width * channels, height, channels), channels);
  const filtered = refiltered(pixels, width * 3, height, 3);
  const plain = Buffer.concat([...Array(height)].flatMap((_, y) => [Buffer.of(0), pixels.subarray(y * width * 3, (y + 1) * width * 3)]));
  const data = [filtered, plain].map((rows) => deflateSync(rows, { level: 9, memLevel: 9 })).sort((a, b) => a.length - b.length)[0];
  const header = Buffer.from(head);
  header[9] = 2;
  const out = Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
  return out.length < png.length ? out : png;
}

function* chunksOf(png) {
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** What each of the five filters foretells from the left, above and above left. */
const FORETOLD = [
  () => 0,
  (a) => a,
  (_, b) => b,
  (a, b) => (a + b) >> 1,
  (a, b, c) => {
    const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
  },
];

function unfiltered(rows, stride, height, channels) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const foretold = FORETOLD[rows[y * (stride + 1)]];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const a = x < channels ? 0 : out[at - channels];
      const b = y === 0 ? 0 : out[at - stride];
      const c = x < channels || y === 0 ? 0 : out[at - stride - channels];
      out[at] = rows[y * (stride + 1) + 1 + x] + foretold(a, b, c);
    }
  }
  return out;
}

function opaque(pixels, channels) {
  if (channels === 3) return pixels;
  const out = Buffer.alloc((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    if (pixels[from + 3] !== 255) throw new Error("something shines through this picture");
    pixels.copy(out, to, from, from + 3);
  }
  return out;
}

/** Row by row the filter whose rest is smallest. */
function refiltered(pixels, stride, height, channels) {
  const out = Buffer.alloc((stride + 1) * height);
  const tried = FORETOLD.map(() => Buffer.alloc(stride));
  for (let y = 0; y < height; y += 1) {
    let best = 0;
    let least = Infinity;
    FORETOLD.forEach((foretold, filter) => {
      let rest = 0;
      for (let x = 0; x < stride; x += 1) {
        const at = y * stride + x;
        const a = x < channels ? 0 : pixels[at - channels];
        const b = y === 0 ? 0 : pixels[at - stride];
        const c = x < channels || y === 0 ? 0 : pixels[at - stride - channels];
        const value = (tried[filter][x] = pixels[at] - foretold(a, b, c));
        rest += Math.min(value & 255, 256 - (value & 255));
      }
      if (rest < least) [least, best] = [rest, filter];
    });
    out[y * (stride + 1)] = best;
    tried[best].copy(out, y * (stride + 1) + 1);
  }
  return out;
}
