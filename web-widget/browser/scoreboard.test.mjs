// The scoreboard, against a real server with real conversations: it adds up, and every number leads to its conversations.

import assert from "node:assert/strict";
import { LOOKS, PASSWORD, faultsOf, findings, overflow, shopper, staff } from "./staff.mjs";
import { seen, Server } from "./world.mjs";

const server = await new Server().start();
for (const [name, role] of [["lea", "lead"], ["bob", "agent"]]) await server.addUser(name, role, PASSWORD);

const EPISODES = { "Answered, confirmed": 2, "Answered, assumed": 2, "Handed over": 1, Abandoned: 1, "Not a request": 1 };
const OPEN = 1;

/** Seven shoppers who came to an end, and one who is still there. */
async function aMorning() {
  const one = async (text, then) => {
    const who = await shopper(server);
    const heard = await who.says(text);
    await then(who, heard);
    await who.leaves();
  };
  const ends = (who) => who.acts({ act: "end" });
  const ask = "when are you open?";
  await one(ask, async (who, heard) => {
    await who.acts({ act: "helped", of: heard.message, yes: true });
    await ends(who);
  });
  await one(ask, async (who) => {
    await who.acts({ act: "rate", score: 5 });
    await ends(who);
  });
  await one(ask, ends);
  await one(ask, async (who) => {
    await who.acts({ act: "rate", score: 2 });
    await ends(who);
  });
  await one("zyxwv qqqq", ends);
  await one("hello", ends);
  await one(ask, async (who) => {
    await who.acts({ act: "human" });
    await who.acts({ act: "end" });
  });
  await one(ask, async () => undefined);
}
await aMorning();

const PATH = "/console/scoreboard";
const legend = (page) => page.locator(".sb-legend tbody tr");
const number = (text) => Number(text.replace(/\D/g, ""));

async function numbers(page) {
  await legend(page).first().waitFor();
  const rows = await legend(page).evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)));
  return rows.map(([count, share]) => ({ count: number(count), share: Number.parseFloat(share) }));
}

export const tests = {
  async "the scoreboard adds up"() {
    const lea = await staff(server, "lea", PATH);
    const { page } = lea;
    const rows = await numbers(page);
    assert.deepEqual(rows.map(({ count }) => count), Object.values(EPISODES));
    const ended = Object.values(EPISODES).reduce((sum, count) => sum + count, 0);
    assert.equal(number(await page.locator(".sb-legend tfoot td").first().textContent()), ended);
    assert.equal(Math.round(rows.reduce((sum, { share }) => sum + share, 0) * 10), 1000);
    await seen(async () => assert.match(await page.locator(".sb-notes").textContent(), new RegExp(`${OPEN} of ${ended + OPEN} is still open`)));
    await seen(async () => assert.match(await page.locator(".sb-notes").textContent(), /2 of the assumed may still change until .*: a return within 72 hours takes the credit back/));
    // 4 settled of the 6 that were requests.
    await seen(async () => assert.match(await page.locator(".sb-containment").textContent(), /66\.7%4 of 6 requests/));
    await page.getByText("Rules version 1").waitFor();
    // The last of the seven days has all of them, in the picture and in its table.
    await page.locator(".sb-chart canvas").waitFor();
    await page.getByRole("button", { name: "As a table" }).click();
    const today = await page.locator(".sb-days tbody tr").last().locator("td").allTextContents();
    assert.deepEqual(today.slice(0, 7).map(number), [...Object.values(EPISODES), OPEN, ended + OPEN]);
    assert.deepEqual(faultsOf(lea), []);
  },

  async "a number opens its conversations, and each its proof"() {
    const { page, ...lea } = await staff(server, "lea", PATH);
    for (const [name, count] of Object.entries(EPISODES)) {
      await legend(page).filter({ hasText: name }).locator("a").click();
      await page.getByRole("heading", { name, exact: true }).waitFor();
      await seen(async () => assert.equal(await page.evaluate(() => document.activeElement.id), "sb-list", "the focus goes along"));
      await page.getByText(`${count} conversation`).waitFor();
      await seen(async () => assert.equal(await page.locator(".sb-rows tbody tr").count(), count, name));
      await page.goBack();
      await legend(page).first().waitFor();
    }
    await page.locator(".sb-notes a").first().click();
    await page.locator(".sb-rows tbody tr").first().waitFor();
    await seen(async () => assert.equal(await page.locator(".sb-rows tbody tr").count(), OPEN));
    const href = await page.locator(".sb-rows a").first().getAttribute("href");
    assert.match(href, /^\/console\/c\/[0-9a-f]{32}\?event=\d+$/);
    await page.locator(".sb-rows a").first().click();
    await page.waitForURL(/\/console\/c\//);
    await page.locator(".log").getByText(/proof/i).first().waitFor();
    assert.deepEqual(faultsOf(lea), []);
  },

  async "ratings tell the assistant's from a person's"() {
    const { page } = await staff(server, "lea", PATH);
    const alone = page.locator(".sb-scores").nth(1);
    await alone.getByText("2 of 7 rated it").waitFor();
    await alone.locator("tbody tr", { hasText: /^5/ }).locator("a").click();
    await page.getByRole("heading", { name: "Rated 5 of 5, the assistant alone" }).waitFor();
    await page.getByText("1 conversation.").waitFor();
  },

  async "another time is another address; an empty one says so, and a wrong one too"() {
    const { page } = await staff(server, "lea", PATH);
    await legend(page).first().waitFor();
    await page.getByRole("link", { name: "28 days" }).click();
    await page.waitForURL(/days=28/);
    await legend(page).first().waitFor();
    await page.getByRole("button", { name: "From … to" }).click();
    await page.getByLabel("From", { exact: true }).fill("2026-02-01");
    await page.getByLabel("to", { exact: true }).fill("2026-01-01");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("alert").filter({ hasText: "The first day is after the last one." }).waitFor();
    await page.getByLabel("From", { exact: true }).fill("2026-01-01");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("heading", { name: "No conversations in this period yet" }).waitFor();
    await page.getByLabel("From", { exact: true }).fill("2024-01-01");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("A report is about 400 days at most.").waitFor();
  },

  async "without a line it says so, keeps the numbers, and goes on after another try"() {
    const { page, context } = await staff(server, "lea", PATH);
    await legend(page).first().waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Count again" }).click();
    const alert = page.locator(".sb-period .failure");
    await alert.waitFor();
    assert.match(await alert.textContent(), /does not answer/);
    await seen(async () => assert.equal(await legend(page).count(), 5));
    await context.setOffline(false);
    await alert.getByRole("button", { name: "Try again" }).click();
    await alert.waitFor({ state: "detached" });
  },

  async "an agent is not shown the numbers"() {
    const { page } = await staff(server, "bob", PATH);
    await page.getByText("Not for your role").waitFor();
    await seen(async () => assert.equal(await page.getByRole("link", { name: "Scoreboard" }).count(), 0));
  },

  ...Object.fromEntries(
    LOOKS.map((look) => [
      `the scoreboard fits and axe finds nothing: ${look.viewport.width} px, ${look.colorScheme}`,
      async () => {
        const { page } = await staff(server, "lea", PATH, { ...look, bypassCSP: true });
        await legend(page).first().waitFor();
        await page.locator(".sb-chart canvas").waitFor();
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.deepEqual(await findings(page), []);
        await page.getByRole("button", { name: "As a table" }).click();
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.deepEqual(await findings(page), [], "the days as a table");
        await legend(page).first().locator("a").click();
        await page.locator(".sb-rows tbody tr").first().waitFor();
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.deepEqual(await findings(page), [], "a list");
      },
    ]),
  ),
};
