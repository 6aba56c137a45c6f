// @vitest-environment happy-dom
/** @jsxImportSource ./ui */
import { describe, expect, test } from "vitest";
import { drawn, host, html, one } from "../testing/drawing";
import type { Card, SaidBody } from "../shared/protocol";
import type { Chat } from "./chat";
import { RowView } from "./messages";
import ar from "./words/ar";
import words from "./words/en";

const card = (changes: Partial<Card> = {}): Card => ({ title: "A throw", buttons: [{ title: "View it", url: "https://shop.example/p/1" }], ...changes });

function draw(body: Partial<SaidBody>, language = words): void {
  const by = { role: "bot", name: "Pine", ai: true } as const;
  const said = { is: "said", key: "m", message: "m", by, named: true, at: "2026-11-22T13:49:47.050Z", askable: true, reached: null, seq: 2 } as const;
  html(<RowView row={{ ...said, body: { kind: "text", text: "Which one?", ...body } }} words={language} chat={{} as Chat} onCite={() => undefined} />);
}

const row = (): HTMLElement => one(".fd-cards");

describe("a row of cards", () => {
  test("is a list with a name that the keyboard can get into", () => {
    draw({ cards: [card(), card({ title: "Another" })] });
    expect([row().tagName, row().getAttribute("role"), row().ariaLabel ?? row().getAttribute("aria-label"), row().tabIndex]).toEqual(["UL", "list", "Products", 0]);
    expect(Array.from(row().children, (item) => [item.tagName, item.querySelector(".fd-card-title")?.textContent])).toEqual([
      ["LI", "A throw"],
      ["LI", "Another"],
    ]);
    draw({ cards: [card()] }, ar);
    expect(row().getAttribute("aria-label")).toBe(ar.products);
  });

  test("opens its links outside, with nothing handed over", () => {
    draw({ cards: [card(), card()] });
    const links = [...host.querySelectorAll("a")];
    expect(links.map((link) => [link.href, link.target, link.rel])).toEqual(Array(2).fill(["https://shop.example/p/1", "_blank", "noopener noreferrer"]));
  });

  test("what is written on a card is text, and only pages are linked or shown", () => {
    const bad = "javascript:alert(1)";
    draw({ cards: [card({ title: "<img src=x onerror=alert(1)>", text: "<b>bold</b>", image: bad, buttons: [{ title: "<i>x</i>", url: bad }] }), card()] });
    expect(host.querySelectorAll("img, b, .fd-cards i").length).toBe(0);
    expect(one(".fd-card-title").textContent).toBe("<img src=x onerror=alert(1)>");
    expect(host.querySelectorAll("a").length).toBe(1);
  });

  test("a picture that is not to be had goes, and the others stay", async () => {
    draw({ cards: [card({ image: "https://shop.example/1.svg" }), card({ image: "https://shop.example/2.svg" }), card()] });
    const pictures = (): (string | null)[] => [...host.querySelectorAll("img")].map((image) => image.getAttribute("src"));
    expect([...host.querySelectorAll("img")].map((image) => image.alt)).toEqual(["", ""]);
    one("img").dispatchEvent(new Event("error"));
    await drawn();
    expect(pictures()).toEqual(["https://shop.example/2.svg"]);
  });

  test("is not there where there are none, and one card beside it stays alone", () => {
    draw({});
    expect(host.querySelector(".fd-cards")).toBeNull();
    draw({ card: card() });
    expect([host.querySelector(".fd-cards"), host.querySelectorAll(".fd-card").length]).toEqual([null, 1]);
  });
});
