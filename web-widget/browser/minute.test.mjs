// The whole minute, through the pages as people use them: the shop, the chat, the desk and the scoreboard, on files that
// may be edited. Nothing is faked: a real server, and a browser of their own for everybody.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD, faultsOf, overflow, staff } from "./staff.mjs";
import { ask, beyondCuts, bot, chat, copyOfShop, field, focused, kept, NO_LIMITS, open, openChat, own, ownAre, pageOf, seen, Server, type, visitor, walkTo } from "./world.mjs";

const REFUND = "how long do refunds take?";
const REFUND_TITLE = "How long does a refund take?";
const RUBBISH = "this is rubbish, give me a person";
/** Nothing in the starter shop knows it. */
const UNKNOWN = "do you tie a bow around it?";
/** What this minute comes to: the shopper and the one whom Bo had; who asked for the bow; the two who were told nothing. */
const OUTCOMES = { "Answered, confirmed": 1, "Answered, assumed": 0, "Handed over": 2, Abandoned: 2, "Not a request": 0 };
/** Leases last 15 seconds; the server looks every few. */
const LEASE_MS = 40_000;

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 740 }, phone: true };

/** A server on files of its own, and three people who may log in. One chat at a time for each, so that a queue forms. */
async function aShop() {
  const folders = copyOfShop();
  const server = await new Server({ ...folders, env: { ...NO_LIMITS, FRONTDESK__DESK__AGENT_CAPACITY: "1" } }).start();
  for (const [name, role] of [["Ann", "agent"], ["Bo", "agent"], ["Ada", "admin"]]) await server.addUser(name, role, PASSWORD);
  return { server, ...folders };
}

const said = async (page) => (await bot(page).allInnerTexts()).map((text) => text.trim());
const lastSaid = async (page) => (await said(page)).at(-1);
const line = (page, hasText) => chat(page).locator(".fd-line", { hasText });
const status = (page) => chat(page).locator(".fd-status");
const button = (page, name) => page.getByRole("button", { name, exact: true });
const bubbles = (page) => page.locator(".log .bubble").allInnerTexts();
const reply = (page) => page.locator(".composer textarea");

/** The bot says something that fits, as its last words. */
async function hears(page, pattern, ms) {
  await bot(page).filter({ hasText: pattern }).last().waitFor({ timeout: ms });
  await untilAsked(async () => pattern.test(await lastSaid(page)), async () => `${pattern} as the last of ${JSON.stringify(await said(page))}`);
}

/** As `until`, for what a page has to be asked. */
async function untilAsked(holds, what, ms = 15_000) {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${await what()}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** A shop page on which nothing has happened yet, and proof of it. */
async function untouched(visit) {
  const page = await visit.context.newPage();
  const asked = [];
  page.on("websocket", (socket) => asked.push(socket.url()));
  // On a busy machine the line is idle before the page has asked for its products.
  const products = page.waitForResponse((response) => new URL(response.url()).pathname === "/v1/catalog");
  await page.goto(visit.server.url, { waitUntil: "networkidle" });
  await products;
  page.on("request", (request) => /\.svg$/.test(new URL(request.url()).pathname) || asked.push(request.url()));
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(idle)));
  assert.deepEqual(asked, [], "no request before the click");
  assert.deepEqual(await kept(page), [0, 0, "", 0, 0, 0], "nothing kept before the click");
  assert.equal(page.frames().length, 1);
  return page;
}

/** Where is my order, with a question in the middle, up to the email. */
async function upToTheEmail(page, { cite }) {
  await ask(page, "wheres my stuff");
  await hears(page, /What is your order number\?/);
  await ask(page, "10042");
  await hears(page, /the email address you ordered with\?/);
  await ask(page, REFUND);
  const [answer, again, ...more] = (await lastSaid(page)).split("\n\n");
  assert.match(answer, /^Your refund goes out within 5 working days[^.?!]*\.$/, "one sentence");
  assert.match(again, /the email address you ordered with\?/, "back to the question");
  assert.deepEqual(more, []);
  await cite();
}

/** The card of order 10042, with its carrier, its day, its picture and its link. */
async function orderCard(page) {
  const card = chat(page).locator(".fd-card");
  await card.waitFor();
  assert.match(await lastSaid(page), /Order 10042 left us on .*20.*DHL expects to deliver it on .*24/s);
  assert.match(await card.innerText(), /Fjord wool throw, blue\s+DHL, .*24/s);
  const link = card.getByRole("link", { name: /Track parcel/ });
  assert.equal(await link.getAttribute("href"), "https://track.example/dhl/00340434161090010042");
  const picture = card.locator("img");
  await untilAsked(() => picture.evaluate((image) => image.complete && image.naturalWidth > 0), async () => "the picture of the card");
}

/** The shopper ends it, so that it is counted. */
async function ends(page) {
  await chat(page).getByRole("button", { name: "More" }).click();
  await chat(page).getByRole("button", { name: /^End this chat/ }).click();
  await line(page, "This conversation has ended.").waitFor();
}

/** What a stranger is told who has one of the two right. */
async function refused(server, options, number, email) {
  const visit = await visitor(server, options);
  const page = await openChat(visit);
  await ask(page, `where is my order ${number}`);
  await hears(page, /the email address you ordered with\?/);
  await ask(page, email);
  await hears(page, /can't find an order/);
  const told = {
    said: await said(page),
    buttons: await chat(page).locator(".fd-replies > *").allInnerTexts(),
    cards: await chat(page).locator(".fd-card").count(),
    phase: await chat(page).locator(".fd-person").innerText(),
  };
  await ends(page);
  assert.deepEqual(visit.faults, []);
  await visit.context.close();
  return told;
}

async function goesOnline(page) {
  await page.locator(".rail-you .rail-item").click();
  await page.getByRole("radio", { name: /^Online/ }).check();
  await page.keyboard.press("Escape");
  await page.locator(".rail-you .rail-item", { hasText: "Online" }).waitFor();
}

const viewed = (page, view) => page.getByRole("group", { name: "Which chats" }).getByRole("button", { name: new RegExp(`^${view}`) }).click();
const rows = (page) => page.locator(".list .row");

/** On a phone the list and the chat take turns. */
async function toList(page, phone) {
  if (phone && (await page.locator(".thread-head").isVisible())) await page.getByRole("link", { name: "Back to the chats" }).click();
}

async function opened(page, row) {
  await row.click();
  await page.locator(".log").waitFor();
}

/** The passage behind an answer, opened, and back to the conversation. */
async function passage(page) {
  const source = chat(page).locator(".fd-sources button", { hasText: REFUND_TITLE });
  await source.click();
  const cited = chat(page).locator(".fd-cited");
  await cited.waitFor();
  assert.match(await cited.innerText(), /When the money is sent[\s\S]*within 5 working days/);
  await chat(page).getByRole("button", { name: "Back" }).click();
  await cited.waitFor({ state: "detached" });
  await field(page).waitFor();
}

/** The true wait: what the page says is what the server reckoned, and what the desk shows. */
async function trueWait(page, queue) {
  await status(page).filter({ hasText: /You are next\. The wait is about \d+ (second|minute)s?\./ }).waitFor({ timeout: LEASE_MS });
  const [, amount, unit] = /about (\d+) (second|minute)/.exec(await status(page).innerText());
  const told = queue.at(-1);
  const seconds = Number(amount) * (unit === "minute" ? 60 : 1);
  assert.equal(told.place, 1);
  assert.ok(Math.abs(told.wait_seconds - seconds) <= (unit === "minute" ? 60 : 5), `${told.wait_seconds} s reckoned, ${seconds} s told`);
}

/** One line saved, and how long until the server serves it. */
async function savesALine(knowledge, admin) {
  const live = async () => (await (await admin.context.request.get(new URL("/api/content", admin.server.url).href)).json()).hash;
  const before = await live();
  const file = join(knowledge, "en", "gift-wrapping.md");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("questions:\n", `questions:\n  - ${UNKNOWN.replace("?", "")}\n`));
  assert.equal(readFileSync(file, "utf8").split("\n").length, text.split("\n").length + 1, "one line");
  await untilAsked(async () => (await live()) !== before, async () => "the line to be live");
}

/** The five shares are 100 %, the five counts are all that ended, and a number leads to its proof. */
async function scoreboard({ page }) {
  const legend = page.locator(".sb-legend tbody tr");
  await legend.first().waitFor();
  await seen(async () => assert.equal(await page.locator(".sb-lead").evaluate((lead) => getComputedStyle(lead).display), "grid", "the page came with its styles"));
  const found = await legend.evaluateAll((all) => all.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent)));
  const counts = found.map(([, count]) => Number(count.replace(/\D/g, "")));
  const shares = found.map(([, , share]) => Number.parseFloat(share));
  assert.equal(Math.round(shares.reduce((sum, share) => sum + share, 0) * 10), 1000, JSON.stringify(found));
  assert.equal(Number((await page.locator(".sb-legend tfoot td").first().innerText()).replace(/\D/g, "")), counts.reduce((sum, count) => sum + count, 0));
  assert.deepEqual(counts, Object.values(OUTCOMES), JSON.stringify(found));
  await legend.filter({ hasText: "Handed over" }).locator("a").click();
  await page.getByText("2 conversations").waitFor();
  await seen(async () => assert.equal(await page.locator(".sb-rows tbody tr").count(), 2));
  await page.locator(".sb-rows a").first().click();
  await page.waitForURL(/\/console\/c\/[0-9a-f]{32}\?event=\d+/);
  const proof = page.locator(".log .proof");
  await proof.getByText("Proof of the outcome").waitFor();
  assert.match(await proof.innerText(), /A rule called a person|asked for a person/);
  await untilAsked(() => proof.evaluate((at) => at.getBoundingClientRect().top >= 0 && at.getBoundingClientRect().bottom <= innerHeight), async () => "the proof in sight");
  await seen(async () => assert.equal(await page.locator(".thread").evaluate((thread) => thread.scrollTop + thread.scrollHeight - thread.clientHeight), 0, "only the log scrolls"));
}

function minute(size) {
  const phone = size.phone === true;
  return async () => {
    const { server, knowledge } = await aShop();
    const shopper = await visitor(server, size);
    const ann = await staff(server, "Ann", "/console", size);
    await goesOnline(ann.page);
    const queue = [];
    const page = await untouched(shopper);
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        const frame = JSON.parse(payload);
        if (frame.type === "passing" && frame.kind === "queue") queue.push(frame);
      }),
    );

    await open(page);
    await upToTheEmail(page, { cite: () => passage(page) });
    await ask(page, "ann@example.com");
    await hears(page, /Order 10042 left us/);
    await orderCard(page);

    // The only conversation so far: the agent looks on while the line is cut.
    await viewed(ann.page, "All");
    await opened(ann.page, rows(ann.page).first());
    await ann.page.locator(".msg-shopper .bubble", { hasText: "ann@example.com" }).waitFor();
    const before = await own(page).allInnerTexts();
    await shopper.context.setOffline(true);
    await status(page).filter({ hasText: "No connection" }).waitFor();
    await type(page, "thank you!");
    await type(page, "when are you open?");
    await chat(page).locator(".fd-state", { hasText: "Waiting for a connection" }).nth(1).waitFor();
    await shopper.context.setOffline(false);
    const all = [...before, "thank you!", "when are you open?"];
    await ownAre(page, all);
    await hears(page, /never closes/);
    await ann.page.locator(".msg-shopper .bubble", { hasText: "when are you open?" }).waitFor();
    await seen(async () => assert.deepEqual(await ann.page.locator(".msg-shopper .bubble").allInnerTexts(), all, "once and in order at the desk"));

    // Ann is online and has no chat: she is given this one.
    await toList(ann.page, phone);
    await type(page, RUBBISH);
    await line(page, "Ann, a person from our team, has joined.").waitFor();
    await ann.page.waitForFunction(() => /^\(\d+\) frontdesk$/.test(document.title));
    await viewed(ann.page, "Mine");
    await rows(ann.page).first().getByText("asked for a person", { exact: true }).waitFor();
    await opened(ann.page, rows(ann.page).first());
    const summary = ann.page.locator(".summary");
    assert.match(await summary.innerText(), /Handed over.*priority high/s);
    await summary.getByText("Wants:").waitFor();
    await ann.page.locator(".why-button").last().click();
    const why = ann.page.locator(".why-body");
    assert.match(await why.innerText(), /Understood as[\s\S]*complaint/);
    assert.match(await why.innerText(), /this is rubbish, give me a person/);

    // A canned reply, and a bot that keeps its mouth shut.
    await reply(ann.page).fill("/sorry");
    await ann.page.getByRole("option", { name: /\/sorry/ }).click();
    const sorry = await reply(ann.page).inputValue();
    assert.match(sorry, /^I am sorry about this\./);
    await button(ann.page, "Send").click();
    await bot(page).filter({ hasText: sorry }).waitFor();
    const heard = await said(page);
    await type(page, REFUND);
    await ann.page.locator(".msg-shopper .bubble", { hasText: REFUND }).last().waitFor();
    await page.waitForTimeout(1000);
    assert.deepEqual(await said(page), heard, "the bot is silent");

    // Bo has his one chat, of another shopper. Ann's tab is closed: the chat is back in the queue.
    const bo = await staff(server, "Bo", "/console", size);
    await goesOnline(bo.page);
    const other = await openChat(await visitor(server, size));
    await ask(other, "when are you open?");
    await chat(other).locator(".fd-person").click();
    await line(other, "Bo, a person from our team, has joined.").waitFor();
    assert.deepEqual(faultsOf(ann), []);
    await ann.context.close();
    await line(page, "You are back in the queue.").waitFor({ timeout: LEASE_MS });
    await trueWait(page, queue);

    // Bo takes it all the same, and resolves it.
    await viewed(bo.page, "Waiting");
    const back = rows(bo.page).first();
    await back.getByText("came back", { exact: true }).waitFor();
    assert.match(await back.innerText(), /place 1/);
    await opened(bo.page, back);
    await button(bo.page, "Take").click();
    await line(page, "Bo, a person from our team, has joined.").waitFor();
    await reply(bo.page).fill("Your throw is on its way, and I will keep an eye on it.");
    await reply(bo.page).press("Enter");
    await bot(page).filter({ hasText: "I will keep an eye on it" }).waitFor();
    assert.deepEqual((await bubbles(bo.page)).filter((text) => text === sorry), [sorry], "what Ann said is there for Bo");
    await button(bo.page, "Resolve").click();
    await line(page, "This conversation has ended.").waitFor();
    const survey = chat(page).locator(".fd-survey");
    await survey.waitFor();
    await survey.getByRole("radio", { name: "Very well" }).check();
    await survey.getByRole("button", { name: "Send the rating" }).click();
    await line(page, "You gave us 5 of 5").waitFor();
    await bo.page.getByText("The shopper gave 5 of 5").waitFor();
    assert.deepEqual(await own(page).allInnerTexts(), [...all, RUBBISH, REFUND]);

    await toList(bo.page, phone);
    await viewed(bo.page, "Mine");
    await untilAsked(async () => (await rows(bo.page).count()) === 1, async () => "the resolved chat to leave the list");
    await opened(bo.page, rows(bo.page).first());
    await button(bo.page, "Resolve").click();
    await line(other, "This conversation has ended.").waitFor();

    // Whoever has one of the two right is told as little as whoever has the other.
    const email = await refused(server, size, "10042", "eve@example.com");
    const number = await refused(server, size, "99999", "ann@example.com");
    assert.deepEqual(email, number);
    assert.equal(email.cards, 0);

    // What nobody knew, after one line of Markdown.
    const ada = await staff(server, "Ada", "/console", size);
    const curious = await visitor(server, size);
    const asks = await openChat(curious);
    await ask(asks, UNKNOWN);
    await hears(asks, /I'm not sure I follow/);
    await seen(async () => assert.equal(await chat(asks).locator(".fd-sources").count(), 0));
    await savesALine(knowledge, ada);
    await ask(asks, UNKNOWN);
    await hears(asks, /Tick Gift wrap in the cart/);
    await ask(asks, "could you tie a bow round it please");
    await seen(async () => assert.deepEqual(await chat(asks).locator(".fd-sources button").allInnerTexts(), Array(2).fill("Source: Can you gift-wrap my order?")));

    await chat(asks).locator(".fd-replies button", { hasText: "That helped" }).click();
    await chat(asks).locator(".fd-survey").waitFor();
    await ends(asks);

    await ada.page.goto(new URL("/console/scoreboard", server.url).href);
    await scoreboard(ada);
    assert.deepEqual(await overflow(ada.page), [0, 0]);

    assert.deepEqual(beyondCuts(shopper.faults), [], "the shopper's pages");
    assert.deepEqual(curious.faults, []);
    assert.deepEqual([faultsOf(bo), faultsOf(ada)], [[], []], "the desk's pages");
    for (const { context } of [shopper, curious, bo, ada]) await context.close();
    await server.remove();
  };
}

/** Says something from wherever the focus is, and waits for the answer. */
async function writes(page, text) {
  if ((await focused(page)) !== "Write a message") await walkTo(page, /^Write a message$/);
  const before = await bot(page).count();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await bot(page).nth(before).waitFor();
}

/** The same as `passage`, by the keyboard. */
async function passageByKeys(page) {
  await walkTo(page, new RegExp(`^Source: ${REFUND_TITLE.replace("?", ".")}`), "Shift+Tab");
  await page.keyboard.press("Enter");
  await chat(page).locator(".fd-cited").waitFor();
  assert.equal(await focused(page), "Back");
  await page.keyboard.press("Enter");
  await chat(page).locator(".fd-cited").waitFor({ state: "detached" });
  assert.match(await focused(page), /^Source: /, "the focus goes back to where it was");
}

async function byKeys() {
  const { server } = await aShop();
  const shopper = await visitor(server, DESKTOP);
  const page = await pageOf(shopper);
  await walkTo(page, /^Chat with us$/);
  await page.keyboard.press("Enter");
  await chat(page).locator(".fd-panel").waitFor();
  await untilAsked(async () => (await focused(page)) === "Write a message", () => focused(page));
  for (const text of ["wheres my stuff", "10042", REFUND]) await writes(page, text);
  await passageByKeys(page);
  await writes(page, "ann@example.com");
  await orderCard(page);
  await walkTo(page, /^Track parcel/, "Shift+Tab", 10);
  await writes(page, RUBBISH);
  await line(page, "You asked for a person.").waitFor();

  const desk = await visitor(server, DESKTOP);
  const ann = await desk.context.newPage();
  await ann.goto(new URL("/console", server.url).href);
  await untilAsked(async () => (await focused(ann)) === "Email", () => focused(ann));
  await ann.keyboard.type("Ann@shop.example");
  await walkTo(ann, /^Password$/, "Tab", 2);
  await ann.keyboard.type(PASSWORD);
  await walkTo(ann, /^Log in$/, "Tab", 2);
  await ann.keyboard.press("Enter");
  await rows(ann).first().waitFor();
  await walkTo(ann, /complaint \(order number 10042\)/);
  await ann.keyboard.press("Enter");
  await ann.locator(".summary").waitFor();
  await untilAsked(async () => (await focused(ann)) === "What was said", () => focused(ann));
  await walkTo(ann, /^Take$/, "Shift+Tab", 10);
  await ann.keyboard.press("Enter");
  await line(page, "Ann, a person from our team, has joined.").waitFor();
  await untilAsked(async () => (await focused(ann)) === "Reply to the shopper", () => focused(ann));
  await ann.keyboard.type("/sorry");
  await ann.getByRole("option", { name: /\/sorry/ }).waitFor();
  await ann.keyboard.press("Enter");
  const sorry = await reply(ann).inputValue();
  assert.match(sorry, /^I am sorry about this\./);
  await ann.keyboard.press("Enter");
  await bot(page).filter({ hasText: sorry }).waitFor();
  // Back to the trace of what the assistant said last, and on to the end of it.
  await walkTo(ann, /^Why did it say that\?$/, "Shift+Tab", 20);
  await ann.keyboard.press("Enter");
  await seen(async () => assert.match(await ann.locator(".why-body").innerText(), /complaint/));
  await walkTo(ann, /^Resolve$/, "Shift+Tab", 60);
  await ann.keyboard.press("Enter");
  await ann.getByText("The conversation was resolved.").waitFor();

  await walkTo(page, /^(Not at all|Very well)$/, "Shift+Tab", 10);
  await page.keyboard.press("Space");
  for (let n = 0; n < 5 && (await focused(page)) !== "Very well"; n += 1) await page.keyboard.press("ArrowRight");
  await walkTo(page, /^Send the rating$/, "Tab", 3);
  await page.keyboard.press("Enter");
  await line(page, "You gave us 5 of 5").waitFor();
  await page.keyboard.press("Escape");
  await untilAsked(async () => (await focused(page)) === "Chat with us", () => focused(page));
  assert.deepEqual(shopper.faults, []);
  assert.deepEqual(faultsOf(desk), []);
  for (const { context } of [shopper, desk]) await context.close();
  await server.remove();
}

export const tests = {
  "minute: the whole of it, at 1280 px": minute(DESKTOP),
  "minute: the whole of it, on a phone of 360 px": minute(PHONE),
  "minute: by keyboard alone, the shopper's part and the agent's": byKeys,
};
