// Nothing that anybody writes runs anywhere: every payload, in every text field a shopper, an agent, an admin or an author can
// fill, in every place where it is shown. Looked at twice: without the policy, when nothing but our own care stands between a
// payload and the page; and with it, when the policy must find nothing to do.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PAYLOADS, URLS } from "./payloads.mjs";
import { bareSocket, blank } from "./socket.mjs";
import { PASSWORD, logIn } from "./staff.mjs";
import { Server, bot, chat, frameOf, open, own, pageWith, visitor } from "./world.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const EVIL = "<img src=x onerror=pwned=1>";
const PICTURE = "/img/harbour-mug-blu.svg";
const yaml = JSON.stringify;
/** Braces that open a name to fill in, as an author writes them who means braces. */
const plainly = (text) => text.replaceAll("{{", '{{ "{{" }}');
const csv = (...cells) => `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\n`;
const cut = (text, length) => [...text].slice(0, length).join("");
/** Names and teams hold no marks that cannot be seen, and few characters. */
const seen = (text, length) => cut(text.replace(/[\p{Cc}\p{Cf}]/gu, ""), length).trim();
const email = (payload, at) => `${payload.replace(/[\s@\p{Cc}\p{Cf}]/gu, "/")}.${at}@shop.example`.toLowerCase();

/** A number and five payloads each: looking up an order takes its time, so that the time tells nothing. */
const ORDERS = Array.from({ length: 8 }, (_, at) => [String(30_000 + at), ...PAYLOADS.slice(at * 5, at * 5 + 5)]);

/** The starter shop, with payloads wherever an author writes words. */
function poisoned() {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-payloads-"));
  for (const name of ["intents", "knowledge-base"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  const change = (file, edit) => writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), "utf8")));
  change("intents/_settings.yaml", (text) =>
    // Somebody who writes nothing but payloads would soon be with a person; here the assistant is to answer them all.
    text
      .replace('name: "Harbour & Pine"', `name: ${yaml(PAYLOADS[0])}`)
      .replace('name: "Pine"', `name: ${yaml(PAYLOADS[1])}`)
      .replace("handoff_after: 3", "handoff_after: 50")
      .replace(/_in_a_row: 3/g, "_in_a_row: 50"),
  );
  change("intents/_canned.yaml", (text) => {
    const replies = PAYLOADS.map((p, at) => `  xss_${at}:\n    title: { en: ${yaml(plainly(p))} }\n    text: { en: ${yaml(plainly(p))} }\n`);
    return text + replies.join("");
  });
  change("intents/shop/catalog.csv", (text) => text.trimEnd() + "\n" + PAYLOADS.map((p, at) => csv(`X-${at}`, p, p, `/p/x-${at}`, PICTURE, "1.00 EUR", "in_stock", p, p, p, "")).join(""));
  const days = ["2026-11-01", "2026-11-02", "2026-11-03", ""];
  change("intents/shop/orders.csv", (text) => {
    const orders = ORDERS.map(([number, one, two, three, four, five], at) => {
      const [track, image, invoice] = [URLS[at], URLS[(at + 3) % URLS.length], URLS[(at + 6) % URLS.length]];
      return csv(number, "eve@example.com", "20095", "shipped", "2026-11-01", "2026-11-02", "2026-11-03", "", one, track, two, image, three, invoice, four, five);
    });
    return `${text.trimEnd()}\n${orders.join("")}`;
  });
  PAYLOADS.forEach((payload, at) => {
    const text = yaml(plainly(payload));
    const next = (at + 1) % PAYLOADS.length;
    writeFileSync(
      join(folder, `intents/xss_${at}.yaml`),
      `schema: 1\nintent: xss_${at}\ntitle: { en: ${yaml(payload)} }\ncategory: SHOP\nexamples:\n  en:\n    - ${yaml(`quokka${at} ${payload}`)}\n    - quokka${at}\n` +
        `not_examples:\n  en:\n    - ${yaml(`zebra${at} ${payload}`)}\nresponses:\n  xss_${at}_info:\n    - text: { en: ${text} }\n` +
        `      card: { title: ${text}, text: ${text}, image: ${PICTURE}, buttons: [ { title: { en: ${text} }, url: "https://shop.example/" } ] }\n` +
        `      quick_replies:\n        - { title: { en: ${text} }, send: /xss_${next} }\n        - { title: { en: ${text} }, url: "https://shop.example/" }\n      counts_as: answer\n`,
    );
    writeFileSync(
      join(folder, `knowledge-base/en/xss-${at}.md`),
      `---\nid: xss-${at}\ntitle: ${yaml(payload)}\nlocale: en\ncategory: SHOP\nanswer: ${yaml(payload)}\nquestions:\n  - ${yaml(`wallaby${at} ${payload}`)}\n` +
        `facts: { xss_${at}: ${yaml(payload)} }\naudience: public\nstatus: published\nreview_by: 2099-01-01\nurl: "https://shop.example/help"\n---\n## ${payload.replaceAll("\n", " ")}\nWallaby${at} ${payload}\n\n- ${payload}\n\n**${payload}** [press](${URLS[at % URLS.length].trim()})\n`,
    );
  });
  return folder;
}

/** A browser whose pages tell of every script that runs. */
async function guarded(server, policy) {
  const visit = await visitor(server, { bypassCSP: !policy, viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  await visit.context.addInitScript(() => {
    for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.faultNoted(`${name} was called`);
    Object.defineProperty(window, "pwned", { set: () => window.faultNoted("a script ran") });
  });
  return visit;
}

async function shopper(server) {
  const visit = await guarded(server, false);
  const talk = await bareSocket(await blank(visit), "/v1/ws", "chat.v1", { locale: "en", page: `https://shop.example/${EVIL}` });
  return { ...talk, close: () => visit.context.close() };
}

/** A change over the console's own routes, from a page of it. */
const post = (page, path, body) =>
  page.evaluate(
    async ([path, body]) => {
      const { csrf } = await (await fetch("/api/me")).json().catch(() => ({}));
      const headers = { "content-type": "application/json", ...(csrf && { "x-csrf-token": csrf }) };
      const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${await answer.text()}`);
      return answer.json();
    },
    [path, body],
  );

async function admin(server, policy) {
  const visit = await guarded(server, policy);
  const page = await visit.context.newPage();
  await page.goto(new URL("/console/people", server.url).href);
  await logIn(page, "ada");
  return { ...visit, page };
}

/** Everything people write, over the same routes and sockets that the pages use. Gives what the looks need. */
async function written(server) {
  await server.addUser("ada", "admin", PASSWORD);
  const ada = await admin(server, false);
  for (const [at, payload] of PAYLOADS.entries()) {
    const teams = [seen(payload, 40)];
    await post(ada.page, "/api/people/invite", { name: seen(payload, 60), email: email(payload, at).slice(-254), role: "agent", teams });
  }
  const { link } = await post(ada.page, "/api/people/invite", { name: EVIL, email: "eve@shop.example", role: "lead", teams: [EVIL] });
  const eve = await guarded(server, false);
  const desk = await blank(eve);
  await post(desk, "/api/links/redeem", { token: link.path.split("link=")[1], password: PASSWORD });
  const agent = await bareSocket(desk, "/v1/desk", "desk.v1", { client: { name: EVIL } });

  const [one, two, three, four] = [await shopper(server), await shopper(server), await shopper(server), await shopper(server)];
  const looks = (who, orders) => who.says(...orders.map(([number]) => `where is my order ${number}, i ordered with eve@example.com`));
  const looked = Promise.all([looks(two, ORDERS.slice(0, 3)), looks(three, ORDERS.slice(3, 6)), looks(four, ORDERS.slice(6))]);
  await one.says(...PAYLOADS);
  await one.asks({ type: "act", act: "human" });
  const conversation = (await one.asks({ type: "say", body: { kind: "text", text: PAYLOADS[0] } })).message.split(".")[0];
  const contacts = PAYLOADS.map((payload, at) => ({ type: "act", act: "leave_contact", email: email(payload, at).slice(-254) }));
  await one.asks(...contacts);
  for (const team of PAYLOADS) {
    await agent.asks({ type: "act", act: "claim", conversation }, { type: "act", act: "transfer", team: cut(team, 40), conversation });
  }
  await agent.asks(
    { type: "act", act: "claim", conversation },
    ...PAYLOADS.map((text) => ({ type: "say", conversation, body: { kind: "text", text } })),
    ...PAYLOADS.map((text) => ({ type: "note", conversation, text })),
  );
  await one.asks(...PAYLOADS.map((comment) => ({ type: "act", act: "rate", score: 1, comment })));
  await looked;
  const chats = [];
  for (const [at, who] of [one, two, three, four].entries()) {
    const { token } = await who.welcome();
    const { message } = await who.asks({ type: "act", act: "human" }, { type: "say", body: { kind: "text", text: EVIL } });
    const [conversation] = message.split(".");
    await agent.asks({ type: "act", act: "label", conversation, labels: PAYLOADS.slice(at * 10, at * 10 + 10).map((text) => seen(text, 59)) });
    chats.push({ token, conversation });
    await who.close();
  }
  for (const visit of [ada, eve]) await visit.context.close();
  return chats;
}

/** What only markup could have put into a page; our own pages hold none of it, and no attribute that is a handler. */
const FOREIGN = "body script, iframe:not([title]), object, embed, base, meta[http-equiv], form[action], link[href*=evil], [onerror], [onload], [onfocus], [ontoggle], [onmouseover], svg script, marquee, math, template, video, audio, style";

async function harmless(page, where) {
  for (const frame of page.frames()) {
    const found = await frame.evaluate(async (foreign) => {
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      const bad = (node) => node.matches("a[href], img[src]") && !["http:", "https:", "mailto:"].includes(new URL(node.href ?? node.src).protocol);
      return [...document.querySelectorAll("*")].filter((node) => node.matches(foreign) || bad(node)).map((node) => node.outerHTML.slice(0, 120));
    }, FOREIGN);
    assert.deepEqual(found, [], where);
  }
}

/** To another address of the same page, as its own links go there. */
const goTo = (page, path) =>
  page.evaluate((path) => {
    history.pushState(null, "", path);
    for (const moved of ["frontdesk:route", "demo:moved"]) dispatchEvent(new Event(moved));
  }, path);

/** Each of the texts stands there, letter for letter. */
function shown(text, payloads, where) {
  const flat = (words) => words.replace(/\s+/gu, " ").trim();
  const all = flat(text);
  assert.deepEqual(payloads.filter((payload) => !all.includes(flat(payload))), [], where);
}

/** The shopper's chats, and a walk through every reply, card and article by its buttons. */
async function widget(server, policy, chats, some) {
  const visit = await guarded(server, policy);
  for (const [at, { token }] of chats.entries()) {
    const page = await pageWith(visit, token);
    await open(page);
    await own(page).last().waitFor();
    if (at === 0) {
      await frameOf(page).waitForFunction((count) => document.querySelectorAll(".fd-bubble").length >= count, PAYLOADS.length * 3);
      shown((await own(page).allTextContents()).join("\n"), PAYLOADS, "the shopper's own");
      shown((await bot(page).allTextContents()).join("\n"), PAYLOADS, "the agent's");
    }
    await harmless(page, `chat ${at}`);
    await page.close();
  }
  const page = await visit.context.newPage();
  await page.goto(server.url);
  await page.evaluate(() => localStorage.clear());
  await page.evaluate(() => window.frontdesk("send", "quokka0", true));
  for (const at of some.keys()) {
    await chat(page).locator(".fd-card").nth(at).waitFor();
    await chat(page).locator(".fd-replies button").first().click();
  }
  const card = (await chat(page).locator(".fd-card").allTextContents()).join("\n");
  shown(card, PAYLOADS.slice(0, some.length), "cards");
  await harmless(page, "replies, cards and buttons");
  for (const at of [0, 10, 20, 30]) {
    await page.evaluate((at) => window.frontdesk("send", `wallaby${at}`, true), at);
  }
  await chat(page).locator(".fd-sources button").nth(3).waitFor();
  for (const at of [0, 1, 2, 3]) {
    await chat(page).locator(".fd-sources button").nth(at).click();
    await chat(page).locator(".fd-cited").waitFor();
    await harmless(page, "a passage");
    await chat(page).locator(".fd-sheet .fd-icon").first().click();
  }
  await visit.context.close();
  return visit.faults;
}

/** The desk: every row of each conversation, why each answer was given, the canned replies, and the copy opened in a tab. */
async function desk(server, { page, faults }, chats) {
  const { context } = page;
  for (const [at, { conversation }] of chats.entries()) {
    await goTo(page, `/console/c/${conversation}`);
    await page.locator(".log .bubble", { hasText: EVIL }).first().waitFor();
    await page.locator(".side .labels").waitFor();
    shown(await page.locator(".side .labels").innerText(), PAYLOADS.slice(at * 10, at * 10 + 10).map((text) => seen(text, 59)), "labels");
    if (at === 0) {
      await page.waitForFunction((count) => document.querySelectorAll(".msg-note").length >= count, PAYLOADS.length);
      shown(await page.locator(".log").innerText(), PAYLOADS, "said and noted");
    }
    for (const why of (await page.locator(".why-button").all()).slice(0, 6)) {
      await why.click();
      await page.locator(".why-body").first().waitFor();
    }
    await harmless(page, `the desk, conversation ${at}`);
  }
  await goTo(page, `/console/c/${chats[0].conversation}`);
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.locator(".composer textarea").fill("/");
  await page.getByRole("option").nth(PAYLOADS.length).waitFor();
  shown(await page.locator(".canned").innerText(), PAYLOADS, "canned replies");
  await page.getByRole("option", { name: /xss_1 / }).click();
  await page.getByRole("group", { name: "Which chats" }).getByRole("button", { name: /^All/ }).click();
  await harmless(page, "the list");
  for (const path of [...chats.map(({ conversation }) => `api/conversations/${conversation}/export`), "v1/catalog", "v1/articles/xss-0", "api/content", "api/people", "api/audit"]) {
    const tab = await page.context().newPage();
    // What is to be downloaded opens no page.
    await tab.goto(server.url + path).catch((error) => assert.match(error.message, /Download is starting/, path));
    assert.equal(await tab.evaluate(() => document.querySelectorAll("script, img, svg, iframe, a").length), 0, path);
    await tab.close();
  }
  // The first look finds nobody logged in.
  assert.deepEqual(faults.filter((fault) => !refused(fault)), []);
}

/** What stands in the files, and what a line would be answered with. */
async function content({ page }, some) {
  await goTo(page, "/console/content");
  await page.locator(".ct-row").nth(PAYLOADS.length).waitFor();
  shown(await page.locator(".ct-rows").innerText(), PAYLOADS, "intents");
  await page.locator(".ct-warnings summary").click();
  await harmless(page, "intents and warnings");
  await goTo(page, "/console/content/articles");
  await page.locator(".ct-row", { hasText: PAYLOADS[1] }).first().waitFor();
  shown(await page.locator(".ct-rows").innerText(), PAYLOADS, "articles");
  await harmless(page, "articles");
  for (const at of some) {
    for (const path of [`intents/xss_${at}`, `articles/xss-${at}?locale=en`]) {
      await goTo(page, `/console/content/${path}`);
      await page.locator(".ct-detail .hint code", { hasText: new RegExp(`xss.${at}\\.`) }).waitFor();
      shown(await page.locator(".ct-detail h2").innerText(), [PAYLOADS[at]], path);
      await harmless(page, path);
    }
  }
  for (const at of some) {
    const text = `quokka${at} ${PAYLOADS[at]}`;
    await page.getByLabel("A line as a shopper would write it").fill(text);
    const answered = page.waitForResponse("**/api/content/try");
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await answered;
    await page.locator(".ct-result .ct-line").waitFor();
  }
  await harmless(page, "a line that was tried");
}

/** People, what they did, and addresses that somebody bent. */
async function rest({ page }, some) {
  await goTo(page, "/console/people");
  await page.locator(".pp-row").nth(PAYLOADS.length).waitFor();
  shown(await page.locator(".main").innerText(), PAYLOADS.map((text) => seen(text, 40)), "teams");
  await harmless(page, "people");
  await page.getByRole("link", { name: "Who did what" }).click();
  await page.locator(".pp-audit tbody tr").first().waitFor();
  await harmless(page, "the log");
  for (const at of some) {
    const bent = encodeURIComponent(PAYLOADS[at]);
    const elsewhere = [
      `/console/scoreboard?list=requests&since=${bent}&until=${bent}`,
      `/console/c/${bent}?event=${bent}`,
      `/console/content/intents/${bent}`,
      `/console/content/articles/${bent}?locale=${bent}`,
    ];
    for (const path of [`/console/scoreboard?days=${bent}&from=${bent}&to=${bent}&list=${bent}&since=${bent}&until=${bent}`, elsewhere[at % elsewhere.length]]) {
      await goTo(page, path);
      await page.locator(".main :is(h1, h2)").first().waitFor();
      await harmless(page, path);
    }
  }
}

/** A save that is refused: its names and words stand in the faults. */
async function faulty(folder, { page }) {
  const file = join(folder, "intents/xss_faulty.yaml");
  writeFileSync(file, `schema: 1\nintent: xss_faulty\ntitle: { en: x }\ncategory: ${yaml(EVIL)}\nexamples: { en: [a b] }\nresponses:\n${PAYLOADS.map((text, at) => `  ${yaml(`${text}${at}`)}:\n    - { text: { en: ${yaml(`{{ ${at}x`)} }, counts_as: ${yaml(text)} }\n`).join("")}`);
  await goTo(page, "/console/content");
  await page.locator(".ct-stale li").first().waitFor();
  shown(await page.locator(".ct-stale").innerText(), [EVIL], "faults");
  await harmless(page, "faults");
  rmSync(file);
  await page.locator(".ct-stale").waitFor({ state: "detached" });
}

/** The demo shop: its things, their pages, the cart, and addresses that somebody bent. */
async function store(server, policy, some) {
  const { context, faults } = await guarded(server, policy);
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByText(PAYLOADS[0]).first().waitFor();
  shown(await page.locator("main").innerText(), PAYLOADS.filter((text) => !/, |\n/.test(text)), "things");
  await harmless(page, "the shop");
  for (const at of some) {
    await goTo(page, `/p/x-${at}`);
    await page.locator("h1", { hasText: cut(PAYLOADS[at].trim(), 8) }).waitFor();
    await harmless(page, `thing ${at}`);
    if (at % 8 === 0) await page.getByRole("button", { name: /cart/i }).first().click();
    await goTo(page, `/?q=${encodeURIComponent(PAYLOADS[at])}&kind=${encodeURIComponent(PAYLOADS[at])}`);
    await harmless(page, `search ${at}`);
    await goTo(page, `/p/${encodeURIComponent(PAYLOADS[at])}`);
    await harmless(page, `no thing ${at}`);
  }
  await goTo(page, "/cart");
  await harmless(page, "the cart");
  await context.close();
  assert.deepEqual(faults, []);
}

/** Browsers tell of every answer that is a refusal; those here are on purpose. */
const refused = (fault) => /status of 4\d\d/.test(fault);

let made = null;

/** The shop with all that was written in it; written once, looked at twice. */
async function world() {
  const folder = poisoned();
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const server = await new Server({ intents: join(folder, "intents"), knowledge: join(folder, "knowledge-base") }).start();
  return { server, folder, chats: await written(server) };
}

/** A page for one payload each, of all of them or of one in five. What stands in lists and logs is looked at whole anyway. */
const pages = (step) => [...PAYLOADS.keys()].filter((at) => at % step === 0);

async function everywhere(policy) {
  const { server, folder, chats } = await (made ??= world());
  const some = pages(policy ? 5 : 1);
  const ada = await admin(server, policy);
  await desk(server, ada, chats);
  await content(ada, some);
  await rest(ada, some);
  if (!policy) await faulty(folder, ada);
  assert.deepEqual(ada.faults.filter((fault) => !refused(fault)), []);
  await ada.context.close();
  await store(server, policy, some);
  assert.deepEqual(await widget(server, policy, chats, some), []);
}

export const tests = {
  "payloads everywhere: the policy finds nothing to do": () => everywhere(true),
  "payloads everywhere: without the policy nothing runs either": () => everywhere(false),
};
