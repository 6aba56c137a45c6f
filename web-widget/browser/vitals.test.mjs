// How the shop's page feels on a slow phone: how long the chat keeps it busy, and whether anything jumps.

import assert from "node:assert/strict";
import { Server, ask, launcher, chat, visitor } from "./world.mjs";

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

export const tests = {
  "vitals: the chat keeps a slow desktop's page still": measured({ width: 1280, height: 800 }, false),
  "vitals: the chat keeps a slow phone's page still": measured({ width: 360, height: 740 }, true),
};
