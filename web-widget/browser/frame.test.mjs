// The shop's page and the frame in it: on another origin, under a strict policy, and with others about who send messages.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { ask, beyondCuts, chat, close, field, frameOf, launcher, NO_LIMITS, open, openChat, own, ownAre, pageOf, seen, Server, visitor } from "./world.mjs";

const QUESTION = "when do I get my money back?";

/** The desk listens here; to a browser, "localhost" is another site, whose frames of ours get no storage. */
const HERE = "127.0.0.1";
const ELSEWHERE = "localhost";

/** A shop of somebody else's, on another origin. */
async function shopWith(page, host = HERE) {
  const http = createServer((request, response) => {
    const { policy, html } = page(http.desk);
    response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(request.url === "/favicon.ico" ? "" : html);
  });
  http.listen(0, host);
  await once(http, "listening");
  const url = `http://${host}:${http.address().port}/`;
  const env = { ...NO_LIMITS, FRONTDESK__SERVER__ORIGINS: new URL(url).origin };
  const server = await new Server({ env }).start();
  http.desk = new URL(server.url).origin;
  return { server, url, end: () => Promise.all([server.remove(), http.close()]) };
}

/** Its policy names the desk and nothing beside. */
const strict = (desk) => ({
  policy: `default-src 'none'; script-src ${desk}; frame-src ${desk}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`,
  html: `<!doctype html><html lang="de"><title>Shop</title><h1>Shop</h1><script async src="${desk}/frontdesk.js"></script>`,
});

/** The shop's own page is no outside request. */
const ofDesk = (faults, shop) => beyondCuts(faults).filter((fault) => !fault.startsWith(`outside request: ${shop.url}`));

async function at(shop, visit) {
  const page = await visit.context.newPage();
  await page.goto(shop.url);
  await open(page);
  return page;
}

export const tests = {
  async "a shop on another origin, with a policy that allows nothing inline"() {
    const shop = await shopWith(strict);
    const visit = await visitor(shop.server);
    const page = await at(shop, visit);
    await ask(page, "wie kann ich bezahlen?");
    await ownAre(page, ["wie kann ich bezahlen?"]);
    // The page's language is the chat's, and the page keeps the token and no word.
    await seen(async () => assert.equal(await chat(page).locator(".fd-panel").getAttribute("lang"), "de"));
    await seen(async () => assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ["frontdesk.token"]));
    const names = await page.evaluate(() => Object.keys(window).filter((name) => /front|desk|chat/i.test(name)));
    assert.deepEqual(names, ["frontdesk"]);
    const [box, style] = [await launcher(page).count(), await page.locator("iframe").evaluate((frame) => getComputedStyle(frame).borderTopWidth)];
    assert.deepEqual([box, style], [0, "0px"], "the styles hold under the policy");
    await page.reload();
    await open(page);
    await ownAre(page, ["wie kann ich bezahlen?"]);
    assert.deepEqual(ofDesk(visit.faults, shop), []);
    await shop.end();
  },

  async "the browser empties the frame's storage: the page's token brings the conversation back"() {
    const shop = await shopWith(strict);
    const visit = await visitor(shop.server);
    const page = await at(shop, visit);
    await ask(page, "wie kann ich bezahlen?");
    await page.close();
    const next = await visit.context.newPage();
    await next.addInitScript(() => location.pathname === "/widget" && localStorage.clear());
    await next.goto(shop.url);
    await open(next);
    await ownAre(next, ["wie kann ich bezahlen?"]);
    assert.deepEqual(ofDesk(visit.faults, shop), []);
    await shop.end();
  },

  async "where the frame may keep nothing, the page does, unsent messages too"() {
    const shop = await shopWith(strict, ELSEWHERE);
    const visit = await visitor(shop.server);
    const page = await at(shop, visit);
    await assert.rejects(frameOf(page).evaluate(() => localStorage.length), /denied/);
    await ask(page, "wie kann ich bezahlen?");
    await visit.context.setOffline(true);
    await chat(page).locator(".fd-status", { hasText: "Keine Verbindung" }).waitFor();
    await field(page).fill("ohne Netz geschrieben");
    await field(page).press("Enter");
    await chat(page).locator(".fd-state", { hasText: "Wartet auf Verbindung" }).waitFor();
    const keeps = (...kinds) =>
      page.waitForFunction((kinds) => String(Object.keys(localStorage).map((key) => key.split(".")[1]).sort()) === kinds, String(kinds));
    await keeps("log", "out", "token");
    await visit.context.setOffline(false);
    await page.reload();
    await open(page);
    await own(page).nth(1).waitFor();
    assert.deepEqual(await own(page).allTextContents(), ["wie kann ich bezahlen?", "ohne Netz geschrieben"]);
    await chat(page).locator(".fd-state", { hasText: "Gesendet" }).waitFor();
    await keeps("log", "token");
    assert.deepEqual(ofDesk(visit.faults, shop), []);
    await shop.end();
  },

  async "messages of others are ignored, by the page and by the frame"() {
    const server = await new Server().start();
    // Without the policy: what is to hold here is the care of the two scripts.
    const visit = await visitor(server, { bypassCSP: true });
    const page = await openChat(visit);
    await ask(page, QUESTION);
    const token = await page.evaluate(() => localStorage.getItem("frontdesk.token"));
    await page.evaluate(async () => {
      const frame = document.querySelector("body > div:last-of-type").shadowRoot.querySelector("iframe");
      const evil = document.body.appendChild(document.createElement("iframe"));
      const turn = () => new Promise((next) => setTimeout(next, 50));
      window.answers = [];
      const listen = (port) => (port.onmessage = ({ data }) => window.answers.push(data));
      evil.contentWindow.addEventListener("message", ({ data }) => window.answers.push(data));
      // As if the frame knocked: from another window, and from the page itself.
      const run = (from) => new from.Function("target", "message", "ports", "target.postMessage(message, '*', ports)");
      for (const from of [evil.contentWindow, window]) {
        for (const message of [{ frontdesk: "knock" }, { say: "close" }, { say: "store", item: ["frontdesk.token", "stolen"] }, null, "knock"]) {
          const { port1, port2 } = new MessageChannel();
          listen(port1);
          run(from)(window, message, [port2]);
        }
        // As if the page handed over: from another window, and from the page a second time.
        const { port1, port2 } = new MessageChannel();
        listen(port1);
        const look = { scheme: "dark", accent: "red", on: "red" };
        run(from)(frame.contentWindow, { frontdesk: "handover", locale: "ar", look, items: [["frontdesk.token", "stolen"]] }, [port2]);
        port1.postMessage({ say: "send", text: "not mine", now: true });
        await turn();
      }
      evil.remove();
    });
    await page.waitForTimeout(300);
    await seen(async () => assert.deepEqual(await page.evaluate(() => window.answers), []));
    await seen(async () => assert.equal(await page.evaluate(() => localStorage.getItem("frontdesk.token")), token));
    await seen(async () => assert.equal(await chat(page).locator(".fd-panel").getAttribute("lang"), "en"));
    await ownAre(page, [QUESTION]);
    await server.remove();
  },

  async "what comes through the right port and is no message does not stop the chat"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    await visit.context.addInitScript(() => {
      const Channel = window.MessageChannel;
      window.MessageChannel = class {
        constructor() {
          const { port1, port2 } = new Channel();
          Object.assign(this, { port1, port2 });
          window.port = port1;
        }
      };
    });
    const page = await openChat(visit);
    await page.evaluate(() => {
      const says = ["open", "locale", "look", "send", "stored", "reset "];
      const wrong = [undefined, null, 7, {}, [], "x"];
      for (const say of says) for (const part of wrong) window.port.postMessage({ say, open: part, page: 7, locale: [part], look: null, text: [part], now: true, item: part });
      for (const message of wrong) window.port.postMessage(message);
      // The right shape, and far too much of it.
      window.port.postMessage({ say: "locale", locale: "en-".padEnd(10_000, "x") });
      window.port.postMessage({ say: "open", open: true, page: "x".repeat(10_000) });
    });
    await ask(page, QUESTION);
    await ownAre(page, [QUESTION]);
    assert.deepEqual(visit.faults, []);
    await server.remove();
  },

  async "another page in the frame is handed nothing"() {
    const spy = await shopWith(() => ({
      policy: "default-src 'self' 'unsafe-inline'",
      html: `<!doctype html><title>Spy</title><script>
        addEventListener("message", ({ data }) => document.title = JSON.stringify(data));
        parent.postMessage({ frontdesk: "knock" }, "*")</script>`,
    }));
    const visit = await visitor(spy.server, { bypassCSP: true });
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await frameOf(page).goto(spy.url);
    await page.waitForTimeout(300);
    const inside = page.frames().find((frame) => frame.url() === spy.url);
    await seen(async () => assert.equal(await inside.title(), "Spy"));
    await spy.end();
  },

  async "the shop's calls, before the script is there and after"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const warned = [];
    await visit.context.addInitScript(() => {
      if (window !== top) return;
      window.heard = [];
      window.frontdesk = function () {
        (window.frontdesk.q = window.frontdesk.q || []).push(arguments);
      };
      for (const event of ["ready", "open", "close", "unread"]) window.frontdesk("on", event, (value) => window.heard.push([event, value ?? null]));
      for (const event of ["ready", "open"]) for (const run of [undefined, null, 7, {}, "run"]) window.frontdesk("on", event, run);
      window.frontdesk("theme", { scheme: "dark", accent: "hsl(330 45% 30%)" });
      window.frontdesk("send", "Where is my order?");
    });
    const page = await visit.context.newPage();
    page.on("console", (message) => message.type() === "warning" && warned.push(message.text()));
    await page.goto(server.url);
    await chat(page).locator(".fd-panel").waitFor();
    assert.equal(await field(page).inputValue(), "Where is my order?", "in the field, not sent");
    await seen(async () => assert.equal(await own(page).count(), 0));
    const dressed = () =>
      frameOf(page).evaluate(() => {
        const { style, dataset } = document.documentElement;
        return [dataset.theme, style.getPropertyValue("--on-accent"), getComputedStyle(document.querySelector(".fd-face")).backgroundColor];
      });
    const [theme, ink, fill] = await dressed();
    assert.deepEqual([theme, ink], ["dark", "#fff"]);
    assert.match(fill, /^color\(srgb 0\.43/);
    await page.evaluate(() => window.frontdesk("theme", { scheme: "light", accent: "gold" }));
    await frameOf(page).waitForFunction(() => document.documentElement.dataset.theme === "light");
    assert.equal((await dressed())[1], "#000", "black reads better on gold");
    await page.evaluate(() => window.frontdesk("send", "When do I get my money back?", true));
    await ownAre(page, ["When do I get my money back?"]);
    await page.evaluate(() => ["toggle", "hide", "show", "open", "close", "boot"].forEach((verb) => window.frontdesk(verb)));
    assert.equal(await launcher(page).isVisible(), true);
    assert.deepEqual(
      (await page.evaluate(() => window.heard)).filter(([event]) => event !== "unread"),
      [["ready", null], ["open", null], ["close", null], ["open", null], ["close", null]],
    );
    assert.deepEqual(warned.slice(0, -1), Array(10).fill("frontdesk: on needs a function"));
    assert.match(warned.at(-1), /there is no "boot"; there is open,close/);
    assert.deepEqual(visit.faults, []);
    await server.remove();
  },

  async "after a reset this browser knows nothing of the conversation, in every tab"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const [one, two] = [await openChat(visit), await openChat(visit)];
    await ask(one, QUESTION);
    await ownAre(two, [QUESTION]);
    await one.evaluate(() => window.frontdesk("reset"));
    for (const page of [one, two]) await chat(page).locator(".fd-empty").waitFor();
    await ask(one, QUESTION);
    await ownAre(two, [QUESTION]);
    // And where the chat was not opened since.
    await one.close();
    await two.close();
    const next = await pageOf(visit);
    await next.evaluate(() => window.frontdesk("reset"));
    await open(next);
    await chat(next).locator(".fd-empty").waitFor();
    await seen(async () => assert.deepEqual(await next.evaluate(() => Object.keys(localStorage).filter((key) => key === "frontdesk.reset")), []));
    await server.remove();
  },

  async "the frame's server is not there: the button says so, and tries again"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    await visit.context.clock.install();
    let dead = true;
    await visit.context.route("**/widget", (route) => (dead ? route.abort() : route.continue()));
    const page = await pageOf(visit);
    await launcher(page).click();
    await visit.context.clock.runFor(16_000);
    const told = page.getByRole("button", { name: "Chat cannot be reached" });
    await told.waitFor();
    dead = false;
    await told.click();
    await chat(page).locator(".fd-panel").waitFor();
    await close(page);
    await launcher(page).waitFor();
    await server.remove();
  },
};
