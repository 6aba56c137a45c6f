// What every browser test needs: a private server, one Chromium, pages that note every fault, and waits with a limit.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const LIMIT_MS = 15_000;
/** No single test needs this; it ends one that hangs. */
export const TEST_MS = 120_000;

const root = fileURLToPath(new URL("../../", import.meta.url));
const binary = process.env.FRONTDESK ?? join(root, "target/release/frontdesk");

const FLAGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Encoding the starter shop takes seconds of both cores; what a page shows does not depend on it. */
const NO_ENCODER = { FRONTDESK__UNDERSTANDING__ENCODER: "off" };

/** The tests type faster than any shopper. */
export const NO_LIMITS = {
  FRONTDESK__LIMITS__VISITOR_PER_10S: "10000",
  FRONTDESK__LIMITS__VISITOR_BURST: "10000",
  FRONTDESK__LIMITS__NETWORK_PER_10S: "10000",
  FRONTDESK__LIMITS__NETWORK_BURST: "10000",
};

const servers = new Set();

/** A server of one's own with its data in a temporary folder. `start` again after `kill`: same port, same data. */
export class Server {
  #data = mkdtempSync(join(tmpdir(), "frontdesk-browser-"));
  #env;
  #intents;
  #knowledge;
  #process = null;
  #port = 0;

  constructor({ env = NO_LIMITS, intents = join(root, "intents"), knowledge = join(root, "knowledge-base") } = {}) {
    this.#env = env;
    this.#intents = intents;
    this.#knowledge = knowledge;
    servers.add(this);
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start() {
    const folders = ["--data", this.#data, "--intents", this.#intents, "--knowledge-base", this.#knowledge];
    const args = ["serve", "--listen", `127.0.0.1:${this.#port}`, ...folders];
    const server = spawn(binary, args, { env: { ...process.env, ...NO_ENCODER, ...this.#env }, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = server;
    let said = "";
    await within(
      new Promise((resolve, reject) => {
        const hear = (bytes) => {
          said += bytes;
          const port = /listening on http:\/\/[^\s:]+:(\d+)/.exec(said)?.[1];
          if (port !== undefined) resolve((this.#port = Number(port)));
        };
        server.stdout.on("data", hear);
        server.stderr.on("data", hear);
        server.on("error", reject);
        server.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
      }),
      () => `the server to listen; it said:\n${said}`,
    );
    return this;
  }

  /** No goodbye, as when the power goes. */
  async kill() {
    const server = this.#process;
    this.#process = null;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  }

  /** Somebody at the desk, who can log in at once. The command works beside the running server. */
  async addUser(name, role, password) {
    const args = ["user", "add", "--data", this.#data, "--email", `${name}@shop.example`, "--name", name, "--role", role];
    const adding = spawn(binary, password === undefined ? args : [...args, "--password-stdin"], { stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    adding.stdout.on("data", (bytes) => (said += bytes));
    adding.stdin.end(password);
    const [code] = await once(adding, "exit");
    if (code !== 0) throw new Error(`user add ended with ${code}`);
    return said;
  }

  async remove() {
    await this.kill();
    rmSync(this.#data, { recursive: true, force: true });
    servers.delete(this);
  }
}

/** The starter shop's folders as a copy, for tests that save files. */
export function copyOfShop() {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-shop-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [intents, knowledge] = ["intents", "knowledge-base"].map((name) => {
    cpSync(join(root, name), join(folder, name), { recursive: true });
    return join(folder, name);
  });
  return { intents, knowledge };
}

let browser = null;

export async function launch() {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  return browser;
}

export async function end() {
  await browser?.close();
  for (const server of [...servers]) await server.remove();
}

/** A browser of its own: storage, locale, size. `faults` gathers what must not happen in any of its pages. */
export async function visitor(server, options = {}) {
  const { viewport = { width: 1280, height: 800 }, phone = false, locale = "en-GB", ...rest } = options;
  const touch = phone ? { isMobile: true, hasTouch: true } : {};
  const context = await (await launch()).newContext({ viewport, locale, ...touch, ...rest });
  context.setDefaultTimeout(LIMIT_MS);
  const faults = [];
  await context.exposeFunction("faultNoted", (text) => void faults.push(text));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.faultNoted(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  context.on("page", (page) => {
    page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(`console: ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(server.url).origin) faults.push(`outside request: ${request.url()}`);
    });
  });
  return { context, faults, server };
}

/** What a browser says of its own accord when the line is cut on purpose. */
const CUT = /^console: .*(WebSocket connection to|net::ERR_INTERNET_DISCONNECTED|net::ERR_CONNECTION_REFUSED)/;

/** The faults of a visit in which the line was cut on purpose. */
export function beyondCuts(faults) {
  return faults.filter((fault) => !CUT.test(fault));
}

export async function pageOf({ context, server }) {
  const page = await context.newPage();
  await page.goto(server.url);
  return page;
}

/** A page of whoever the token is of, with nothing else kept. */
export async function pageWith(visit, token) {
  const page = await pageOf(visit);
  await page.evaluate((token) => {
    localStorage.clear();
    localStorage.setItem("frontdesk.token", token);
  }, token);
  return page;
}

/** A page with the chat open and the line up. */
export async function openChat(visit) {
  const page = await pageOf(visit);
  await open(page);
  return page;
}

/** The chat, in its frame. */
export const chat = (page) => page.frameLocator("iframe[title]");
/** The same as a frame, to run things in; there is one as soon as the chat is drawn. */
export const frameOf = (page) => page.frames().find((frame) => new URL(frame.url() || "about:blank").pathname === "/widget");
/** What the button is called, in any of its languages. */
const LAUNCHER = /Chat with us|Chat öffnen|تحدث معنا/;
export const launcher = (page) => page.getByRole("button", { name: LAUNCHER });

export async function open(page) {
  await launcher(page).click();
  await chat(page).locator(".fd-panel").waitFor();
}

/** Closed from within. */
export async function close(page) {
  await chat(page).locator(".fd-head .fd-icon").last().click();
  await page.locator("iframe[title]").waitFor({ state: "hidden" });
}

export async function type(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** Says something and waits until the assistant has answered it. */
export async function ask(page, text) {
  const before = await bot(page).count();
  await type(page, text);
  await bot(page).nth(before).waitFor();
}

export const field = (page) => chat(page).locator(".fd-composer textarea");
export const own = (page) => chat(page).locator(".fd-own .fd-bubble");
export const bot = (page) => chat(page).locator(".fd-row:not(.fd-own) .fd-bubble");

/** Waits until the shopper's messages are exactly these, in this order, and all of them acked. */
export async function ownAre(page, texts) {
  await frameOf(page)
    .waitForFunction(
      (expected) => {
        const shown = [...document.querySelectorAll(".fd-own .fd-bubble")].map((bubble) => bubble.textContent);
        const unsent = Object.keys(localStorage).some((key) => key.startsWith("frontdesk.out."));
        return !unsent && JSON.stringify(shown) === JSON.stringify(expected);
      },
      texts,
      { timeout: LIMIT_MS },
    )
    .catch(async (error) => {
      throw new Error(`own messages: ${JSON.stringify(await own(page).allTextContents())}, not ${JSON.stringify(texts)}: ${error.message}`);
    });
}

/** The log as the server has it: the local copy is thrown away and fetched anew. */
export async function fromServer(page) {
  // The page writes its copy when it goes; a tab that never opened the chat has none to write.
  const fresh = await page.context().newPage();
  await page.close();
  await fresh.goto(page.url());
  await fresh.evaluate(() => localStorage.removeItem("frontdesk.log"));
  await open(fresh);
  return fresh;
}

/** Everything a page can keep in a browser; all of it 0 or empty when nothing is kept. */
export async function kept(page) {
  return page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    document.cookie,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
    (await navigator.serviceWorker.getRegistrations()).length,
  ]);
}

/** What the keyboard is at: the name of it, in the page or in the chat's frame. */
export async function focused(page) {
  const name = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const named = at?.labels?.[0] ?? (/^(A|BUTTON|SUMMARY)$/.test(at?.tagName) ? at : null);
    return at?.ariaLabel ?? named?.textContent.replace(/New messages.*/, "").trim() ?? at?.tagName;
  };
  const there = await page.evaluate(name);
  return there === "IFRAME" ? frameOf(page).evaluate(name) : there;
}

/** Goes on by one key until the focus is at what is called so. */
export async function walkTo(page, name, key = "Tab", limit = 100) {
  const passed = [];
  for (let n = 0; n < limit; n += 1) {
    await page.keyboard.press(key);
    passed.push(await focused(page));
    if (name.test(passed.at(-1))) return;
  }
  throw new Error(`${key} does not lead to ${name}, but to ${JSON.stringify(passed)}`);
}

export async function within(promise, what, ms = LIMIT_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what()}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for something that can only be looked at, not listened for. */
export async function until(holds, what, ms = LIMIT_MS) {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what()}`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

/**
 * A statement about the page that a moment's patience may make true: a page is drawn a frame after the event that a test waited
 * for. Holds at once, or within the limit; else the last failure is thrown.
 */
export async function seen(check, ms = LIMIT_MS) {
  const end = Date.now() + ms;
  for (;;) {
    try {
      return await check();
    } catch (failure) {
      if (Date.now() > end) throw failure;
    }
    await new Promise((next) => setTimeout(next, 25));
  }
}
