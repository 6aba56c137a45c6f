// Takes pictures of every view in every size and scheme, from a real server with conversations that were really played:
//   npm run shots -- DIR            all of them
//   npm run shots -- DIR WORD       those whose name contains WORD: chat, cards, shop, door, desk, numbers, content, people, docs
// The views called docs are the pictures in docs/: `npm run shots -- ../docs docs`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MORNING, aMorning } from "./day.mjs";
import { smaller } from "./png.mjs";
import { PASSWORD, staff } from "./staff.mjs";
import { Server, ask, chat, end, launch, launcher, open, openChat, type, visitor } from "./world.mjs";

const [folder, only = ""] = process.argv.slice(2);
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
const SCHEMES = ["light", "dark"];
const ASKED = { en: ["hi", "When do I get my money back?"], de: ["Hallo!", "Wann bekomme ich mein Geld zurück?"], ar: ["مرحبا", "When do I get my money back?"] };
const PRODUCTS = { en: "do you have wool throws", de: "habt ihr Vasen auf Lager", ar: "do you have wool throws" };
const ORDER = { en: ["wheres my stuff", "10042", "ann@example.com"], de: ["wo bleibt mein paket", "10042", "ann@example.com"], ar: ["where is my order 10042", "ann@example.com"] };

/** Saves what is to be seen under a name, as small as it gets. */
const save = (name, png) => writeFileSync(join(folder, `${name}.png`), smaller(png));

function taker(page, name) {
  return async (what, options = {}) => {
    await page.waitForTimeout(150);
    save(`${name}-${what}`, await page.screenshot(options));
  };
}

async function aServer() {
  const server = await new Server().start();
  for (const [name, role] of [["Ann", "agent"], ["Bo", "agent"], ["Lea", "lead"], ["Ada", "admin"]]) await server.addUser(name, role, PASSWORD);
  return server;
}

/** The shop asks for the chat in a language. */
async function speaks(visit, locale) {
  await visit.context.addInitScript((locale) => {
    window.frontdesk = (...call) => (window.frontdesk.q ??= []).push(call);
    window.frontdesk("locale", locale);
  }, locale);
}

/** The chat in every state. */
async function chatShots({ width, height, phone }, colorScheme, locale) {
  const name = ["chat", width, colorScheme, ...(locale === "en" ? [] : [locale])].join("-");
  const visit = await visitor(server, { viewport: { width, height }, phone, colorScheme, reducedMotion: "reduce" });
  let line;
  await visit.context.routeWebSocket("**/v1/ws", (socket) => {
    socket.connectToServer().onMessage((text) => socket.send(text));
    line = socket;
  });
  await speaks(visit, locale);
  const page = await visit.context.newPage();
  await page.goto(server.url, { waitUntil: "networkidle" });
  const take = taker(page, name);
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
  for (const text of ORDER[locale]) await ask(page, text);
  await chat(page).locator(".fd-card").waitFor();
  await take("order");
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

/** Several products, each on a card. */
async function cardShots({ width, height, phone }, colorScheme, locale) {
  const visit = await visitor(server, { viewport: { width, height }, phone, colorScheme, reducedMotion: "reduce" });
  await speaks(visit, locale);
  const page = await openChat(visit);
  await ask(page, PRODUCTS[locale]);
  await chat(page).locator(".fd-cards img").first().evaluate((image) => image.decode());
  const take = taker(page, ["cards", width, colorScheme, ...(locale === "en" ? [] : [locale])].join("-"));
  await take("begin");
  await chat(page).locator(".fd-cards li").last().scrollIntoViewIfNeeded();
  await take("end");
  await visit.context.close();
}

/** The demo shop: home, a thing, the cart, and when the shelves do not come. */
async function shopShots({ width, height, phone }, colorScheme) {
  const visit = await visitor(server, { viewport: { width, height }, phone, colorScheme, reducedMotion: "reduce" });
  const page = await visit.context.newPage();
  const take = taker(page, `shop-${width}-${colorScheme}`);
  const at = async (address) => {
    await page.goto(new URL(address, server.url).href, { waitUntil: "networkidle" });
    // Pictures further down come when they are in sight.
    await page.evaluate(() => document.querySelectorAll("img").forEach((image) => (image.loading = "eager")));
    await page.waitForLoadState("networkidle");
  };
  await at("/cart");
  await take("cart-empty");
  await at("/");
  await take("home", { fullPage: true });
  await at("/?q=zzzz");
  await page.locator("#collection").scrollIntoViewIfNeeded();
  await take("nothing-found");
  await at("/p/no-such-thing");
  await take("unknown");
  await at("/p/moor-wool-cardigan?v=2");
  await take("product", { fullPage: true });
  await page.getByRole("button", { name: "Add to cart" }).click();
  await take("added");
  await at("/cart");
  await take("cart", { fullPage: true });
  await visit.context.route("**/v1/catalog", (route) => route.abort());
  await page.goto(server.url);
  await page.getByRole("button", { name: "Try again" }).scrollIntoViewIfNeeded();
  await take("no-catalogue");
  await visit.context.close();
}

/** The doors of the console: the login and the one-time link. */
async function doorShots({ width, height, phone }, colorScheme) {
  // One of its own: whoever tries wrong words is soon kept waiting.
  const server = await aServer();
  const link = /#link=[\w-]+/.exec(await server.addUser("Cleo", "agent"))[0];
  const visit = await visitor(server, { viewport: { width, height }, phone, colorScheme, reducedMotion: "reduce" });
  const page = await visit.context.newPage();
  const take = taker(page, `door-${width}-${colorScheme}`);
  await page.goto(new URL("/console", server.url).href, { waitUntil: "networkidle" });
  await take("login");
  await page.getByLabel("Email").fill("Ann@shop.example");
  await page.getByLabel("Password").fill("wrong words");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator(".refusal:not(:empty)").waitFor();
  await take("refused");
  await page.goto("about:blank");
  await page.goto(new URL(`/console${link}`, server.url).href);
  await page.getByLabel("New password", { exact: true }).waitFor();
  await take("link");
  await page.goto("about:blank");
  await page.goto(new URL("/console#link=nonsense", server.url).href);
  await page.getByText("This link does not open").waitFor();
  await take("link-over");
  await visit.context.close();
  await server.remove();
}

/** The desk with nobody in it, with a queue, and a conversation with everything open. */
async function deskShots({ width, height, phone }, colorScheme, where, what) {
  const ada = await staff(where, "Ada", "/console", { viewport: { width, height }, phone, colorScheme });
  const { page } = ada;
  const take = taker(page, `desk-${width}-${colorScheme}`);
  await page.locator(".row, .list-empty-title").first().waitFor();
  if (what === "empty") {
    await take("empty");
    await page.keyboard.press("?");
    await take("keys");
    await ada.context.close();
    return;
  }
  await take("queue");
  await page.locator(".row").first().click();
  await page.locator(".summary").waitFor();
  await take("chat");
  await page.locator(".why-button").last().click();
  await page.locator(".why-body").last().scrollIntoViewIfNeeded();
  await take("trace");
  await page.locator(".composer textarea").fill("/");
  await page.getByRole("option").first().waitFor();
  await take("canned");
  await page.locator(".composer textarea").fill("");
  await page.getByRole("button", { name: "Pass on…" }).click();
  await take("pass-on");
  await page.keyboard.press("Escape");
  if (width < 1200) {
    await page.getByRole("button", { name: "Details" }).click();
    await take("details");
    await page.getByRole("button", { name: width < 700 ? "Back to the conversation" : "Close the details" }).click();
  }
  await page.locator(".rail-you .rail-item").click();
  await take("presence");
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await page.getByText("No line to the server.").waitFor();
  await take("offline");
  await page.context().setOffline(false);
  await page.goto(new URL("/console", where.url).href);
  await page.getByRole("group", { name: "Which chats" }).getByRole("button", { name: "All" }).click();
  await page.locator(".row").first().waitFor();
  await take("all");
  await ada.context.close();
}

async function numbersShots({ width, height, phone }, colorScheme) {
  const lea = await staff(server, "Lea", "/console/scoreboard", { viewport: { width, height }, phone, colorScheme });
  const { page } = lea;
  const take = taker(page, `numbers-${width}-${colorScheme}`);
  await page.locator(".sb-chart canvas").waitFor();
  await take("scoreboard");
  await tall(page);
  await take("all");
  await page.setViewportSize({ width, height });
  await page.locator(".sb-legend tbody a").first().click();
  await page.locator(".sb-rows tbody tr").first().waitFor();
  await take("list");
  await page.locator(".sb-rows a").first().click();
  await page.locator(".proof").waitFor();
  await take("proof");
  await page.goto(new URL("/console/scoreboard?from=2026-01-01&to=2026-01-02", server.url).href);
  await page.locator(".sb-nothing, .sb-legend").first().waitFor();
  await take("empty");
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Count again" }).click();
  await page.locator(".failure").first().waitFor();
  await take("offline");
  await lea.context.close();
}

async function contentShots({ width, height, phone }, colorScheme) {
  const ada = await staff(server, "Ada", "/console/content", { viewport: { width, height }, phone, colorScheme });
  const { page } = ada;
  const take = taker(page, `content-${width}-${colorScheme}`);
  await page.getByLabel("A line as a shopper would write it").waitFor();
  await take("live");
  await page.getByLabel("A line as a shopper would write it").fill("grüß dich, wo ist meine bestellung 10042");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await page.locator(".ct-result .ct-line").first().waitFor();
  await tall(page);
  await take("try-it");
  await page.goto(new URL("/console/content/intents/track_order", server.url).href);
  await page.getByRole("heading", { name: "Where is my order?" }).waitFor();
  await tall(page);
  await take("intent");
  await page.goto(new URL("/console/content/articles/returns-refund-time", server.url).href);
  await page.getByRole("heading", { name: "How long does a refund take?" }).waitFor();
  await take("article");
  await ada.context.close();
}

async function peopleShots({ width, height, phone }, colorScheme) {
  const ada = await staff(server, "Ada", "/console/people", { viewport: { width, height }, phone, colorScheme });
  const { page } = ada;
  const take = taker(page, `people-${width}-${colorScheme}`);
  await page.locator(".pp-row").first().waitFor();
  await take("list");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  await page.getByRole("dialog").waitFor();
  await take("invite");
  await ada.context.close();
}

/** The console's pages scroll within; to see all of one, the window grows. */
async function tall(page) {
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.querySelector(".main").scrollHeight + 100);
  await page.setViewportSize({ width, height: Math.min(height, 4000) });
}

/** A queue of four, and a conversation worth a look. */
async function aQueue(where) {
  await aMorning(where, { morning: MORNING.slice(0, 4), onlyWaits: [["how long do refunds take?"], ["wo ist meine bestellung", "10042"], ["my mug arrived broken"]] });
  const visit = await visitor(where);
  const page = await openChat(visit);
  for (const text of [...ORDER.en.slice(0, 2), "how long do refunds take?", ...ORDER.en.slice(2), "this is rubbish, give me a person"]) await ask(page, text);
  await page.waitForTimeout(300);
  return visit;
}

/** The pictures in docs/. */
async function docsShots() {
  const where = await aServer();
  const desktop = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" };
  const shop = await openChat(await visitor(where, desktop));
  for (const text of ORDER.en) await ask(shop, text);
  await chat(shop).locator(".fd-card img").waitFor();
  await shop.mouse.move(10, 500);
  await save("picture", await shop.screenshot());

  await aQueue(where);
  const ann = await staff(where, "Ann", "/console", desktop);
  await ann.page.locator(".row", { hasText: "complaint" }).click();
  await ann.page.locator(".summary").waitFor();
  await ann.page.getByRole("button", { name: "Take", exact: true }).click();
  await ann.page.getByRole("button", { name: /^Mine ?1/ }).waitFor();
  await ann.page.locator(".row", { hasText: "complaint" }).waitFor();
  await ann.page.locator(".why-button").nth(2).click();
  await ann.page.locator(".why-body").evaluate((body) => {
    const log = body.closest(".log");
    log.scrollTop += body.closest(".msg").getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
  });
  await ann.page.mouse.move(700, 5);
  await save("desk", await ann.page.screenshot());

  await aMorning(where);
  const lea = await staff(where, "Lea", "/console/scoreboard", desktop);
  await lea.page.locator(".sb-chart canvas").waitFor();
  await save("scoreboard", await lea.page.screenshot());

  const phones = [];
  for (const [colorScheme, locale] of [["light", "en"], ["dark", "ar"]]) {
    const visit = await visitor(where, { viewport: { width: 360, height: 740 }, phone: true, colorScheme, reducedMotion: "reduce", deviceScaleFactor: 2 });
    await speaks(visit, locale);
    const page = await openChat(visit);
    for (const text of [...ASKED[locale].slice(0, 1), ...ORDER[locale]]) await ask(page, text);
    await chat(page).locator(".fd-card img").waitFor();
    await page.waitForTimeout(300);
    phones.push(await page.screenshot());
  }
  save("phone", await besides(phones));
}

/** Pictures of one height as one, with air between. */
async function besides(pictures) {
  const page = await (await (await launch()).newContext({ viewport: { width: 800, height: 780 }, deviceScaleFactor: 2 })).newPage();
  const images = pictures.map((png) => `<img height="740" src="data:image/png;base64,${png.toString("base64")}">`);
  await page.setContent(`<style>body{margin:0;display:flex;justify-content:center;gap:24px;padding:20px;background:#d9d4c5}img{border-radius:20px}</style>${images.join("")}`);
  await page.evaluate(() => Promise.all(Array.from(document.images, (image) => image.decode())));
  return page.screenshot();
}

/** A part is wanted for the sake of its pictures, too. */
const wanted = (name) => name.includes(only) || only.startsWith(name);
const each = async (part, shoot) => {
  for (const size of SIZES) for (const scheme of SCHEMES) if (wanted(`${part}-${size.width}-${scheme}`)) await shoot(size, scheme);
};

const server = await aServer();
// The chat is to find nobody at the desk, and the empty desk nobody in the shop.
const quiet = await aServer();
await each("desk", (size, scheme) => deskShots(size, scheme, quiet, "empty"));
await each("chat", (size, scheme) => chatShots(size, scheme, "en"));
for (const locale of ["de", "ar"]) await each(`chat-${locale}`, (size, scheme) => chatShots(size, scheme, locale));
await each("cards", (size, scheme) => cardShots(size, scheme, "en"));
for (const locale of ["de", "ar"]) await each(`cards-${locale}`, (size, scheme) => cardShots(size, scheme, locale));
await each("shop", shopShots);
await each("door", doorShots);
if (["desk", "numbers", "content", "people"].some(wanted)) await aQueue(server);
if (wanted("numbers")) await aMorning(server);
await each("desk", (size, scheme) => deskShots(size, scheme, server, "full"));
await each("numbers", numbersShots);
await each("content", contentShots);
await each("people", peopleShots);
if (wanted("docs")) await docsShots();
await end();
