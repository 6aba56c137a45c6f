// An article's text as the server gives it: plain, a paragraph a line, the points of a list behind bullets or numbers.

export interface Block {
  is: "p" | "ul" | "ol";
  /** A paragraph has one, a list one for each point. */
  lines: string[];
}

const POINT = /^(•|\d{1,3}[.)])\s+(.*)$/;

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split("\n").map((line) => line.trim())) {
    const [, mark, point] = POINT.exec(line) ?? [];
    const is = mark === undefined ? "p" : mark === "•" ? "ul" : "ol";
    const last = blocks.at(-1);
    if (point !== undefined && last?.is === is) last.lines.push(point);
    else if (line !== "") blocks.push({ is, lines: [point ?? line] });
  }
  return blocks;
}
