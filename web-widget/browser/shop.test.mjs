// The demo shop, as a visitor finds it: shelves, things, cart, and the way to the desk.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { seen, Server, visitor } from "./world.mjs";

const server = await new Server().start();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const catalogue = readFileSync(fileURLToPath(new URL("../../intents/shop/catalog.csv", import.meta.url)), "utf8");

/** Every kind of page, its shelves filled. */
const PAGES = ["/", "/?kind=Table", "/?q=zzzz", "/p/moor-wool-cardigan?v=2", "/p/no-such-thing", "/cart"];

const at = (address) => new URL(address, server.url).href;

async function visitPage(visit, address) {
  const page = await visit.context.newPage();
  await page.goto(at(address));
  await settled(page);
  return page;
}

/** The shelves have come, and every picture in sight is drawn. */
async function settled(page) {
  await page.locator("main h1").first().waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector(".to-come") === null);
  await page.evaluate(() => Promise.all(Array.from(document.images, (image) => image.loading === "lazy" || image.decode().catch(() => undefined))));
}

async function put(page, address) {
  await page.goto(at(address));
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.locator(".added", { hasText: "In the cart" }).waitFor();
}

/** A chat that only notes what it is asked. */
async function notedChat(context) {
  await context.route("**/frontdesk.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: "window.calls = []; window.frontdesk = (...args) => void window.calls.push(args);" }),
  );
}

async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical" || impact === "moderate");
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function tooSmall(page) {
  return page.locator("button:visible, nav a:visible, .swatches a:visible, .strip a:visible, .choice label:visible").evaluateAll((all) =>
    all
      .map((one) => [one.textContent || one.getAttribute("aria-label"), one.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24)
      .map(([name]) => name),
  );
}

function fits(width, height) {
  return async () => {
    const visit = await visitor(server, { viewport: { width, height }, phone: width < 600, reducedMotion: "reduce" });
    const page = await visit.context.newPage();
    await put(page, "/p/oak-chopping-board?v=2");
    for (const address of PAGES) {
      await page.goto(at(address));
      await settled(page);
      assert.equal(await overflow(page), 0, `${address} sticks out`);
      assert.deepEqual(await tooSmall(page), [], `${address}: targets under 24 px`);
    }
  };
}

function accessible(colorScheme, phone) {
  return async () => {
    const viewport = phone ? { width: 360, height: 740 } : { width: 1440, height: 900 };
    const visit = await visitor(server, { colorScheme, phone, viewport, reducedMotion: "reduce", bypassCSP: true });
    const page = await visit.context.newPage();
    await page.goto(at("/cart"));
    await settled(page);
    assert.deepEqual(await findings(page), [], "empty cart");
    await put(page, "/p/fjord-wool-throw?v=1");
    for (const address of PAGES) {
      await page.goto(at(address));
      await settled(page);
      assert.deepEqual(await findings(page), [], address);
    }
    await page.goto(at("/cart"));
    await page.getByRole("button", { name: "Check out" }).click();
    assert.deepEqual(await findings(page), [], "after the checkout button");
    await page.route("**/v1/catalog", (route) => route.abort());
    await page.goto(at("/"));
    await page.getByRole("button", { name: "Try again" }).waitFor();
    assert.deepEqual(await findings(page), [], "without a catalogue");
  };
}

export const tests = {
  ...Object.fromEntries(
    [
      [320, 568],
      [360, 740],
      [820, 1100],
      [1440, 900],
    ].map(([width, height]) => [`shop: nothing sticks out at ${width} px`, fits(width, height)]),
  ),
  ...Object.fromEntries(
    ["light", "dark"].flatMap((scheme) => [false, true].map((phone) => [`shop: axe finds nothing: ${scheme}, ${phone ? "phone" : "desktop"}`, accessible(scheme, phone)])),
  ),

  async "shop: the shelves are the live catalogue, one card for each group, each with its picture"() {
    const visit = await visitor(server);
    const page = await visitPage(visit, "/");
    const { products } = await (await visit.context.request.get(at("/v1/catalog"))).json();
    assert.equal(products.length, catalogue.trim().split("\n").length - 1, "every row of the file");
    const groups = new Set(products.map(({ group, sku }) => group || sku));
    await seen(async () => assert.equal(await page.locator(".card").count(), groups.size));
    await page.locator(".card", { hasText: "Fjord wool throw" }).getByText("€89.00").waitFor();
    await page.locator(".card", { hasText: "Oak chopping board" }).getByText("from €39.00").waitFor();
    await page.locator(".card", { hasText: "Winter mug" }).getByText("Sold out").waitFor();
    for (const image of new Set(products.map((product) => product.image))) {
      const answer = await visit.context.request.get(at(image));
      assert.deepEqual([image, answer.status(), answer.headers()["content-type"]], [image, 200, "image/svg+xml"]);
    }
    assert.deepEqual(visit.faults, []);
  },

  async "shop: kind and words narrow the shelves, and the address says so"() {
    const visit = await visitor(server, { locale: "de-DE" });
    const page = await visitPage(visit, "/");
    await page.getByRole("button", { name: "Light", exact: true }).click();
    await seen(async () => assert.match(await page.locator(".count").innerText(), /^4 of \d+ things$/));
    await page.getByRole("searchbox").fill("LAMP brass");
    await seen(async () => assert.deepEqual(await page.locator(".card h3").allTextContents(), ["Lantern table lamp"]));
    await seen(async () => assert.match(await page.locator(".card .price").innerText(), /^69,00\s€$/));
    await page.reload();
    await settled(page);
    await seen(async () => assert.equal(await page.locator(".card").count(), 1));
    await page.getByRole("searchbox").fill("surfboard");
    await page.getByRole("button", { name: "Show everything" }).click();
    assert.ok((await page.locator(".card").count()) > 20);
    assert.deepEqual(visit.faults, []);
  },

  async "shop: a variant is chosen by keyboard; picture, price, stock, title and address follow"() {
    const visit = await visitor(server);
    const page = await visitPage(visit, "/p/pine-linen-shirt?v=1");
    await page.getByRole("radio", { name: "white" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL("**/p/pine-linen-shirt?v=3");
    await seen(async () => assert.equal(await page.locator(".product-picture img").getAttribute("src"), "/img/pine-linen-shirt-blu.svg"));
    await seen(async () => assert.equal(await page.getByRole("radio", { name: "L", exact: true }).isChecked(), true));
    await seen(async () => assert.match(await page.title(), /^Pine linen shirt, blue, L/));
    await page.goto(at("/p/oak-chopping-board?v=1"));
    await page.getByRole("radio", { name: "45 x 30 cm" }).check();
    await page.locator(".product-price", { hasText: "€59.00" }).waitFor();
    await page.goto(at("/p/fjord-wool-throw?v=1"));
    await page.getByRole("radio", { name: "grey" }).check();
    await page.locator(".product-text .stock", { hasText: "Sold out" }).waitFor();
    await seen(async () => assert.equal(await page.getByRole("button", { name: "Add to cart" }).count(), 0));
    assert.deepEqual(visit.faults, []);
  },

  async "shop: the cart outlives a reload in its tab, and only there"() {
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    await put(page, "/p/fjord-wool-throw?v=1");
    await put(page, "/p/harbour-mug?v=2");
    await page.getByRole("link", { name: "See the cart" }).click();
    await page.getByRole("group", { name: "Count of Fjord wool throw, blue" }).getByRole("button", { name: "One more" }).click();
    await page.locator(".sum-line", { hasText: "€192.00" }).waitFor();
    await page.reload();
    await page.locator(".sum-line", { hasText: "€192.00" }).waitFor();
    await seen(async () => assert.match(await page.locator(".to-cart").innerText(), /3/));
    const other = await visitPage(visit, "/cart");
    await other.getByText("There is nothing in it yet.").waitFor();
    await page.getByRole("button", { name: "Check out" }).click();
    await page.getByText("There is no checkout behind this button").waitFor();
    await page.getByRole("button", { name: "Remove Harbour mug, sand" }).click();
    await seen(async () => assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1"));
    await page.getByRole("button", { name: "Remove Fjord wool throw, blue" }).click();
    await page.getByText("There is nothing in it yet.").waitFor();
    await seen(async () => assert.equal(await page.evaluate(() => sessionStorage.length), 0));
    assert.deepEqual(visit.faults, []);
  },

  async "shop: before the visitor acts nothing is stored, and nothing is asked for but the page itself"() {
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    page.on("websocket", (socket) => asked.push(socket.url()));
    for (const address of ["/", "/p/harbour-mug?v=1", "/cart"]) {
      await page.goto(at(address));
      await settled(page);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    }
    const own = /^\/(p\/[\w-]+|cart|v1\/catalog|frontdesk\.js|(img|assets)\/[\w.-]+)?$/;
    assert.deepEqual(asked.filter((path) => !own.test(path)), []);
    const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, (await caches.keys()).length]);
    assert.deepEqual(kept, [0, 0, "", 0, 0]);
    assert.deepEqual(await visit.context.cookies(), []);
    assert.deepEqual(visit.faults, []);
  },

  async "shop: pages change without loading; heading, focus and way back are right"() {
    const visit = await visitor(server);
    const page = await visitPage(visit, "/");
    await page.evaluate(() => (window.same = true));
    await page.locator(".card", { hasText: "Pebble vase" }).scrollIntoViewIfNeeded();
    const depth = await page.evaluate(() => scrollY);
    await page.locator(".card h3 a", { hasText: "Pebble vase" }).click();
    await page.locator(".product h1", { hasText: "Pebble vase" }).waitFor();
    await seen(async () => assert.deepEqual(await page.evaluate(() => [document.activeElement?.textContent, scrollY, window.same]), ["Pebble vase", 0, true]));
    await page.goBack();
    await page.locator(".card").first().waitFor();
    await page.waitForFunction((y) => Math.abs(scrollY - y) < 80, depth);
    await page.goForward();
    await page.locator("nav[aria-label=Main] a", { hasText: "Help" }).click();
    await page.waitForFunction(() => Math.abs(document.getElementById("help").getBoundingClientRect().top) < 40);
    await seen(async () => assert.deepEqual(await page.evaluate(() => [document.activeElement?.id, window.same]), ["help", true]));
    assert.deepEqual(visit.faults, []);
  },

  async "shop: the desk is asked by the one function, and by mail where it has not come"() {
    const visit = await visitor(server);
    await notedChat(visit.context);
    const page = await visitPage(visit, "/p/fjord-wool-throw?v=1");
    await page.getByRole("button", { name: "Ask about this" }).click();
    await page.goto(at("/p/winter-mug"));
    await page.getByRole("button", { name: "Ask when it is back" }).click();
    await seen(async () => assert.deepEqual(await page.evaluate(() => window.calls), [["send", "When is the Winter mug, red back in stock?"]]));
    await page.goto(at("/"));
    await page.getByRole("button", { name: "Ask it now: wheres my stuff" }).click();
    await page.getByRole("button", { name: "Open the chat" }).click();
    await seen(async () => assert.deepEqual(await page.evaluate(() => window.calls), [["send", "wheres my stuff", true], ["open"]]));

    const without = await visitor(server);
    await without.context.route("**/frontdesk.js", (route) => route.abort());
    const bare = await visitPage(without, "/p/winter-mug");
    await bare.getByRole("button", { name: "Ask when it is back" }).click();
    await bare.locator(".said a[href^='mailto:']").waitFor();
  },

  async "shop: the suggestions can be copied"() {
    const visit = await visitor(server, { permissions: ["clipboard-read", "clipboard-write"] });
    const page = await visitPage(visit, "/");
    const copied = async (name) => {
      await page.getByRole("button", { name, exact: true }).click();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    assert.equal(await copied("Copy: how long do refunds take?"), "how long do refunds take?");
    assert.equal(await copied("Copy 10042"), "10042");
    assert.equal(await copied("Copy ann@example.com"), "ann@example.com");
  },

  async "shop: a catalogue that does not come is said, and can be asked for again"() {
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    await page.route("**/v1/catalog", (route) => route.fulfill({ status: 503, body: "{}" }));
    await page.goto(at("/"));
    await page.getByText("The catalogue did not come").waitFor();
    await page.unroute("**/v1/catalog");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".card", { hasText: "Fjord wool throw" }).waitFor();
    await page.route("**/v1/catalog", (route) => route.fulfill({ json: { shop: { name: "x" }, products: [] } }));
    await page.reload();
    await page.getByText("The shelves are empty").waitFor();
  },

  async "shop: without scripts there are words and an address"() {
    const visit = await visitor(server, { javaScriptEnabled: false });
    const page = await visit.context.newPage();
    await page.goto(at("/p/harbour-mug"));
    await page.getByRole("heading", { name: "Harbour & Pine" }).waitFor();
    await seen(async () => assert.equal(await page.locator("a[href='mailto:support@shop.example']").isVisible(), true));
  },

  async "shop: nothing jumps while the catalogue is on its way"() {
    for (const [width, height] of [
      [360, 740],
      [820, 1100],
      [1440, 900],
    ]) {
      const visit = await visitor(server, { viewport: { width, height }, phone: width < 600 });
      await visit.context.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => entry.hadRecentInput || (window.shift += entry.value))).observe({ type: "layout-shift", buffered: true });
      });
      const page = await visit.context.newPage();
      await put(page, "/p/fjord-wool-throw?v=1");
      await page.route("**/v1/catalog", async (route) => {
        await new Promise((late) => setTimeout(late, 400));
        await route.continue();
      });
      for (const address of ["/", "/#collection", "/p/moor-wool-cardigan?v=1", "/cart"]) {
        await page.goto("about:blank");
        await page.goto(at(address));
        await settled(page);
        const shift = await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown(window.shift)))));
        assert.ok(shift < 0.02, `${address} at ${width} px shifted by ${shift}`);
      }
    }
  },

  async "shop: with text at twice the size, and with long words, nothing sticks out"() {
    const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    const product = (sku, color, size) => ({ sku, title: `${long} ${sku}, ${color}`, description: long, price: { amount: "123456.00", currency: "EUR" }, availability: "in_stock", brand: "", color, size, group: "L", link: `/p/long?v=${sku}`, image: "" });
    const visit = await visitor(server, { viewport: { width: 360, height: 740 } });
    await visit.context.route("**/v1/catalog", (route) => route.fulfill({ json: { shop: { name: "x" }, products: [product("1", long, long), product("2", "red", "M")] } }));
    const page = await visit.context.newPage();
    await put(page, "/p/long?v=1");
    for (const address of ["/", "/p/long?v=1", "/cart"]) {
      await page.goto(at(address));
      await settled(page);
      assert.equal(await overflow(page), 0, `long words: ${address}`);
    }
    await visit.context.unrouteAll();
    await page.setViewportSize({ width: 1280, height: 900 });
    for (const address of PAGES) {
      await page.goto(at(address));
      await settled(page);
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      assert.equal(await overflow(page), 0, `twice the size: ${address}`);
    }
  },
};
