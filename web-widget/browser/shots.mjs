// Takes pictures of the chat in every state, from the real server:  npm run shots -- DIR

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Server, ask, chat, end, launcher, open, type, visitor } from "./world.mjs";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("name a folder: npm run shots -- DIR");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const SIZES = [
  { width: 360, height: 740, phone: true },
  { width: 820, height: 1100, phone: false },
  { width: 1440, height: 900, phone: false },
];
const ASKED = { en: ["hi", "When do I get my money back?"], de: ["Hallo!", "Wann bekomme ich mein Geld zurück?"], ar: ["مرحبا", "When do I get my money back?"] };

const server = await new Server().start();

async function shoot({ width, height, phone }, colorScheme, locale) {
  const name = [width, colorScheme, ...(locale === "en" ? [] : [locale])].join("-");
  const visit = await visitor(server, { viewport: { width, height }, phone, colorScheme, reducedMotion: "reduce" });
  let line;
  await visit.context.routeWebSocket("**/v1/ws", (socket) => {
    socket.connectToServer().onMessage((text) => socket.send(text));
    line = socket;
  });
  await visit.context.addInitScript((locale) => {
    window.frontdesk = (...call) => (window.frontdesk.q ??= []).push(call);
    window.frontdesk("locale", locale);
  }, locale);
  const page = await visit.context.newPage();
  await page.goto(server.url, { waitUntil: "networkidle" });
  const take = async (what) => {
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(folder, `${name}-${what}.png`) });
  };
  const press = (selector) => chat(page).locator(selector).first().click();
  await launcher(page).waitFor();
  await take("closed");
  await open(page);
  await chat(page).locator(".fd-head h1", { hasText: "Pine" }).waitFor();
  await take("empty");
  const [greeting, question] = ASKED[locale];
  await ask(page, greeting);
  await ask(page, question);
  await chat(page).locator(".fd-replies > *").first().waitFor();
  await take("talk");
  if (await chat(page).locator(".fd-sources button").count()) {
    await press(".fd-sources button");
    await chat(page).locator(".fd-cited").waitFor();
    await take("passage");
    await press(".fd-sheet .fd-icon");
    await press(".fd-replies button");
    await chat(page).locator(".fd-survey").waitFor();
    await take("rating");
    await chat(page).locator(".fd-survey label").nth(3).click();
    await take("rated");
  }
  await press(".fd-head .fd-icon");
  await take("menu");
  await chat(page).locator(".fd-deed").last().click();
  await take("erase");
  await page.keyboard.press("Escape");
  await press(".fd-person");
  await chat(page).locator(".fd-contact").waitFor();
  await take("nobody");
  await chat(page).locator(".fd-contact input").fill("ann@");
  await chat(page).locator(".fd-contact input").press("Enter");
  await chat(page).locator(".fd-contact .fd-error:not(:empty)").waitFor();
  await take("wrong");
  line.send(JSON.stringify({ type: "passing", kind: "queue", place: 2, wait_seconds: 150 }));
  await take("waiting");
  await line.close({ code: 1001 });
  await visit.context.setOffline(true);
  await type(page, question);
  await chat(page).locator(".fd-own .fd-state").last().waitFor();
  await take("offline");
  await visit.context.close();
}

const only = process.argv[3] ?? "";
for (const size of SIZES) for (const scheme of ["light", "dark"]) if (`${size.width}-${scheme}-en`.includes(only)) await shoot(size, scheme, "en");
for (const locale of ["de", "ar"]) for (const [size, scheme] of [[SIZES[0], "dark"], [SIZES[2], "light"]]) if (`${size.width}-${scheme}-${locale}`.includes(only)) await shoot(size, scheme, locale);
await end();
