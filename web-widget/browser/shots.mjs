// Takes pictures of the page, from the real server:  npm run shots -- DIR

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Server, ask, end, open, pageOf, type, visitor } from "./world.mjs";

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
const ASKED = { "en-GB": ["hi", "When do I get my money back?"], "de-DE": ["Hallo!", "Wie kann ich bezahlen?"], "ar-EG": ["مرحبا", "When do I get my money back?"] };

const server = await new Server().start();

async function settled(page) {
  await page.evaluate(() => Promise.all([...document.images].map((image) => (image.loading = "eager") && image.decode().catch(() => undefined))));
  await page.locator(".fd-state", { hasText: /Sending|gesendet…|الإرسال…/ }).waitFor({ state: "detached" });
}

async function shoot({ width, height, phone }, colorScheme, locale) {
  const name = [width, colorScheme, ...(locale === "en-GB" ? [] : [locale])].join("-");
  const visit = await visitor(server, { viewport: { width, height }, phone, colorScheme, locale, reducedMotion: "reduce" });
  const page = await pageOf(visit);
  const take = async (what, options = {}) => {
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}-${what}.png`), ...options });
  };
  await take("closed", { fullPage: true });
  await open(page);
  await page.locator(".fd-head h2", { hasText: "Pine" }).waitFor();
  await take("open");
  const [greeting, question] = ASKED[locale];
  await ask(page, greeting);
  await take("greeted");
  await ask(page, question);
  await page.locator(".fd-replies > *").first().waitFor();
  await take("talk");
  await page.locator(".fd-person").click();
  await page.locator(".fd-status:not(:empty)").waitFor();
  await take("waiting");
  await visit.context.setOffline(true);
  await page.locator(".fd-state, .fd-status").first().waitFor();
  await type(page, question);
  await page.locator(".fd-own").nth(2).waitFor();
  await take("offline");
  await visit.context.close();
}

for (const size of SIZES) for (const scheme of ["light", "dark"]) await shoot(size, scheme, "en-GB");
for (const locale of ["de-DE", "ar-EG"]) for (const [size, scheme] of [[SIZES[0], "dark"], [SIZES[2], "light"]]) await shoot(size, scheme, locale);
await end();
