import { expect, it } from "vitest";
import { routeOf } from "./route";

it("reads an address, also one that somebody bent", () => {
  const check = (path: string, search: string, expected: unknown) => expect(routeOf(path, search)).toEqual(expected);
  const desk = (conversation: string | null, event: number | null = null) => ({ page: "desk", conversation, event });
  check("/console", "", desk(null));
  check("/console.html", "", desk(null));
  check("/console/c/ab12", "?event=7", desk("ab12", 7));
  check("/console/c/ab12", "?event=-1", desk("ab12"));
  check("/console/c/%E0%A4%A", "", desk(null));
  check("/console/elsewhere", "", desk(null));
  check("/console/content/articles/a%20b", "", { page: "content", rest: "articles/a b" });
});
