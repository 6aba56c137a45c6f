// The line is cut, the server dies, and what was typed arrives once and in order.

import assert from "node:assert/strict";
import { ask, beyondCuts, bot, chat, frameOf, fromServer, open, openChat, own, ownAre, seen, Server, type, visitor } from "./world.mjs";

const QUESTION = "when do I get my money back?";

async function offline(page) {
  await chat(page).locator(".fd-status", { hasText: "No connection" }).waitFor();
}

async function online(page) {
  await frameOf(page).waitForFunction(() => !document.querySelector(".fd-status").textContent.includes("No connection"), null, { timeout: 45_000 });
}

export const tests = {
  async "the network is gone: two messages typed meanwhile arrive once and in order"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await visit.context.setOffline(true);
    await offline(page);
    await type(page, "typed offline, one");
    await type(page, "typed offline, two");
    await chat(page).locator(".fd-state", { hasText: "Waiting for a connection" }).nth(1).waitFor();
    await visit.context.setOffline(false);
    await ownAre(page, [QUESTION, "typed offline, one", "typed offline, two"]);
    await ownAre(await fromServer(page), [QUESTION, "typed offline, one", "typed offline, two"]);
    assert.deepEqual(beyondCuts(visit.faults), []);
    await server.remove();
  },

  async "the server is killed and starts again: nothing lost, nothing doubled, for both tabs"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const [one, two] = [await openChat(visit), await openChat(visit)];
    await ask(one, QUESTION);
    await ownAre(two, [QUESTION]);
    await server.kill();
    await offline(one);
    await type(one, "typed while it was dead, one");
    await type(one, "typed while it was dead, two");
    await server.start();
    await Promise.all([online(one), online(two)]);
    const all = [QUESTION, "typed while it was dead, one", "typed while it was dead, two"];
    await ownAre(one, all);
    await ownAre(two, all);
    // What was asked before it died is answered once, what came after is answered too.
    await bot(two).nth(1).waitFor();
    await ownAre(await fromServer(one), all);
    const answers = await bot(two).allTextContents();
    assert.equal(answers.filter((text) => text === answers[0]).length, 1);
    assert.deepEqual(beyondCuts(visit.faults), []);
    await server.remove();
  },

  async "killed in the middle of a stream of messages, three times"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const page = await openChat(visit);
    const texts = [];
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 6; n += 1) {
        texts.push(`round ${round}, message ${n}`);
        await type(page, texts.at(-1));
        // Some are on disk, some on the wire, some not yet sent.
        if (n === 2) void server.kill();
      }
      await server.kill();
      await offline(page);
      await server.start();
      await online(page);
      await ownAre(page, texts);
    }
    await ownAre(await fromServer(page), texts);
    assert.deepEqual(beyondCuts(visit.faults), []);
    await server.remove();
  },

  async "the answer is lost on the way: what is sent again is not stored again"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    let cuts = 0;
    await page.routeWebSocket("**/v1/ws", (socket) => {
      const line = socket.connectToServer();
      line.onMessage((text) => {
        const { type } = JSON.parse(text);
        // It is on the server's disk; the page never hears of it.
        if (type === "ack" && cuts < 3) {
          cuts += 1;
          void line.close();
          void socket.close({ code: 1001 });
        } else if (type !== "event" || cuts === 3) socket.send(text);
      });
    });
    await page.goto(server.url);
    await open(page);
    await type(page, "once, and only once");
    await ownAre(page, ["once, and only once"]);
    await ownAre(await fromServer(page), ["once, and only once"]);
    assert.equal(cuts, 3);
    await server.remove();
  },

  async "the page is left while offline: the messages go out from the next page"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await visit.context.setOffline(true);
    await offline(page);
    await type(page, "typed and left");
    await page.close();
    await visit.context.setOffline(false);
    const next = await openChat(visit);
    await ownAre(next, [QUESTION, "typed and left"]);
    await server.remove();
  },

  async "a person asked for while offline is asked for once the line is back"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await visit.context.setOffline(true);
    await offline(page);
    await chat(page).locator(".fd-person").click();
    await chat(page).locator(".fd-asking").waitFor();
    await visit.context.setOffline(false);
    await chat(page).locator(".fd-line", { hasText: "You asked for a person" }).waitFor();
    await seen(async () => assert.equal(await chat(page).locator(".fd-asking").count(), 0));
    await server.remove();
  },

  async "a token of another server is forgotten, what was typed is not"() {
    const server = await new Server().start();
    const visit = await visitor(server);
    const first = await openChat(visit);
    await ask(first, QUESTION);
    await first.evaluate(() => localStorage.setItem("frontdesk.token", "not a token"));
    await first.reload();
    await open(first);
    await type(first, "typed under the wrong token");
    await ownAre(first, ["typed under the wrong token"]);
    await seen(async () => assert.equal(await own(first).count(), 1));
    assert.deepEqual(visit.faults, []);
    await server.remove();
  },
};
