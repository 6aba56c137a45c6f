// How the shop's page feels on a slow phone: how long the chat keeps it busy, and whether anything jumps.

import assert from "node:assert/strict";
import { bareSocket, blank } from "./socket.mjs";
import { Server, ask, chat, frameOf, launcher, open, own, pageWith, visitor } from "./world.mjs";

/** A phone of some years ago, beside the machine that runs this. */
const SLOWER = 4;

/** Gathers, in every frame of the page, what its browser calls a long task and a layout shift. */
function gather() {
  window.longTasks = [];
  window.shifts = [];
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("longtask", ({ startTime, duration }) => window.longTasks.push({ at: performance.timeOrigin + startTime, duration }));
  // As web vitals count it: what moves right after an input was asked for.
  watch("layout-shift", ({ hadRecentInput, value }) => hadRecentInput || window.shifts.push(value));
}

/** Everything noted so far: the tasks of all frames, the shifts of the page and those within the chat. */
async function noted(page) {
  const all = await Promise.all(page.frames().map((frame) => frame.evaluate(() => ({ tasks: window.longTasks ?? [], shifts: window.shifts ?? [] }))));
  const [top, ...inner] = all.map(({ shifts }) => shifts);
  return { tasks: all.flatMap(({ tasks }) => tasks), shift: sum(top), within: sum(inner.flat()) };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const longest = (tasks) => Math.round(Math.max(0, ...tasks.map(({ duration }) => duration)));

function measured(viewport, phone) {
  return async () => {
    const server = await new Server().start();
    const visit = await visitor(server, { viewport, phone });
    await visit.context.addInitScript(gather);
    const page = await visit.context.newPage();
    const devtools = await visit.context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    const settled = () => page.evaluate(() => new Promise((idle) => requestIdleCallback(() => setTimeout(idle, 200))));
    await page.goto(server.url, { waitUntil: "networkidle" });
    await settled();
    const before = await noted(page);

    const clicked = Date.now();
    await launcher(page).click();
    await chat(page).locator(".fd-panel").waitFor();
    const shown = Date.now() - clicked;
    await settled();
    const asked = Date.now();
    for (const text of ["wheres my stuff", "10042", "ann@example.com"]) await ask(page, text);
    await chat(page).locator(".fd-card img").waitFor();
    await settled();
    const { tasks, shift, within } = await noted(page);
    const opened = tasks.filter(({ at }) => at >= clicked && at < asked);
    const talked = tasks.filter(({ at }) => at >= asked);
    const where = `${viewport.width} px, ${SLOWER}× slowed CPU`;
    const figure = (what) => console.log(`figure: ${what}`);
    figure(`the shop page before the click, ${where}: long tasks ${before.tasks.length}, longest ${longest(before.tasks)} ms, layout shift ${before.shift.toFixed(3)}`);
    figure(`opening the chat, ${where}: shown after ${shown} ms, long tasks ${opened.length}, longest task ${longest(opened)} ms`);
    figure(`three questions and a card, ${where}: long tasks ${talked.length}, longest task ${longest(talked)} ms, layout shift of the page ${shift.toFixed(3)}, within the chat ${within.toFixed(3)}`);
    // Time depends on the machine and is only told; what jumps does not.
    assert.ok(shift < 0.02, `layout shift ${shift}`);
    assert.deepEqual(visit.faults, []);
    await visit.context.close();
    await server.remove();
  };
}

const LINES = 300;

/** Everything comes as a frame for each event; that is no reason to draw it all again for each of them. */
async function long() {
  const server = await new Server().start();
  const writer = await visitor(server);
  const { asks, says, welcome } = await bareSocket(await blank(writer), "/v1/ws", "chat.v1", { locale: "en" });
  const lines = Array.from({ length: LINES }, (_, at) => `line ${at}`);
  await says("hello");
  await asks({ type: "act", act: "human" }, ...lines.map((text) => ({ type: "say", body: { kind: "text", text } })));
  const { token } = await welcome();
  await writer.context.close();

  const visit = await visitor(server);
  await visit.context.addInitScript(() => {
    window.drawings = 0;
    addEventListener("DOMContentLoaded", () => new MutationObserver(() => (window.drawings += 1)).observe(document.body, { childList: true, subtree: true }));
  });
  const page = await pageWith(visit, token);
  const clicked = Date.now();
  await open(page);
  await frameOf(page).waitForFunction((count) => document.querySelectorAll(".fd-own .fd-bubble").length === count, LINES + 1);
  console.log(`figure: a conversation of ${LINES} lines: opened after ${Date.now() - clicked} ms`);
  assert.deepEqual(await own(page).allTextContents(), ["hello", ...lines]);
  const drawings = await frameOf(page).evaluate(() => window.drawings);
  // By the clock, so more on a slow machine; one for each frame would be more than all lines.
  assert.ok(drawings > 0 && drawings < LINES / 2, `drawn ${drawings} times`);
  assert.deepEqual(visit.faults, []);
  await visit.context.close();
  await server.remove();
}

export const tests = {
  "vitals: a long conversation is drawn in a few goes": long,
  "vitals: the chat keeps a slow desktop's page still": measured({ width: 1280, height: 800 }, false),
  "vitals: the chat keeps a slow phone's page still": measured({ width: 360, height: 740 }, true),
};
