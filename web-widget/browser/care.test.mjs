// What goes beyond question and answer: the source, the rating, the address, the copy, the end of it all.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ask, chat, field, frameOf, launcher, open, openChat, own, ownAre, seen, Server, type, visitor } from "./world.mjs";

const server = await new Server().start();
const QUESTION = "when do I get my money back?";

async function menu(page, name) {
  await chat(page).getByRole("button", { name: "More", exact: true }).click();
  if (name !== undefined) await chat(page).locator(".fd-deed", { hasText: name }).click();
}

const focused = (page) => frameOf(page).evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent);

/** A line on which the test sends what it likes, beside the server. */
async function beside(visit) {
  const line = {};
  await visit.context.routeWebSocket("**/v1/ws", (socket) => {
    const there = socket.connectToServer();
    line.sent = [];
    line.send = (frame) => socket.send(JSON.stringify(frame));
    there.onMessage((text) => socket.send(text));
    socket.onMessage((text) => {
      line.sent.push(JSON.parse(text));
      there.send(text);
    });
  });
  return line;
}

export const tests = {
  async "a source opens the passage inside the chat, and back leads where one was"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await chat(page).locator(".fd-sources button").click();
    const cited = chat(page).locator(".fd-cited");
    await cited.waitFor();
    assert.match(await cited.innerText(), /^When the money is sent\n+We check a return/);
    await seen(async () => assert.equal(await chat(page).locator(".fd-sheet li").count(), 4, "a list is a list"));
    const link = chat(page).getByRole("link", { name: "Open the page" });
    assert.equal(await link.getAttribute("href"), "https://shop.example/help/returns-refund-time");
    assert.deepEqual([await link.getAttribute("rel"), await link.getAttribute("target")], ["noopener noreferrer", "_blank"]);
    assert.equal(await focused(page), "Back");
    // What lies under it is out of reach.
    await seen(async () => assert.equal(await chat(page).locator(".fd-talk").evaluate((under) => under.inert), true));
    await page.keyboard.press("Escape");
    await cited.waitFor({ state: "detached" });
    assert.equal(await focused(page), "Source: How long does a refund take?");
    await seen(async () => assert.equal(await launcher(page).count(), 0, "the chat is still open"));
    assert.deepEqual(visit.faults, []);
  },

  async "a passage that cannot be had says so and still leads to the page"() {
    const visit = await visitor(server);
    await visit.context.route("**/v1/articles/**", (route) => route.fulfill({ status: 404, body: "{}" }));
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await chat(page).locator(".fd-sources button").click();
    await chat(page).locator(".fd-sheet", { hasText: "cannot be shown" }).waitFor();
    await seen(async () => assert.equal(await chat(page).getByRole("link", { name: "Open the page" }).count(), 1));
  },

  async "after an answer that helped the shopper rates by keyboard, is thanked, and asked once"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await chat(page).locator(".fd-replies button", { hasText: "That helped" }).click();
    const survey = chat(page).locator(".fd-survey");
    await survey.waitFor();
    await survey.locator("input").first().focus();
    await page.keyboard.press("Space");
    for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowRight");
    await seen(async () => assert.equal(await survey.locator("label", { has: page.locator(":checked") }).innerText().catch(() => ""), "Well"));
    await survey.locator("textarea").fill("quick, and right");
    await survey.getByRole("button", { name: "Send the rating" }).click();
    await chat(page).locator(".fd-line", { hasText: "You gave us 4 of 5" }).waitFor();
    await seen(async () => assert.equal(await survey.count(), 0));
    // The end of the same episode asks no second time; the next episode does.
    await menu(page, "End this chat");
    await chat(page).locator(".fd-line", { hasText: "has ended" }).waitFor();
    await seen(async () => assert.equal(await survey.count(), 0));
    await ask(page, "do you accept paypal?");
    await menu(page, "End this chat");
    await survey.waitFor();
    await survey.getByRole("button", { name: "Not now" }).click();
    await seen(async () => assert.equal(await survey.count(), 0));
    assert.deepEqual(visit.faults, []);
  },

  async "nobody is there: an address is left, a wrong one is told, and a reload remembers"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await chat(page).locator(".fd-person").click();
    const form = chat(page).locator(".fd-contact");
    await form.waitFor();
    await seen(async () => assert.match(await chat(page).locator(".fd-status").innerText(), /answer by .*\d/));
    const email = form.getByRole("textbox", { name: "Your email address" });
    await email.fill("ann@");
    await email.press("Enter");
    await form.getByText("not a complete email address").waitFor();
    assert.equal(await email.getAttribute("aria-invalid"), "true");
    assert.equal(await email.inputValue(), "ann@");
    await email.fill("ann@shop.example");
    await form.getByRole("button").click();
    await chat(page).locator(".fd-notice", { hasText: "here and by email" }).waitFor();
    await chat(page).locator(".fd-bubble", { hasText: "I've noted it" }).waitFor();
    await page.waitForTimeout(400);
    await page.reload();
    await open(page);
    await chat(page).locator(".fd-notice", { hasText: "here and by email" }).waitFor();
    await seen(async () => assert.equal(await form.count(), 0));
    assert.deepEqual(visit.faults, []);
  },

  async "a copy comes as a file with every word in it"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    const [download] = await Promise.all([page.waitForEvent("download"), menu(page, "Save a copy")]);
    const copy = JSON.parse(readFileSync(await download.path(), "utf8"));
    assert.equal(download.suggestedFilename(), "chat.json");
    assert.ok(JSON.stringify(copy.events).includes(QUESTION));
    assert.deepEqual(visit.faults, []);
  },

  async "erased: nothing is left in the browser, and a new chat can begin"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    await menu(page, "Delete my data");
    // Asked once more, and free to go back.
    await chat(page).getByRole("button", { name: "Back" }).click();
    await chat(page).locator(".fd-deed", { hasText: "Delete my data" }).click();
    await chat(page).getByRole("button", { name: "Delete everything" }).click();
    await chat(page).locator(".fd-status", { hasText: "Everything is deleted" }).waitFor();
    await seen(async () => assert.equal(await own(page).count(), 0));
    for (const where of [page, frameOf(page)]) assert.deepEqual(await where.evaluate(() => Object.keys(localStorage)), []);
    await chat(page).getByRole("button", { name: "Start a new chat" }).click();
    await ask(page, "do you accept paypal?");
    await ownAre(page, ["do you accept paypal?"]);
    assert.deepEqual(visit.faults, []);
  },

  async "before the first word the menu says that nothing is kept"() {
    const page = await openChat(await visitor(server));
    await menu(page);
    await chat(page).locator(".fd-sheet", { hasText: "nothing is kept" }).waitFor();
    await seen(async () => assert.equal(await chat(page).locator(".fd-deed").count(), 0));
  },

  async "the place in the queue, how far a message has come, and an answer as it is written"() {
    const visit = await visitor(server);
    const line = await beside(visit);
    const page = await openChat(visit);
    await ask(page, QUESTION);
    for (const [index, text] of [[1, "second"], [0, "The first, the "]]) line.send({ type: "passing", kind: "delta", message: "later", index, text });
    await chat(page).locator(".fd-bubble", { hasText: "The first, the second" }).waitFor();
    await chat(page).locator(".fd-person").click();
    await chat(page).locator(".fd-line", { hasText: "You asked for a person" }).waitFor();
    await seen(async () => assert.equal(await chat(page).locator(".fd-bubble", { hasText: "The first" }).count(), 0, "a person was called: the draft is gone"));
    line.send({ type: "passing", kind: "queue", place: 3, wait_seconds: 240 });
    await chat(page).locator(".fd-status", { hasText: "You are number 3 in the queue. The wait is about 4 minutes." }).waitFor();
    await seen(async () => assert.equal(await chat(page).locator(".fd-contact").count(), 0, "somebody is there after all"));
    line.send({ type: "passing", kind: "queue", place: 1, wait_seconds: 30 });
    await chat(page).locator(".fd-status", { hasText: "You are next. The wait is about 30 seconds." }).waitFor();
    for (const [received, read, words] of [[99, 0, "Delivered"], [99, 99, "Seen"]]) {
      line.send({ type: "passing", kind: "receipt", role: "agent", received, read });
      await chat(page).locator(".fd-state", { hasText: words }).waitFor();
    }
    assert.deepEqual(visit.faults, []);
  },

  async "typing is told while it lasts, at most once a second"() {
    const visit = await visitor(server);
    const line = await beside(visit);
    const page = await openChat(visit);
    await chat(page).locator(".fd-head h1", { hasText: "Pine" }).waitFor();
    await field(page).pressSequentially("a dozen letters", { delay: 20 });
    const told = () => line.sent.filter(({ type }) => type === "typing").map(({ on }) => on);
    assert.deepEqual(told(), [true]);
    await field(page).fill("");
    await page.waitForTimeout(100);
    assert.deepEqual(told(), [true, false]);
    await type(page, "sent at once");
    await ownAre(page, ["sent at once"]);
    assert.equal(told().at(-1), false);
  },
};
