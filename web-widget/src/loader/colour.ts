/** From here on black reads better than white: both have a contrast of at least 4.5:1 there (WCAG 2.2, relative luminance). */
const TURN = 0.179;

/** Black or white on a colour as browsers compute it: "rgb(31, 90, 70)" or "color(srgb 0.12 0.35 0.27)". */
export function inkOn(computed: string): "#000" | "#fff" {
  const parts = computed.match(/[\d.]+(e-\d+)?/g) ?? [];
  const [red = 0, green = 0, blue = 0] = parts.map((part) => linear(Number(part) / (computed.startsWith("c") ? 1 : 255)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > TURN ? "#000" : "#fff";
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
