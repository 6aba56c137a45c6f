// People at the desk, in a real browser against a real server: what comes to them, what they do, and what the shopper sees
// of it. The shoppers here are bare sockets: how their chat looks is tested elsewhere.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PAYLOADS } from "./payloads.mjs";
import { beyondCuts, LIMIT_MS, seen, Server, until, visitor } from "./world.mjs";

const server = await new Server().start();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PASSWORD = "three words in a row";
/** Whoever is silent for 15 seconds loses their chats; the server looks every few. */
const LEASE_MS = 30_000;

for (const [name, role] of [["Ann", "agent"], ["Bo", "agent"], ["Vic", "viewer"], ["Ada", "admin"]]) {
  await server.addUser(name, role, PASSWORD);
}

/** Somebody at the desk, logged in through the form. */
async function at(name, options = {}) {
  const visit = await visitor(server, { viewport: { width: 1440, height: 900 }, ...options });
  const page = await visit.context.newPage();
  await page.goto(`${server.url}console`);
  await page.getByLabel("Email").fill(`${name}@shop.example`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  // The queue is here: what comes from now on is news.
  await page.locator(".row, .list-empty-title").first().waitFor();
  return { ...visit, page, close: () => visit.context.close() };
}

/** A browser says of its own accord that nobody was logged in yet. */
const faultsOf = ({ faults }) => beyondCuts(faults).filter((fault) => !/status of 401/.test(fault));

/** A shopper with a bare socket on a page of the server. */
async function shopper(locale = "en") {
  const { context } = await visitor(server);
  const page = await context.newPage();
  await page.goto(`${server.url}healthz`);
  await page.evaluate(
    (locale) =>
      new Promise((welcomed) => {
        const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/ws`, "chat.v1");
        window.frames_ = [];
        window.sends = (frame) => socket.send(JSON.stringify(frame));
        socket.onopen = () => window.sends({ type: "hello", locale });
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          window.frames_.push(frame);
          if (frame.type === "ping") window.sends({ type: "pong", n: frame.n });
          if (frame.type === "welcome") welcomed();
        };
      }),
    locale,
  );
  const frames = () => page.evaluate(() => window.frames_);
  const events = async () => (await frames()).filter(({ type }) => type === "event").map(({ event }) => event);
  let count = 0;
  const self = {
    frames,
    events,
    sends: (frame) => page.evaluate((frame) => window.sends(frame), frame),
    async says(text) {
      count += 1;
      const id = `s${count}`;
      await self.sends({ type: "say", id, client_id: `${id}-${Math.random()}`, body: { kind: "text", text } });
      await page.waitForFunction((id) => window.frames_.some(({ re, type }) => re === id && type === "ack"), id);
    },
    async sees(what, test, ms = LIMIT_MS) {
      const end = Date.now() + ms;
      for (;;) {
        const found = (await events()).find(test);
        if (found !== undefined) return found;
        if (Date.now() > end) throw new Error(`the shopper waited ${ms} ms for ${what}; there was ${JSON.stringify(await events())}`);
        await page.waitForTimeout(50);
      }
    },
    hears: (text, ms) => self.sees(text, ({ kind, body }) => kind === "said" && body.text.includes(text), ms),
    async isWith(phase, times = 1, ms = LIMIT_MS) {
      await until(() => self.phases.filter((seen) => seen === phase).length >= times, () => `phase ${phase}`, ms);
    },
    phases: [],
    conversation: async () => (await frames()).find(({ type }) => type === "ack").message.split(".")[0],
    close: () => context.close(),
  };
  await page.exposeFunction("phaseSeen", (phase) => void self.phases.push(phase));
  await page.evaluate(() => {
    let seen = 0;
    setInterval(() => {
      for (; seen < window.frames_.length; seen += 1) {
        const { type, event } = window.frames_[seen];
        if (type === "event" && event.kind === "phase") window.phaseSeen(event.phase);
      }
    }, 20);
  });
  return self;
}

/** A shopper who waits for a person, and the name of their chat on the desk. */
async function waiting(first = "when are you open?", locale) {
  const who = await shopper(locale);
  await who.says(first);
  // Whoever asks for a person before the assistant has answered gets no answer of its any more.
  await who.sees("the answer", ({ kind, by }) => kind === "said" && by.role === "bot");
  await who.sends({ type: "act", id: "human", client_id: `human-${Math.random()}`, act: "human" });
  await who.isWith("waiting");
  const conversation = await who.conversation();
  return { who, conversation, name: conversation.slice(0, 4).toUpperCase() };
}

const rowOf = (page, name) => page.locator(".row", { hasText: name });
const field = (page) => page.locator(".composer textarea");
const bubbles = (page) => page.locator(".log .bubble").allTextContents();
const button = (page, name) => page.getByRole("button", { name, exact: true });

async function open(page, name, view = "Waiting") {
  await page.getByRole("group", { name: "Which chats" }).getByRole("button", { name: new RegExp(`^${view}`) }).click();
  await rowOf(page, name).click();
  await page.locator(".log").waitFor();
}

async function findings(page) {
  // A colour on its way to another is neither.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Every state of the desk that a pass with axe looks at. */
function accessible(colorScheme, phone) {
  return async () => {
    const { name, who } = await waiting("how long do refunds take?");
    const visit = await at("Ada", { colorScheme, viewport: phone ? { width: 360, height: 740 } : { width: 1440, height: 900 } });
    const { page } = visit;
    const looked = async (state) => {
      assert.deepEqual(await findings(page), [], state);
      assert.equal(await sideways(page), 0, `${state} sticks out to the side`);
    };
    await rowOf(page, name).waitFor();
    await looked("the queue");
    await open(page, name);
    await page.locator(".why-button").first().click();
    await looked("a conversation with a trace");
    await field(page).fill("/");
    await page.getByRole("option").first().waitFor();
    await looked("canned replies");
    await field(page).fill("");
    await button(page, "Note").click();
    await looked("a note");
    await button(page, "Pass on…").click();
    await looked("passing on");
    await page.keyboard.press("Escape");
    if (phone) await button(page, "Details").click();
    await button(page, "Erase…").click();
    await looked("details, about to erase");
    await page.locator(".rail-you .rail-item").click();
    await looked("presence");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await looked("keys");
    await page.keyboard.press("Escape");
    await page.context().setOffline(true);
    await page.getByText("No line to the server.").waitFor();
    await looked("a cut line");
    await page.context().setOffline(false);
    await visit.close();
    await who.close();
  };
}

export const tests = {
  async "desk: a hand-over arrives, is taken and answered; a note stays at the desk"() {
    const ann = await at("Ann");
    const { page } = ann;
    const { who, conversation, name } = await waiting("how long do refunds take?");
    await rowOf(page, name).getByText("asked for a person", { exact: true }).waitFor();
    await page.waitForFunction(() => /^\(\d+\) frontdesk$/.test(document.title));
    await page.locator('[role="status"]', { hasText: /A new chat waits: .*asked for a person/ }).waitFor({ state: "attached" });
    await open(page, name);
    assert.ok(page.url().endsWith(`/console/c/${conversation}`));
    await page.locator(".summary").getByText("Wants:").waitFor();
    await button(page, "Take").click();
    await who.isWith("with_agent");
    await page.getByText("Ann took the chat.").waitFor();

    await field(page).fill("/sor");
    await page.getByRole("option", { name: /\/sorry/ }).waitFor();
    await field(page).press("Enter");
    const reply = await field(page).inputValue();
    assert.ok(reply.length > 10 && !reply.includes("/sor") && !reply.includes("{{"), reply);
    await field(page).press("Enter");
    await who.hears(reply);
    await page.keyboard.press("Alt+p");
    await page.keyboard.type("a regular, be kind");
    await page.keyboard.press("Enter");
    await page.locator(".msg-note", { hasText: "a regular, be kind" }).getByText("note, for colleagues only").waitFor();
    const last = (await who.frames()).findLast(({ type, event }) => type === "event" && event.by?.role === "agent");
    await who.sends({ type: "received", seq: last.seq });
    await page.locator(".msg-own").getByText("Delivered").waitFor();
    await who.sends({ type: "read", seq: last.seq });
    await page.locator(".msg-own").getByText("Seen").waitFor();
    await who.sends({ type: "typing", on: true });
    await page.getByText("The shopper is typing").waitFor();
    assert.ok(!JSON.stringify(await who.frames()).includes("a regular"), "the note reached the shopper");
    assert.equal((await bubbles(page)).filter((text) => text === reply).length, 1);
    assert.deepEqual(faultsOf(ann), []);
    await ann.close();
    await who.close();
  },

  async "desk: a chat is passed on, given back to the assistant, and resolved"() {
    const [ann, bo] = [await at("Ann"), await at("Bo")];
    const { who, name } = await waiting();
    await open(ann.page, name);
    await button(ann.page, "Take").click();
    await who.isWith("with_agent");
    await button(ann.page, "Pass on…").click();
    await ann.page.locator(".menu-item", { hasText: "Bo" }).click();
    await who.sees("Bo", ({ kind, agent }) => kind === "assigned" && agent === "Bo");
    await ann.page.getByText("Bo has this chat. You can write a note.").waitFor();
    assert.equal(await field(ann.page).isDisabled(), true);

    await open(bo.page, name, "Mine");
    await ann.page.getByText("Bo looks on").waitFor();
    await field(bo.page).fill("hello from");
    await ann.page.getByText("Bo is typing").waitFor();
    await field(bo.page).fill("");
    await button(bo.page, "Back to the assistant").click();
    await who.isWith("bot");
    await who.says("do you sell gift cards?");
    await who.sees("the assistant", ({ kind, by, body }) => kind === "said" && by.role === "bot" && /gift card/i.test(body.text));
    // What comes while one writes is asked about before it is sent.
    await bo.page.locator(".msg-bot").filter({ hasText: "You can buy gift cards" }).waitFor();
    await field(bo.page).fill("I am back");
    await button(bo.page, "Take and send").click();
    await who.hears("I am back");
    await bo.page.keyboard.press("Alt+e");
    await who.isWith("closed");
    await bo.page.getByText("The conversation was resolved.").waitFor();
    assert.equal(await field(bo.page).isDisabled(), true);
    await bo.page.getByRole("group", { name: "Which chats" }).getByRole("button", { name: "All" }).click();
    await bo.page.getByLabel("State").selectOption("closed");
    await rowOf(bo.page, name).waitFor();
    assert.deepEqual([faultsOf(ann), faultsOf(bo)], [[], []]);
    for (const one of [ann, bo, who]) await one.close();
  },

  async "desk: whoever closes their tab loses the chat; it is back at the head of the queue, and the shopper is told"() {
    const [ann, bo] = [await at("Ann"), await at("Bo")];
    const [{ who, name }, other] = [await waiting(), await waiting()];
    await open(ann.page, name);
    await button(ann.page, "Take").click();
    await who.isWith("with_agent");
    await ann.close();
    await who.isWith("waiting", 2, LEASE_MS);
    await who.sees("being told", ({ kind, by }) => kind === "said" && by.role === "system");
    await rowOf(bo.page, name).getByText("came back", { exact: true }).waitFor();
    // Nobody who never had a person is ahead of it.
    const rows = await bo.page.locator(".row").allInnerTexts();
    const place = rows.findIndex((text) => text.includes(name));
    assert.ok(rows.slice(0, place).every((text) => text.includes("came back")), JSON.stringify(rows));
    await open(bo.page, name);
    await button(bo.page, "Resolve").click();
    await who.isWith("closed");
    for (const one of [bo, who, other.who]) await one.close();
  },

  async "desk: a new message while one types is asked about before sending"() {
    const ann = await at("Ann");
    const { page } = ann;
    const { who, name } = await waiting();
    await open(page, name);
    await button(page, "Take").click();
    await who.isWith("with_agent");
    await field(page).fill("your parcel is lost");
    await who.says("it has just arrived!");
    await page.getByText("it has just arrived!").first().waitFor();
    await field(page).press("Enter");
    await page.getByText("The shopper wrote while you typed").waitFor();
    assert.ok(!(await bubbles(page)).includes("your parcel is lost"));
    await button(page, "Keep writing").click();
    await field(page).fill("how nice");
    await field(page).press("Enter");
    await who.hears("how nice");
    await ann.close();
    await who.close();
  },

  async "desk: what is written without a line goes out once and in order when it is back"() {
    const ann = await at("Ann");
    const { page, context } = ann;
    const { who, name } = await waiting();
    await open(page, name);
    await button(page, "Take").click();
    await who.isWith("with_agent");
    await context.setOffline(true);
    await page.getByText("No line to the server.").waitFor();
    for (const text of ["one", "two", "three"]) {
      await field(page).fill(text);
      await field(page).press("Enter");
    }
    await seen(async () => assert.equal(await page.getByText("Goes out when the line is back").count(), 3));
    await who.says("still there?");
    await context.setOffline(false);
    await who.hears("three");
    await page.getByText("still there?").waitFor();
    await page.locator(".log").getByText("Goes out when the line is back").waitFor({ state: "detached" });
    const said = (await who.events()).filter(({ kind, by }) => kind === "said" && by.role === "agent").map(({ body }) => body.text);
    assert.deepEqual(said, ["one", "two", "three"]);
    const shown = (await bubbles(page)).filter((text) => said.includes(text));
    assert.deepEqual(shown, said);
    assert.deepEqual(faultsOf(ann), []);
    await ann.close();
    await who.close();
  },

  async "desk: of two who take a chat at once the other is told so"() {
    const [ann, bo] = [await at("Ann"), await at("Bo")];
    const { who, name } = await waiting();
    await Promise.all([open(ann.page, name), open(bo.page, name)]);
    await field(bo.page).fill("mine!");
    const takes = [button(ann.page, "Take"), bo.page.getByRole("button", { name: "Take and send" })];
    // Who is slower may find the button gone before the click: as good an answer as a refusal.
    const pressed = await Promise.allSettled(takes.map((take) => take.click({ timeout: 5_000 })));
    assert.ok(pressed.some(({ status }) => status === "fulfilled"));
    await who.isWith("with_agent");
    const refused = (page) => page.getByText(/colleague has this chat already|Not sent:|has this chat\./).first();
    await Promise.any([refused(ann.page).waitFor(), refused(bo.page).waitFor()]);
    const assigned = (await who.events()).filter(({ kind }) => kind === "assigned");
    assert.equal(assigned.length, 1);
    for (const one of [ann, bo, who]) await one.close();
  },

  async "desk: every answer says why it was given, in words"() {
    const ann = await at("Ann");
    const { page } = ann;
    const { who, name } = await waiting("how long do refunds take?");
    await open(page, name);
    await page.locator(".msg-bot").first().getByRole("button", { name: "Why did it say that?" }).click();
    const why = page.locator(".why-body");
    for (const words of ["By the rule:", "how long do refunds take?", "check refund policy", "the runner-up", "How long does a refund take?"]) {
      await why.getByText(words).first().waitFor();
    }
    await why.getByText("The record as it is stored").click();
    await seen(async () => assert.match(await why.locator("pre").innerText(), /"understanding"/));
    await ann.close();
    await who.close();
  },

  async "desk: the summary names an article by its title, in the list and beside the chat"() {
    const ann = await at("Ann");
    const { page } = ann;
    const { who, name } = await waiting("how long do refunds take?");
    await rowOf(page, name).getByText("How long does a refund take?").waitFor();
    await open(page, name);
    for (const place of [".summary", ".side"]) {
      await page.locator(place).getByText("How long does a refund take?").first().waitFor();
      assert.doesNotMatch(await page.locator(place).innerText(), /article:/);
    }
    assert.deepEqual(faultsOf(ann), []);
    await ann.close();
    await who.close();
  },

  async "desk: all that can be done with a chat is in sight on a phone"() {
    const ann = await at("Ann", { viewport: { width: 360, height: 740 } });
    const { page } = ann;
    const { who, name } = await waiting();
    await open(page, name);
    await button(page, "Take").click();
    await button(page, "Back to the queue").waitFor();
    const hidden = () =>
      page.locator(".actions .btn, .menu-body:visible").evaluateAll((all) =>
        all
          .map((one) => [one.textContent, one.getBoundingClientRect()])
          .filter(([, { left, right }]) => left < 0 || right > innerWidth)
          .map(([text]) => text),
      );
    await seen(async () => assert.deepEqual(await page.locator(".actions .btn").allTextContents(), ["Pass on…", "Back to the queue", "Back to the assistant", "Resolve"]));
    assert.deepEqual(await hidden(), []);
    await button(page, "Pass on…").click();
    await page.locator(".menu-body").waitFor();
    assert.deepEqual(await hidden(), []);
    await page.keyboard.press("Escape");
    await button(page, "Resolve").click();
    await who.isWith("closed");
    assert.deepEqual(faultsOf(ann), []);
    await ann.close();
    await who.close();
  },

  async "desk: the proof of an outcome is shown where it stands"() {
    const ann = await at("Ann");
    const { who, conversation } = await waiting("how long do refunds take?");
    await ann.page.goto(`${server.url}console/c/${conversation}?event=2`);
    const proof = ann.page.locator('.proof[aria-current="true"]');
    await proof.getByText("Proof of the outcome").waitFor();
    await proof.getByText(/refund goes out within/).first().waitFor();
    await ann.close();
    await who.close();
  },

  async "desk: keys move through the list and open what one writes in"() {
    const ann = await at("Ann");
    const { page } = ann;
    const [first, second] = [await waiting("one"), await waiting("two")];
    await rowOf(page, second.name).waitFor();
    await page.keyboard.press("Alt+j");
    const chats = await page.locator(".row .row-name").allTextContents();
    const openName = async () => (await page.locator(".thread-title h2").innerText()).replace("Chat ", "");
    assert.equal(await openName(), chats[0]);
    await page.keyboard.press("Alt+j");
    assert.equal(await openName(), chats[1]);
    await page.keyboard.press("Alt+k");
    assert.equal(await openName(), chats[0]);
    await field(page).waitFor();
    await page.keyboard.press("Alt+l");
    await page.waitForFunction(() => document.activeElement?.matches(".composer-say textarea"));
    await page.keyboard.press("Alt+p");
    await page.waitForFunction(() => document.activeElement?.matches(".composer-note textarea"));
    await page.keyboard.type("?");
    await seen(async () => assert.equal(await page.getByRole("dialog").count(), 0, "a question mark that is typed is no key"));
    await page.locator(".log").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.matches(".log"));
    assert.deepEqual(faultsOf(ann), []);
    for (const one of [ann, first.who, second.who]) await one.close();
  },

  async "desk: whoever looks on can do nothing"() {
    const vic = await at("Vic");
    const { who, name } = await waiting();
    await open(vic.page, name);
    await vic.page.getByText("when are you open?").waitFor();
    for (const what of [".composer", ".actions", ".presence"]) assert.equal(await vic.page.locator(what).count(), 0, what);
    await vic.close();
    await who.close();
  },

  async "desk: a one-time link leaves the address bar, sets a password, and works once"() {
    const said = await server.addUser("Eve", "agent");
    const link = `${server.url}${/console#link=\S+/.exec(said)[0]}`;
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    await page.goto(link);
    await page.getByRole("heading", { name: "Welcome to the desk" }).waitFor();
    assert.equal(page.url(), `${server.url}console`);
    await page.getByLabel("New password", { exact: true }).fill("short");
    await button(page, "Set the password and log in").click();
    await page.getByText("The password has 5 of at least 10 characters.").waitFor();
    for (const label of ["New password", "New password again"]) await page.getByLabel(label, { exact: true }).fill(PASSWORD);
    await button(page, "Set the password and log in").click();
    await page.getByRole("group", { name: "Which chats" }).waitFor();
    await page.locator(".rail-you .rail-item").click();
    await button(page, "Log out").click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByRole("heading", { name: "This link does not open" }).waitFor();
    await visit.context.close();
  },

  async "desk: nothing a shopper or a colleague types runs"() {
    // Without the policy: then nothing but the console's own care stands between the payload and the page.
    const [ann, ada] = [await at("Ann", { bypassCSP: true }), await at("Ada", { bypassCSP: true })];
    for (const { page } of [ann, ada]) {
      await page.evaluate(() => Object.defineProperty(window, "pwned", { set: () => window.faultNoted("a script ran") }));
    }
    const { who, name } = await waiting();
    await open(ann.page, name);
    await button(ann.page, "Take").click();
    await who.isWith("with_agent");
    await open(ada.page, name, "Others");
    for (const payload of PAYLOADS) await who.says(payload);
    await button(ada.page, "Note").click();
    for (const payload of PAYLOADS) {
      await field(ada.page).fill(payload);
      await field(ada.page).press("Escape");
      await button(ada.page, "Add note").click();
    }
    await ada.page.getByLabel("New label").fill(PAYLOADS[0].slice(0, 60));
    await button(ada.page, "Add").click();
    await ann.page.locator(".labels").waitFor();
    for (const { page } of [ann, ada]) {
      await page.waitForFunction((count) => document.querySelectorAll(".msg-note").length >= count, PAYLOADS.length);
      const shown = await bubbles(page);
      await seen(async () => assert.equal(await page.locator(".bubble *:not(i), .labels script, .log iframe, .log form, .log [onerror], .log [onload]").count(), 0));
      for (const payload of PAYLOADS) assert.equal(shown.filter((text) => text === payload.trim() || text === payload).length, 2, payload);
    }
    assert.deepEqual([faultsOf(ann), faultsOf(ada)], [[], []]);
    for (const one of [ann, ada, who]) await one.close();
  },

  ...Object.fromEntries(
    ["light", "dark"].flatMap((scheme) =>
      [false, true].map((phone) => [`desk: axe finds nothing grave, nothing sticks out: ${scheme}, ${phone ? "phone" : "desktop"}`, accessible(scheme, phone)]),
    ),
  ),
};
