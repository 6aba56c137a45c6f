// Nothing that anybody types runs: from the shopper, from an author's article, from a server gone bad.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, bot, chat, frameOf, fromServer, open, openChat, ownAre, seen, Server, type, visitor } from "./world.mjs";
import { PAYLOADS, URLS } from "./payloads.mjs";

const server = await new Server().start();

/** What only markup could have put into the chat. */
const FOREIGN = ".fd-bubble *:not(i), body script, iframe, object, embed, form form, [onerror], [onload], body [style]";

/** The policy may be off: then nothing but the widget's own care stands between the payload and the page. */
async function bare(policy) {
  const visit = await visitor(server, { bypassCSP: !policy });
  await visit.context.addInitScript(() => {
    for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.faultNoted(`${name} was called`);
    Object.defineProperty(window, "pwned", { set: () => window.faultNoted("a script ran") });
  });
  return visit;
}

async function harmless(page, visit) {
  await frameOf(page).evaluate(() => new Promise((idle) => requestIdleCallback(idle)));
  await seen(async () => assert.equal(await chat(page).locator(FOREIGN).count(), 0));
  const links = await chat(page).locator("a").evaluateAll((all) => all.map(({ protocol, target, rel }) => ({ protocol, target, rel })));
  for (const link of links) assert.match(`${link.protocol} ${link.target} ${link.rel}`, /^https?: _blank noopener noreferrer$/);
  assert.deepEqual(visit.faults, []);
}

export const tests = {
  async "40 payloads typed as messages stay text, with the policy and without"() {
    assert.equal(PAYLOADS.length, 40);
    for (const policy of [true, false]) {
      const visit = await bare(policy);
      const page = await openChat(visit);
      for (const payload of PAYLOADS) await type(page, payload);
      await ownAre(page, PAYLOADS);
      await harmless(page, visit);
      const again = await fromServer(page);
      await ownAre(again, PAYLOADS);
      await harmless(again, visit);
    }
  },

  async "payloads in an article stay text"() {
    const knowledge = mkdtempSync(join(tmpdir(), "frontdesk-knowledge-"));
    cpSync(new URL("../../knowledge-base", import.meta.url).pathname, knowledge, { recursive: true });
    const title = '<img src=x onerror="pwned=1">How tall is a zeppelin?';
    const answer = "A zeppelin is 40 metres tall. <script>pwned=1</script><svg onload=pwned=1>";
    writeFileSync(
      join(knowledge, "en/zeppelin.md"),
      `---\nid: zeppelin\ntitle: ${JSON.stringify(title)}\nlocale: en\ncategory: PRODUCT\nanswer: ${JSON.stringify(answer)}\nquestions:\n  - how tall is a zeppelin\n  - zeppelin height in metres\naudience: public\nstatus: published\nreview_by: 2099-01-01\nurl: https://shop.example/help/zeppelin\n---\n## Height <img src=x onerror="pwned=1">\nA zeppelin is 40 metres tall. <script>pwned=1</script> [press](javascript:pwned=1) <svg onload=pwned=1>\n`,
    );
    const own = await new Server({ knowledge }).start();
    const visit = await visitor(own, { bypassCSP: true });
    const page = await openChat(visit);
    await ask(page, "how tall is a zeppelin");
    assert.equal(await bot(page).first().textContent(), answer);
    await seen(async () => assert.equal(await chat(page).locator(".fd-sources bdi").textContent(), title));
    await harmless(page, visit);
    await chat(page).locator(".fd-sources button").click();
    await chat(page).locator(".fd-cited p", { hasText: "metres tall" }).waitFor();
    await harmless(page, visit);
    await own.remove();
    rmSync(knowledge, { recursive: true });
  },

  async "a server gone bad cannot run anything either: payloads in every field"() {
    for (const payload of PAYLOADS) assert.equal(typeof payload, "string");
    const visit = await bare(false);
    const page = await visit.context.newPage();
    const bad = URLS.map((url) => ({ title: url, url }));
    await page.routeWebSocket("**/v1/ws", (socket) =>
      socket.onMessage((text) => {
        if (JSON.parse(text).type !== "hello") return;
        const send = (frame) => socket.send(JSON.stringify(frame));
        const [name, disclosure] = PAYLOADS;
        send({
          type: "welcome", token: "t", visitor: "v", conversation: "c", epoch: "1.0", head: PAYLOADS.length + 1, resumed: false,
          assistant: { name, disclosure }, limits: { text: 8000, in_flight: 8 },
          heartbeat: { ping_ms: 15_000, dead_ms: 45_000 }, people: { open: true, reply_by: name },
        });
        const event = (seq, event) => send({ type: "event", seq, epoch: "1.0", at: payloadTime(seq), event });
        PAYLOADS.forEach((payload, index) =>
          event(index + 1, {
            kind: "said", message: payload + index, by: { role: "agent", name: payload, ai: index % 2 === 0 },
            body: {
              kind: "text", text: payload, quick_replies: [{ title: payload }, ...bad],
              card: { title: payload, text: payload, image: URLS[index % URLS.length], buttons: [{ title: payload, url: "https://shop.example/" }, ...bad] },
              cards: [0, 1].map((other) => ({ title: payload, text: payload, image: URLS[(index + other) % URLS.length], buttons: bad })),
              citations: [{ article: payload, title: payload, anchor: payload, url: URLS[index % URLS.length] }],
            },
          }),
        );
        event(PAYLOADS.length + 1, { kind: "assigned", agent: PAYLOADS[2] });
      }),
    );
    await page.goto(server.url);
    await open(page);
    await bot(page).nth(PAYLOADS.length - 1).waitFor();
    assert.deepEqual(await bot(page).allTextContents(), PAYLOADS);
    await harmless(page, visit);
  },

  async "the page's policy forbids inline code, eval and other hosts"() {
    const visit = await visitor(server);
    const page = await visit.context.newPage();
    for (const path of ["", "widget"]) {
      const response = await page.goto(server.url + path);
      const policy = response.headers()["content-security-policy"] ?? "";
      for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'"]) assert.ok(policy.includes(rule), rule);
      assert.doesNotMatch(policy, /unsafe|\*|data:|blob:/);
      assert.doesNotMatch(await response.text(), /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    }
  },
};

function payloadTime(seq) {
  return seq % 2 === 0 ? "2026-11-22T15:00:00Z" : PAYLOADS[seq % PAYLOADS.length];
}
