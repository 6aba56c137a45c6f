import { describe, expect, test } from "vitest";
import { badges, gram, matches, pieces, type Entity } from "./content";

const entity = (start: number, end: number): Entity => ({ entity: "order_number", start, end, value: "x", reason: "" });

describe("a text is marked where something was found", () => {
  test.each([
    ["where is 10042", [entity(9, 14)], ["where is ", "[10042]"]],
    ["10042", [entity(0, 5)], ["[10042]"]],
    ["nothing", [], ["nothing"]],
    // Positions count characters, not UTF-16 units.
    ["🧶🧶 10042 für", [entity(3, 8)], ["🧶🧶 ", "[10042]", " für"]],
    ["ab", [entity(1, 2), entity(0, 1)], ["[a]", "[b]"]],
  ])("%s", (text, entities, expected) => {
    expect(pieces(text, entities).map(({ text, entity }) => (entity === null ? text : `[${text}]`))).toEqual(expected);
  });
});

test.each([
  ["where is", "where is"],
  ["·_10·", "10…"],
  ["·wer_·", "…wer"],
  ["·_how_·", "how"],
  ["·er·", "…er…"],
])("the n-gram %s reads %s", (feature, expected) => {
  expect(gram(feature)).toBe(expected);
});

describe("badges", () => {
  const plain = { status: "published", audience: "public", valid_until: null, review_by: null } as const;
  test.each([
    [plain, []],
    [{ ...plain, valid_until: "2026-11-21" }, ["expired"]],
    [{ ...plain, valid_until: "2026-11-22" }, []],
    [{ ...plain, review_by: "2026-11-22" }, ["review due"]],
    [{ ...plain, status: "draft", audience: "agents" } as const, ["draft", "agents only"]],
  ])("%#", (article, expected) => {
    expect(badges(article, "2026-11-22")).toEqual(expected);
  });
});

test("every word looked for has to be there", () => {
  expect(matches("order  WHERE", "Where is my order?", null)).toBe(true);
  expect(matches("order now", "Where is my order?")).toBe(false);
  expect(matches("", "x")).toBe(true);
});
