// A conversation, with everything the server sends in one.

import assert from "node:assert/strict";
import { ask, bot, chat, close, field, frameOf, fromServer, launcher, open, openChat, own, ownAre, pageOf, seen, Server, type, until, visitor } from "./world.mjs";

const server = await new Server().start();
const QUESTION = "when do I get my money back?";

/** Opens the chat in a page whose frames to the server are gathered. */
async function watched(visit) {
  const page = await visit.context.newPage();
  const frames = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => frames.push(JSON.parse(payload))));
  await page.goto(server.url);
  await open(page);
  return { page, frames };
}

export const tests = {
  async "a question gets an answer with its source"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    assert.match(await bot(page).first().innerText(), /within 5 working days/);
    await seen(async () => assert.equal(await chat(page).locator(".fd-sources button").innerText(), "Source: How long does a refund take?"));
    await seen(async () => assert.equal(await chat(page).locator(".fd-tag").first().innerText(), "automated"));
    await seen(async () => assert.equal(await chat(page).locator(".fd-name bdi").first().innerText(), "Pine"));
    assert.deepEqual(visit.faults, []);
  },

  async "a quick reply is sent as a choice and stands there as its words"() {
    const visit = await visitor(server);
    const { page, frames } = await watched(visit);
    await ask(page, QUESTION);
    const buttons = chat(page).locator(".fd-replies button");
    await seen(async () => assert.deepEqual(await buttons.allTextContents(), ["That helped", "I need more help"]));
    await buttons.first().click();
    await bot(page).nth(1).waitFor();
    await ownAre(page, [QUESTION, "That helped"]);
    await seen(async () => assert.match(await bot(page).nth(1).innerText(), /Glad I could help/));
    const { body } = frames.filter(({ type }) => type === "say")[1];
    assert.deepEqual([body.kind, body.index], ["choice", 0]);
    await seen(async () => assert.equal(await buttons.count(), 0, "old buttons are gone"));
    assert.deepEqual(visit.faults, []);
  },

  async "several products come as a row of cards: named, scrolled by the keyboard, opened outside"() {
    const visit = await visitor(server, { viewport: { width: 360, height: 740 } });
    const page = await openChat(visit);
    await ask(page, "do you have wool throws");
    const row = chat(page).getByRole("list", { name: "Products" });
    const cards = row.getByRole("listitem");
    await seen(async () => assert.deepEqual(await cards.locator(".fd-card-title").allTextContents(), ["blue", "green", "grey"].map((colour) => `Fjord wool throw, ${colour}`)));
    await seen(async () => assert.deepEqual(await cards.locator(".fd-card-title + p").allTextContents(), ["€89.00, in stock", "€89.00, in stock", "€89.00, sold out at the moment"]));
    const box = await cards.first().boundingBox();
    await cards.locator("img").first().evaluate((image) => image.decode());
    assert.deepEqual(await cards.first().boundingBox(), box, "a picture that comes moves nothing");
    const wide = await chat(page).locator(".fd-log").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.equal(wide, 0, "the row scrolls, not the conversation");

    const gone = () => row.evaluate(({ scrollLeft }) => scrollLeft);
    assert.equal(await gone(), 0);
    await row.focus();
    for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowRight");
    await frameOf(page).waitForFunction(() => document.querySelector(".fd-cards").scrollLeft > 100);
    // The arrow keys scroll smoothly: what is focused meanwhile would be carried on.
    await row.evaluate((cards) => new Promise((still) => {
      const look = (before) => (cards.scrollLeft === before ? still() : setTimeout(look, 100, cards.scrollLeft));
      look(-1);
    }));
    const link = cards.nth(2).getByRole("link", { name: "View it (opens in a new tab)" });
    for (const card of [0, 1, 2]) {
      await page.keyboard.press("Tab");
      const at = cards.nth(card).getByRole("link");
      await seen(async () => assert.ok(await at.evaluate((link) => link === document.activeElement), "each link is a stop of the tab key"));
      await frameOf(page).waitForFunction(() => {
        const { left, right } = document.activeElement.closest("li").getBoundingClientRect();
        return left >= 0 && right <= innerWidth;
      });
    }
    await seen(async () => assert.deepEqual(await link.evaluate(({ rel, target }) => [rel, target]), ["noopener noreferrer", "_blank"]));
    const [opened] = await Promise.all([visit.context.waitForEvent("page"), page.keyboard.press("Enter")]);
    await opened.waitForLoadState();
    assert.equal(new URL(opened.url()).pathname + new URL(opened.url()).search, "/p/fjord-wool-throw?v=3");
    await seen(async () => assert.equal(await opened.evaluate(() => window.opener), null));
    assert.deepEqual(visit.faults, []);
  },

  async "a person is asked for: the waiting line, the truth about who is there, and back"() {
    const visit = await visitor(server);
    const { page, frames } = await watched(visit);
    await chat(page).locator(".fd-person").click();
    await chat(page).locator(".fd-line", { hasText: "You asked for a person" }).waitFor();
    await chat(page).locator(".fd-status", { hasText: "Nobody from the team is here right now" }).waitFor();
    const person = chat(page).locator(".fd-person");
    assert.deepEqual([await person.innerText(), await person.getAttribute("aria-disabled")], ["A person has been asked for", "true"]);
    // It says "disabled" to Playwright as to everyone; pressed all the same, it asks no second time.
    await person.click({ force: true });
    // A button sends this by name. Typed, it is only words.
    await type(page, "/back_to_bot");
    await ownAre(page, ["/back_to_bot"]);
    await seen(async () => assert.equal(await person.innerText(), "A person has been asked for"));
    assert.equal(frames.filter(({ type }) => type === "act").length, 1, "asked once");
    await page.reload();
    await open(page);
    await chat(page).locator(".fd-status", { hasText: "Nobody from the team" }).waitFor();
    await chat(page).locator(".fd-replies button", { hasText: "Go on with the assistant" }).click();
    await chat(page).locator(".fd-line", { hasText: "The automated assistant answers again" }).waitFor();
    assert.equal(await person.innerText(), "Talk to a person");
    await chat(page).locator(".fd-status:empty").waitFor({ state: "attached" });
    assert.deepEqual(visit.faults, []);
  },

  async "a reload keeps the conversation: nothing lost, nothing doubled"() {
    const visit = await visitor(server);
    let page = await openChat(visit);
    await ask(page, QUESTION);
    await ask(page, "do you accept paypal?");
    await chat(page).locator(".fd-replies button").first().waitFor();
    const rows = () => chat(page).locator(".fd-log .fd-bubble").allTextContents();
    const before = await rows();
    for (let n = 0; n < 3; n += 1) {
      await page.reload();
      assert.equal(await launcher(page).isVisible(), true);
      await open(page);
      await ownAre(page, [QUESTION, "do you accept paypal?"]);
      await seen(async () => assert.deepEqual(await rows(), before));
    }
    page = await fromServer(page);
    await ownAre(page, [QUESTION, "do you accept paypal?"]);
    await seen(async () => assert.deepEqual(await rows(), before));
    await ask(page, "and by card?");
    assert.deepEqual((await own(page).allTextContents()).length, 3);
    assert.deepEqual(visit.faults, []);
  },

  async "a page left in the middle of sending loses nothing"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    const texts = Array.from({ length: 8 }, (_, n) => `hello number ${n}`);
    for (const text of texts) await type(page, text);
    await page.reload();
    await open(page);
    await ownAre(page, texts);
    await ownAre(await fromServer(page), texts);
  },

  async "a second tab sees the same, both ways"() {
    const visit = await visitor(server);
    const one = await openChat(visit);
    await ask(one, QUESTION);
    const two = await openChat(visit);
    await ownAre(two, [QUESTION]);
    await type(two, "from tab two");
    await ownAre(one, [QUESTION, "from tab two"]);
    await type(one, "from tab one");
    await ownAre(two, [QUESTION, "from tab two", "from tab one"]);
    await ownAre(one, [QUESTION, "from tab two", "from tab one"]);
    await chat(one).locator(".fd-person").click();
    await chat(two).locator(".fd-status", { hasText: "Nobody from the team" }).waitFor();
    assert.deepEqual(visit.faults, []);
  },

  async "two tabs opened at the same moment share one conversation"() {
    const visit = await visitor(server);
    let hellos = 0;
    const held = [];
    const lines = new Set();
    // Neither is welcomed before both have said hello, without a token.
    await visit.context.routeWebSocket("**/v1/ws", (socket) => {
      const line = { server: socket.connectToServer(), token: null };
      lines.add(line);
      line.server.onMessage((text) => {
        const frame = JSON.parse(text);
        if (frame.type === "welcome") line.token = frame.token;
        if (hellos < 2) held.push(() => socket.send(text));
        else socket.send(text);
      });
      socket.onMessage((text) => {
        line.server.send(text);
        if (JSON.parse(text).type === "hello") hellos += 1;
        if (hellos >= 2) held.splice(0).forEach((release) => release());
      });
      socket.onClose(() => {
        lines.delete(line);
        void line.server.close();
      });
    });
    const [one, two] = [await pageOf(visit), await pageOf(visit)];
    await open(one);
    await open(two);
    const agreed = () => {
      const [a, b] = [...lines].map(({ token }) => token);
      return hellos > 2 && a !== null && a === b;
    };
    await until(agreed, () => `one token for both: ${JSON.stringify([...lines])}`);
    await type(one, "first");
    await ownAre(one, ["first"]);
    await ownAre(two, ["first"]);
    await type(two, "second");
    await ownAre(one, ["first", "second"]);
    assert.deepEqual(visit.faults, []);
  },

  async "news while the chat is closed are counted on its button"() {
    const visit = await visitor(server);
    const one = await openChat(visit);
    await ask(one, QUESTION);
    await one.keyboard.press("Escape");
    const two = await openChat(visit);
    await ask(two, "do you accept paypal?");
    const counted = one.getByRole("button", { name: /New messages: [1-9]/ });
    await counted.waitFor();
    await open(one);
    await one.keyboard.press("Escape");
    await launcher(one).waitFor();
    await seen(async () => assert.equal(await counted.count(), 0));
  },

  // One message every ten seconds after the first three: even a slow machine types four in less.
  async "who writes too fast is told how long to wait, and loses nothing"() {
    const slow = await new Server({ env: { FRONTDESK__LIMITS__VISITOR_PER_10S: "1", FRONTDESK__LIMITS__VISITOR_BURST: "3" } }).start();
    const visit = await visitor(slow);
    const page = await openChat(visit);
    // Typed before the line is up, a message may be written over by the next.
    await chat(page).locator(".fd-head h1", { hasText: "Pine" }).waitFor();
    const texts = Array.from({ length: 4 }, (_, n) => `message ${n}`);
    for (const [n, text] of texts.entries()) {
      await type(page, text);
      await own(page).nth(n).waitFor();
    }
    await chat(page).locator(".fd-status", { hasText: /goes out in \d+ second/ }).waitFor();
    await ownAre(page, texts);
    await seen(async () => assert.doesNotMatch((await chat(page).locator(".fd-status").textContent()) ?? "", /goes out in/));
    await ownAre(await fromServer(page), texts);
    assert.deepEqual(visit.faults, []);
    await slow.remove();
  },

  async "too long a text is not sent, and says so; the longest one is"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await chat(page).locator(".fd-head h1", { hasText: "Pine" }).waitFor();
    // Two UTF-16 units each: counted as one character here and on the server.
    const longest = "😀".repeat(8000);
    await field(page).fill(`${longest}x`);
    await seen(async () => assert.equal(await chat(page).locator(".fd-count").innerText(), "1 characters too many"));
    await field(page).press("Enter");
    await seen(async () => assert.equal(await own(page).count(), 0));
    await field(page).fill(longest);
    await field(page).press("Enter");
    await ownAre(page, [longest]);
    assert.deepEqual(visit.faults, []);
  },

  async "German and Arabic shoppers get their own words and direction"() {
    const german = await openChat(await visitor(server));
    // While it is open.
    await german.evaluate(() => window.frontdesk("locale", "de"));
    await chat(german).locator(".fd-disclosure", { hasText: "automatischen Assistenten von Harbour" }).waitFor();
    await ask(german, "wie kann ich bezahlen?");
    await chat(german).locator(".fd-person", { hasText: "Mit einem Menschen sprechen" }).waitFor();
    const visit = await visitor(server);
    await visit.context.addInitScript(() => {
      window.frontdesk = (...call) => (window.frontdesk.q ??= []).push(call);
      window.frontdesk("locale", "ar-EG");
    });
    const arabic = await openChat(visit);
    await seen(async () => assert.equal(await chat(arabic).locator(".fd-panel").evaluate((element) => getComputedStyle(element).direction), "rtl"));
    await ask(arabic, "hello");
    const [mine, theirs] = [await own(arabic).first().boundingBox(), await bot(arabic).first().boundingBox()];
    assert.ok(mine.x < theirs.x, "own messages stand on the left");
    const panel = await arabic.locator("iframe:visible").boundingBox();
    await close(arabic);
    const button = await launcher(arabic).boundingBox();
    // Within the panel's edge.
    assert.deepEqual([Math.round(panel.x), Math.round(button.x)], [17, 16], "panel and button stand on the left");
  },

  async "a person is offered once at a time"() {
    const offers = [
      ["en", "Could you put it another way?", "Talk to a person"],
      ["de", "Magst du es mir mit anderen Worten sagen?", "Mit einem Menschen sprechen"],
    ];
    for (const [locale, answer, name] of offers) {
      const page = await pageOf(await visitor(server));
      await page.evaluate((locale) => window.frontdesk("locale", locale), locale);
      await open(page);
      await ask(page, "qwrtz plmkn");
      // This answer brings a button of the same words.
      await chat(page).getByText(answer).waitFor();
      await seen(async () => assert.equal(await chat(page).getByRole("button", { name }).count(), 1));
      await seen(async () => assert.equal(await chat(page).locator(".fd-replies").count(), 0, "an empty line of buttons"));
    }
  },
};
