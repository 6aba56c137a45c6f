// How the shop's page feels on a slow phone: how long the chat keeps it busy, and whether anything jumps.

import assert from "node:assert/strict";
import { Server, ask, chat, frameOf, launcher, open, own, pageOf, visitor } from "./world.mjs";

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

/** Says so many lines to whoever will be there one day, from a page of the server. */
function write([token, lines]) {
  return new Promise((written) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/ws`, "chat.v1");
    const send = (frame) => socket.send(JSON.stringify(frame));
    let acked = 0;
    const next = () => send({ type: "say", id: `${acked}`, client_id: `line-${acked}`, body: { kind: "text", text: `line ${acked}` } });
    socket.onopen = () => send({ type: "hello", token, locale: "en", page: location.href });
    socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === "welcome") send({ type: "act", id: "human", client_id: "human", act: "human" });
      if (type !== "ack") return;
      if (acked === lines) return written();
      next();
      acked += 1;
    };
  });
}

/** Everything comes as a frame for each event; that is no reason to draw it all again for each of them. */
async function long() {
  const server = await new Server().start();
  const visit = await visitor(server);
  const first = await pageOf(visit);
  await open(first);
  await ask(first, "hello");
  const token = await first.evaluate(() => localStorage.getItem("frontdesk.token"));
  await first.evaluate(write, [token, LINES]);
  await first.close();

  await visit.context.addInitScript(() => {
    window.drawings = 0;
    addEventListener("DOMContentLoaded", () => new MutationObserver(() => (window.drawings += 1)).observe(document.body, { childList: true, subtree: true }));
  });
  const page = await visit.context.newPage();
  await page.goto(server.url);
  await page.evaluate((token) => {
    localStorage.clear();
    localStorage.setItem("frontdesk.token", token);
  }, token);
  const clicked = Date.now();
  await open(page);
  await frameOf(page).waitForFunction((count) => document.querySelectorAll(".fd-own .fd-bubble").length === count, LINES + 1);
  console.log(`figure: a conversation of ${LINES} lines: opened after ${Date.now() - clicked} ms`);
  assert.deepEqual(await own(page).allTextContents(), ["hello", ...Array.from({ length: LINES }, (_, at) => `line ${at}`)]);
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
