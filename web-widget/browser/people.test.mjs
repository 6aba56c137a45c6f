// People in the console: from an invitation to a login, and out again.

import assert from "node:assert/strict";
import { PAYLOADS } from "./payloads.mjs";
import { LOOKS, PASSWORD, faultsOf, findings, logIn, overflow, staff } from "./staff.mjs";
import { seen, Server, visitor } from "./world.mjs";

const server = await new Server().start();
await server.addUser("ada", "admin", PASSWORD);
await server.addUser("lea", "lead", PASSWORD);

const PATH = "/console/people";
const rowOf = (page, name) => page.locator(".pp-row", { hasText: name });
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Invites somebody and takes the link, as the admin would copy it. */
async function invite(page, { name, email, role = "agent", teams = "" }) {
  await button(page, "Invite somebody").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
  await dialog.getByLabel("Teams").fill(teams);
  await button(dialog, "Make the link").click();
  const link = await dialog.getByLabel("One-time link").inputValue();
  await button(dialog, "Done").click();
  await dialog.waitFor({ state: "detached" });
  return link;
}

export const tests = {
  async "somebody is invited, comes in by the link, and is locked out"() {
    const ada = await staff(server, "ada", PATH);
    const link = await invite(ada.page, { name: "Bob", email: "bob@shop.example", teams: "care, returns" });
    assert.ok(link.startsWith(`${server.url}console#link=`), link);
    await rowOf(ada.page, "bob@shop.example").getByText("no password yet").waitFor();
    const bob = await visitor(server);
    const page = await bob.context.newPage();
    await page.goto(link);
    await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("New password again").fill(PASSWORD);
    await page.getByRole("button", { name: "Set the password and log in" }).click();
    await page.getByRole("navigation", { name: "Console" }).waitFor();
    await seen(async () => assert.equal(await page.getByRole("link", { name: "People" }).count(), 0, "an agent is not shown people"));
    // The link worked once.
    const second = await (await visitor(server)).context.newPage();
    await second.goto(link);
    await second.getByText("This link does not open").waitFor();
    await ada.page.reload();
    const row = rowOf(ada.page, "bob@shop.example");
    await row.getByText("care").waitFor();
    await button(row, "Lock out Bob").click();
    const dialog = ada.page.getByRole("dialog");
    await dialog.getByText("cannot come in any more").waitFor();
    await button(dialog, "Cancel").click();
    await dialog.waitFor({ state: "detached" });
    await seen(async () => assert.equal(await ada.page.evaluate(() => document.activeElement.textContent), "Lock out", "the focus goes back to where it was"));
    await button(row, "Lock out Bob").click();
    await button(dialog, "Lock out Bob").click();
    await ada.page.getByText("No longer here (1)").waitFor();
    await page.goto(new URL("/console", server.url).href);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.getByLabel("Email").fill("bob@shop.example");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Email or password is wrong.").waitFor();
    assert.deepEqual([...faultsOf(ada), ...faultsOf(bob)], []);
  },

  async "role and teams change, and the log says who did what"() {
    const { page } = await staff(server, "ada", PATH);
    await invite(page, { name: "Cleo", email: "cleo@shop.example" });
    const row = rowOf(page, "cleo@shop.example");
    await button(row, "Change role and teams of Cleo").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /^lead/ }).check();
    await dialog.getByLabel("Teams").fill("vip");
    await button(dialog, "Save").click();
    await row.getByText("vip").waitFor();
    await row.getByText("lead", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Who did what" }).click();
    const log = page.locator(".pp-audit tbody");
    await log.getByText("changed the role of Cleo from agent to lead").waitFor();
    await log.getByText("changed the teams of Cleo from none to vip").waitFor();
    await page.getByText("That is all.").waitFor();
  },

  async "a refusal is said in the server's words, and nothing is lost"() {
    const { page } = await staff(server, "ada", PATH);
    await button(rowOf(page, "ada@shop.example"), "Lock out ada").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This is you").waitFor();
    await button(dialog, "Lock out ada").click();
    await dialog.getByText("This is the last admin; make somebody else an admin first.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await button(page, "Invite somebody").click();
    await dialog.getByLabel("Name").fill("Lea again");
    await dialog.getByLabel("Email").fill("lea@shop.example");
    await button(dialog, "Make the link").click();
    await dialog.getByText("Somebody has this email already.").waitFor();
    await seen(async () => assert.equal(await dialog.getByLabel("Name").inputValue(), "Lea again"));
  },

  async "a new password ends the old one"() {
    const { page } = await staff(server, "ada", PATH);
    await button(rowOf(page, "lea@shop.example"), "Reset password of lea").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Until it is used the old password still works").waitFor();
    await button(dialog, "Make the link").click();
    const link = await dialog.getByLabel("One-time link").inputValue();
    const lea = await (await visitor(server)).context.newPage();
    await lea.goto(link);
    await lea.getByLabel("New password", { exact: true }).fill("another few words");
    await lea.getByLabel("New password again").fill("another few words");
    await lea.getByRole("button", { name: "Set the password and log in" }).click();
    await lea.getByRole("navigation", { name: "Console" }).waitFor();
    const fresh = await (await visitor(server)).context.newPage();
    await fresh.goto(new URL("/console", server.url).href);
    await logIn(fresh, "lea", "another few words");
  },

  async "no name runs"() {
    const ada = await staff(server, "ada", PATH);
    let taken = 0;
    for (const [at, payload] of PAYLOADS.filter((payload) => [...payload].length <= 60).entries()) {
      await button(ada.page, "Invite somebody").click();
      const dialog = ada.page.getByRole("dialog");
      await dialog.getByLabel("Name").fill(payload);
      await dialog.getByLabel("Email").fill(`xss${at}@shop.example`);
      await button(dialog, "Make the link").click();
      await dialog.locator(".pp-link, .refusal:not(:empty)").first().waitFor();
      taken += await dialog.locator(".pp-link").count();
      await ada.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
    assert.ok(taken > 10, `${taken} names were taken`);
    await ada.page.getByRole("link", { name: "Who did what" }).click();
    await ada.page.locator(".pp-audit tbody tr").first().waitFor();
    assert.deepEqual(faultsOf(ada), []);
  },

  ...Object.fromEntries(
    LOOKS.map((look) => [
      `people fit and axe finds nothing: ${look.viewport.width} px, ${look.colorScheme}`,
      async () => {
        const { page } = await staff(server, "ada", PATH, { ...look, bypassCSP: true });
        await page.locator(".pp-row").first().waitFor();
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.deepEqual(await findings(page), []);
        await button(page, "Invite somebody").click();
        await page.getByRole("dialog").waitFor();
        assert.deepEqual(await findings(page), [], "inviting");
        await page.keyboard.press("Escape");
        await page.getByRole("link", { name: "Who did what" }).click();
        await page.locator(".pp-audit tbody tr").first().waitFor();
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.deepEqual(await findings(page), [], "the log");
      },
    ]),
  ),
};
