// What the tests of the console's pages share: people who log in through the form, shoppers on bare sockets, and axe.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bareSocket, blank } from "./socket.mjs";
import { visitor } from "./world.mjs";

export const PASSWORD = "three words in a row";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Somebody at the desk, logged in through the form at a page of the console. */
export async function staff(server, name, path = "/console", options = {}) {
  const visit = await visitor(server, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await visit.context.newPage();
  await page.goto(new URL(path, server.url).href);
  await logIn(page, name);
  return { ...visit, page };
}

export async function logIn(page, name, password = PASSWORD) {
  await page.getByLabel("Email").fill(`${name}@shop.example`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("navigation", { name: "Console" }).waitFor();
}

/** What must not have happened. A browser tells of every refusal of its own accord; the refusals here are on purpose. */
export const faultsOf = ({ faults }) => faults.filter((fault) => !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(fault));

/** A shopper with a bare socket on a page of the server. */
export async function shopper(server) {
  const visit = await visitor(server);
  const { asks, says } = await bareSocket(await blank(visit), "/v1/ws", "chat.v1", { locale: "en" });
  return { says, acts: (act) => asks({ type: "act", ...act }), leaves: () => visit.context.close() };
}

/** Everything axe finds, in a browser without our policy, because axe brings its own styles. */
export async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** How far a page of the console sticks out to the side, in pixels. */
export function overflow(page) {
  return page.evaluate(() => {
    const main = document.querySelector(".main");
    return [document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth];
  });
}

export const LOOKS = [
  { colorScheme: "light", viewport: { width: 360, height: 740 } },
  { colorScheme: "dark", viewport: { width: 360, height: 740 } },
  { colorScheme: "light", viewport: { width: 820, height: 1100 } },
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 1440, height: 900 } },
];
