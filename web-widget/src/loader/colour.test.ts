import { expect, test } from "vitest";
import { inkOn } from "./colour";

/** Contrast by WCAG 2.2, written down a second time. */
function contrast(rgb: readonly number[], ink: string): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  const ground = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return ink === "#fff" ? 1.05 / (ground + 0.05) : (ground + 0.05) / 0.05;
}

test("text on any colour is at least 4.5:1", () => {
  for (let red = 0; red <= 255; red += 15) {
    for (let green = 0; green <= 255; green += 15) {
      for (let blue = 0; blue <= 255; blue += 15) {
        const ink = inkOn(`rgb(${red}, ${green}, ${blue})`);
        expect(contrast([red, green, blue], ink), `${red} ${green} ${blue}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

test("a colour is read in both ways browsers write it", () => {
  expect([inkOn("rgb(31, 90, 70)"), inkOn("color(srgb 0.121569 0.352941 0.27451)")]).toEqual(["#fff", "#fff"]);
  expect([inkOn("rgb(255, 215, 0)"), inkOn("color(srgb 1 0.843137 2.4e-8)")]).toEqual(["#000", "#000"]);
});
