// Fits every screen, and holds what WCAG asks for, as far as axe can tell.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ask, chat, close, field, frameOf, launcher, open, openChat, ownAre, pageOf, seen, Server, type, visitor } from "./world.mjs";

const server = await new Server().start();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LONG = `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft https://shop.example/${"a".repeat(200)}`;

async function findings(page) {
  const frames = [page, frameOf(page)].filter((frame) => frame !== undefined);
  const violations = [];
  for (const frame of frames) {
    await frame.evaluate(axe);
    const found = await frame.evaluate(() =>
      window.axe.run(document, { iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    violations.push(...found.violations);
  }
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** Every colour that the chat has a name for, as it comes out. */
const COLOURS = ["paper", "surface", "sunken", "ink", "ink-soft", "line", "edge", "pine", "on-pine", "head", "own", "link", "danger", "notice", "focus", "good", "wait", "o-open"];

/** The chat's colours after the shop has asked for a scheme. */
async function coloursOf(colorScheme, theme) {
  const page = await openChat(await visitor(server, { colorScheme }));
  await page.evaluate((theme) => window.frontdesk("theme", theme), theme);
  await frameOf(page).waitForFunction((theme) => document.documentElement.dataset.theme === theme, theme);
  return frameOf(page).evaluate((names) => {
    const probe = document.body.appendChild(document.createElement("i"));
    return names.map((name) => {
      probe.style.color = `var(--${name})`;
      return `${name} ${getComputedStyle(probe).color}`;
    });
  }, COLOURS);
}

/** How far things stick out to the side, in pixels: of the page, and of the log. */
async function overflow(page) {
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const { width, height } = page.viewportSize();
  const box = await page.locator("iframe:visible").boundingBox({ timeout: 1 }).catch(() => null);
  const inside = await frameOf(page)?.evaluate(() => {
    const [all, log] = [document.documentElement, document.querySelector(".fd-log")];
    return Math.max(all.scrollWidth - all.clientWidth, log.scrollWidth - log.clientWidth);
  });
  const out = box === null ? 0 : Math.max(0, Math.ceil(box.x + box.width - width), Math.ceil(-box.x), Math.ceil(box.y + box.height - height));
  return [await page.evaluate(wide), inside ?? 0, out];
}

const screens = [
  { width: 320, height: 568, phone: true },
  { width: 360, height: 740, phone: true },
  { width: 820, height: 1100 },
  { width: 1440, height: 900 },
];

function fits({ width, height, phone = false }) {
  return async () => {
    const page = await pageOf(await visitor(server, { viewport: { width, height }, phone, reducedMotion: "reduce" }));
    assert.deepEqual(await overflow(page), [0, 0, 0], "closed");
    await open(page);
    assert.deepEqual(await overflow(page), [0, 0, 0], "open");
    await ask(page, "when do I get my money back?");
    await ask(page, LONG);
    await chat(page).locator(".fd-person").click();
    await chat(page).locator(".fd-status:not(:empty)").waitFor();
    assert.deepEqual(await overflow(page), [0, 0, 0], "with a conversation");
    const small = (all) =>
      all.map((one) => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text);
    await seen(async () => assert.deepEqual(await chat(page).locator("button:visible, a:visible").evaluateAll(small), [], "targets under 24 px"));
    await close(page);
    await seen(async () => assert.deepEqual(await launcher(page).evaluateAll(small), [], "the button under 24 px"));
    await open(page);
    // The last words are in sight without scrolling.
    const below = await chat(page).locator(".fd-log").evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));
    assert.ok(below <= 1, `${below} px of the conversation lie below the edge`);
  };
}

function accessible(colorScheme, phone) {
  return async () => {
    const viewport = phone ? { width: 360, height: 740 } : { width: 1440, height: 900 };
    const visit = await visitor(server, { colorScheme, phone, viewport, reducedMotion: "reduce", bypassCSP: true });
    const page = await pageOf(visit);
    assert.deepEqual(await findings(page), [], "closed");
    await open(page);
    assert.deepEqual(await findings(page), [], "open");
    await ask(page, "when do I get my money back?");
    await chat(page).locator(".fd-replies button").first().waitFor();
    assert.deepEqual(await findings(page), [], "with a conversation");
    await chat(page).locator(".fd-person").click();
    await chat(page).locator(".fd-status:not(:empty)").waitFor();
    assert.deepEqual(await findings(page), [], "waiting for a person");
    await visit.context.setOffline(true);
    await chat(page).locator(".fd-status", { hasText: "No connection" }).waitFor();
    await type(page, "typed offline");
    assert.deepEqual(await findings(page), [], "offline");
  };
}

export const tests = {
  ...Object.fromEntries(screens.map((screen) => [`nothing sticks out at ${screen.width} px`, fits(screen)])),
  ...Object.fromEntries(
    ["light", "dark"].flatMap((scheme) => [false, true].map((phone) => [`axe finds nothing grave: ${scheme}, ${phone ? "phone" : "desktop"}`, accessible(scheme, phone)])),
  ),

  async "a scheme that the shop asks for has the same colours as one that the browser asks for"() {
    const light = await coloursOf("light", "auto");
    const dark = await coloursOf("dark", "auto");
    for (const [at, name] of COLOURS.entries()) assert.notEqual(light[at], dark[at], name);
    assert.deepEqual(await coloursOf("light", "dark"), dark);
    assert.deepEqual(await coloursOf("dark", "light"), light);
  },

  async "with text at twice the size nothing sticks out"() {
    const visit = await visitor(server, { viewport: { width: 1280, height: 900 } });
    const page = await openChat(visit);
    await ask(page, "when do I get my money back?");
    for (const frame of [page, frameOf(page)]) await frame.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await type(page, LONG);
    await ownAre(page, ["when do I get my money back?", LONG]);
    assert.deepEqual(await overflow(page), [0, 0, 0]);
    assert.equal(await field(page).isVisible(), true);
  },
};
