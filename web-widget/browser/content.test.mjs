// Content in the console: what is live, a file that was broken and mended while the server runs, and a line that is tried.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PAYLOADS } from "./payloads.mjs";
import { LOOKS, PASSWORD, faultsOf, findings, overflow, staff } from "./staff.mjs";
import { copyOfShop, seen, Server } from "./world.mjs";

const { intents, knowledge } = copyOfShop();
const server = await new Server({ intents, knowledge }).start();
await server.addUser("ada", "admin", PASSWORD);
await server.addUser("vic", "viewer", PASSWORD);

const PATH = "/console/content";

async function tries(page, text) {
  await page.getByLabel("A line as a shopper would write it").fill(text);
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await page.locator(".ct-result .ct-line", { hasText: text.slice(0, 20) }).waitFor();
}

export const tests = {
  async "try-it shows what is read, why, and what is said"() {
    const ada = await staff(server, "ada", PATH);
    const { page } = ada;
    await tries(page, "grüß dich, wo ist meine bestellung 10042");
    const result = page.locator(".ct-result");
    await seen(async () => assert.equal(await result.locator("mark").textContent(), "10042 order_number"));
    const text = await result.textContent();
    for (const words of ["language de", "Where is my order?", "runner-up", "answers from 60%", "ask_order_email", "wo ist meine bestellung", "E-Mail-Adresse"]) {
      assert.ok(text.includes(words), `${words} in ${text}`);
    }
    await tries(page, "how do I wash linen");
    await result.getByText("Wash linen at 40 °C").waitFor();
    assert.match(await result.textContent(), /The article care-linen-washing fits/);
    await result.locator(".ct-bubble a").click();
    await page.getByRole("heading", { name: "How do I wash linen?", exact: true }).waitFor();
    await tries(page, "where is my order 10042, I am ann@example.com");
    await result.getByText("A trial looks nothing up.").waitFor();
    assert.deepEqual(faultsOf(ada), []);
  },

  async "a broken file shows its fault with file and line, and what was live goes on"() {
    const { page } = await staff(server, "ada", PATH);
    const version = page.locator(".ct-live code");
    const before = await version.textContent();
    const file = join(intents, "opening_hours.yaml");
    const good = readFileSync(file, "utf8");
    const line = good.split("\n").findIndex((text) => text.startsWith("examples:")) + 1;
    try {
      writeFileSync(file, good.replace("examples:", "exampels:"));
      const fault = page.locator(".ct-stale li");
      await fault.first().waitFor();
      const words = await fault.first().textContent();
      assert.match(words, new RegExp(`opening_hours\\.yaml line ${line}, column 1`));
      assert.match(words, /exampels.*examples/s);
      assert.equal(await version.textContent(), before);
      await tries(page, "when are you open?");
      await page.locator(".ct-bubble").getByText("around the clock").waitFor();
    } finally {
      writeFileSync(file, good);
    }
    await page.locator(".ct-stale").waitFor({ state: "detached" });
  },

  async "a saved word is live at once"() {
    const { page } = await staff(server, "ada", PATH);
    const before = await page.locator(".ct-live code").textContent();
    const file = join(knowledge, "en/returns-refund-time.md");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace(/^title: .*$/m, "title: When is the money back?").replace(/^status: published$/m, "status: draft"));
    await page.waitForFunction((before) => document.querySelector(".ct-live code").textContent !== before, before);
    await page.getByRole("link", { name: /^Articles/ }).click();
    await page.getByLabel("State").selectOption("draft");
    const row = page.locator(".ct-row", { hasText: "When is the money back?" });
    await row.locator(".ct-badge", { hasText: "draft" }).waitFor();
    await seen(async () => assert.equal(await page.locator(".ct-row").count(), 1));
    writeFileSync(file, good);
    await row.waitFor({ state: "detached" });
  },

  async "the shelves are searched, and open"() {
    const { page } = await staff(server, "vic", PATH);
    await page.getByRole("searchbox").fill("refund my");
    await page.locator(".ct-row", { hasText: "Where is my refund?" }).click();
    await page.getByRole("heading", { name: "Where is my refund?" }).waitFor();
    await page.getByText("What shoppers write").waitFor();
    await page.getByRole("link", { name: "Back to the list" }).click();
    await seen(async () => assert.equal(await page.getByRole("searchbox").inputValue(), "refund my", "what was looked for stays"));
    await page.goto(new URL("/console/content/intents/nothing_of_this_name", server.url).href);
    await page.locator(".ct-shelf .failure").waitFor();
  },

  async "nothing that is tried runs"() {
    const ada = await staff(server, "ada", PATH);
    for (const payload of PAYLOADS) {
      await ada.page.getByLabel("A line as a shopper would write it").fill(payload);
      const answered = ada.page.waitForResponse("**/api/content/try");
      await ada.page.getByRole("button", { name: "Try", exact: true }).click();
      await answered;
    }
    await seen(async () => assert.equal(await ada.page.evaluate(() => document.querySelectorAll(".ct-result :is(script, img, iframe, svg)").length), 0));
    assert.deepEqual(faultsOf(ada), []);
  },

  ...Object.fromEntries(
    LOOKS.map((look) => [
      `content fits and axe finds nothing: ${look.viewport.width} px, ${look.colorScheme}`,
      async () => {
        const { page } = await staff(server, "ada", PATH, { ...look, bypassCSP: true });
        await page.locator(".ct-row").first().waitFor();
        await tries(page, `where is my order 10042 ${"Donaudampfschifffahrtsgesellschaft".repeat(5)}`);
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.deepEqual(await findings(page), [], "a line that was tried");
        for (const path of ["/articles", "/intents/track_order", "/articles/returns-refund-time?locale=de"]) {
          await page.goto(new URL(PATH + path, server.url).href);
          await page.locator(".ct-row, .ct-section").first().waitFor();
          assert.deepEqual(await overflow(page), [0, 0], path);
          assert.deepEqual(await findings(page), [], path);
        }
      },
    ]),
  ),
};
