import { expect, test } from "vitest";
import { blocksOf } from "./blocks";

test("paragraphs and lists", () => {
  const text = "One.\nTwo.\n\n• a\n• b: c\n1. first\n2) second\nThree • not a point";
  expect(blocksOf(text)).toEqual([
    { is: "p", lines: ["One."] },
    { is: "p", lines: ["Two."] },
    { is: "ul", lines: ["a", "b: c"] },
    { is: "ol", lines: ["first", "second"] },
    { is: "p", lines: ["Three • not a point"] },
  ]);
});

test("markup is text", () => {
  expect(blocksOf("<img src=x onerror=alert(1)>")).toEqual([{ is: "p", lines: ["<img src=x onerror=alert(1)>"] }]);
  expect(blocksOf("")).toEqual([]);
});
