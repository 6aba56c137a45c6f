// Before the first click, at first contact, and without a mouse.

import assert from "node:assert/strict";
import { ask, bot, chat, close, field, focused, kept, launcher, LIMIT_MS, open, openChat, own, ownAre, pageOf, seen, Server, visitor } from "./world.mjs";

const server = await new Server().start();

/** The focus goes from page to frame and back by messages, so it is there a moment later. */
async function focusIs(page, name) {
  const end = Date.now() + LIMIT_MS;
  while ((await focused(page)) !== name && Date.now() < end);
  assert.equal(await focused(page), name);
}

export const tests = {
  async "nothing happens before the first click: no socket, no storage, no request"() {
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    const seen = [];
    page.on("websocket", (socket) => seen.push(socket.url()));
    await page.goto(server.url, { waitUntil: "networkidle" });
    // Pictures further down and the tab's icon are the page's own.
    page.on("request", (request) => /\/(assets|img)\/[^/]+\.svg$/.test(request.url()) || seen.push(request.url()));
    await page.mouse.move(900, 700);
    await page.getByRole("navigation").first().getByRole("link").first().click();
    await page.keyboard.press("End");
    // Tabs switched to and fro, the line gone and back: reasons to wake up, for a chat that was ever opened.
    await page.evaluate(async () => {
      for (const name of ["online", "offline", "pagehide", "pageshow", "focus"]) dispatchEvent(new Event(name));
      document.dispatchEvent(new Event("visibilitychange"));
      await new Promise((idle) => requestIdleCallback(idle));
    });
    assert.deepEqual(seen, []);
    assert.deepEqual(await kept(page), [0, 0, "", 0, 0, 0]);
    assert.equal(page.frames().length, 1);
    const socket = page.waitForEvent("websocket");
    await open(page);
    assert.equal((await socket).url(), server.url.replace("http", "ws") + "v1/ws");
    assert.deepEqual(visit.faults, []);
  },

  async "an opened chat without a word sets no cookie and makes no conversation"() {
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    const welcome = new Promise((resolve) =>
      page.on("websocket", (socket) =>
        socket.on("framereceived", ({ payload }) => JSON.parse(payload).type === "welcome" && resolve(JSON.parse(payload))),
      ),
    );
    await page.goto(server.url);
    await open(page);
    const { conversation, head } = await welcome;
    assert.deepEqual([conversation, head, await page.evaluate(() => document.cookie)], [null, 0, ""]);
  },

  async "the shopper is told at first contact that it is an assistant, with the line and without"() {
    for (const dead of [false, true]) {
      const visit = await visitor(server);
      if (dead) await visit.context.routeWebSocket("**/v1/ws", () => undefined);
      const page = await openChat(visit);
      if (!dead) await chat(page).locator(".fd-head h1", { hasText: "Pine" }).waitFor();
      const told = chat(page).locator(".fd-disclosure");
      assert.match(await told.innerText(), /automated assistant/);
      const [box, below] = [await told.boundingBox(), await field(page).boundingBox()];
      assert.ok(box.height > 10 && box.y >= 0 && box.y + box.height < below.y, "in sight, above the field");
      const opacity = await told.evaluate((element) => getComputedStyle(element).opacity + getComputedStyle(element).visibility);
      assert.equal(opacity, "1visible");
    }
  },

  async "the chat can be used with the keyboard alone"() {
    const visit = await visitor(server);
    const page = await pageOf(visit);
    // The button is the last thing on the page.
    await page.keyboard.press("Shift+Tab");
    await focusIs(page, "Chat with us");
    await page.keyboard.press("Enter");
    await chat(page).locator(".fd-panel").waitFor();
    await focusIs(page, "Write a message");
    await page.keyboard.type("when do I get");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("my money back?");
    await page.keyboard.press("Enter");
    await bot(page).first().waitFor();
    assert.deepEqual(await own(page).allTextContents(), ["when do I get\nmy money back?"]);
    await focusIs(page, "Write a message");
    // Backwards from the field, everything in the panel is reached: person, buttons, source, log, close.
    const reached = [];
    for (let n = 0; n < 10 && !reached.includes("More"); n += 1) {
      await page.keyboard.press("Shift+Tab");
      reached.push(await focused(page));
    }
    const source = "Source: How long does a refund take?";
    assert.deepEqual(reached, ["Talk to a person", "I need more help", "That helped", source, "Conversation", "Close the chat", "More"]);
    await page.keyboard.press("Escape");
    await launcher(page).waitFor();
    await focusIs(page, "Chat with us");
    await page.keyboard.press("Space");
    await focusIs(page, "Write a message");
    assert.deepEqual(visit.faults, []);
  },

  async "half-written words stay when the chat is closed and opened"() {
    const page = await openChat(await visitor(server));
    await field(page).fill("half a thou");
    await page.keyboard.press("Escape");
    await open(page);
    assert.equal(await field(page).inputValue(), "half a thou");
  },

  async "on a phone the page under the chat is out of reach, and back afterwards"() {
    const page = await openChat(await visitor(server, { phone: true, viewport: { width: 360, height: 740 } }));
    const inert = () => page.evaluate(() => document.querySelector("main").closest("[inert]") !== null);
    assert.equal(await inert(), true);
    await seen(async () => assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overflow), "hidden"));
    await close(page);
    assert.equal(await inert(), false);
    assert.equal(await focused(page), "Chat with us");
  },

  async "without storage the chat works on from memory"() {
    const visit = await visitor(server);
    await visit.context.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("denied", "QuotaExceededError");
      };
    });
    const page = await openChat(visit);
    await ask(page, "when do I get my money back?");
    await ownAre(page, ["when do I get my money back?"]);
    assert.deepEqual(visit.faults, []);
  },

  async "without scripts the page says whom to write to"() {
    const { context } = await visitor(server, { javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.url);
    await seen(async () => assert.match(await page.locator("noscript").innerText(), /write to support@shop\.example: a person answers/));
  },
};
