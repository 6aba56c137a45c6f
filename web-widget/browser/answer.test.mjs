// An answer a language model writes: read as it comes, its source opened, more help asked for, and a person.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { bot, chat, copyOfShop, NO_LIMITS, openChat, seen, Server, type, visitor } from "./world.mjs";

const QUESTION = "when do I get my money back?";

/** An API that streams one sentence and holds the second back until it is told to go on. */
async function model() {
  let goOn;
  const waited = new Promise((resolve) => (goOn = resolve));
  const asked = [];
  const api = createServer(async (request, response) => {
    const body = [];
    for await (const piece of request) body.push(piece);
    asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(body).toString()) });
    response.writeHead(200, { "content-type": "text/event-stream" });
    const say = (content) => response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
    for (const piece of ["Your refund goes out within 5 wor", "king days after your parcel is back [1]. ", "It goes to the way"]) say(piece);
    await waited;
    say(" you paid [1].");
    response.end("data: [DONE]\n\n");
  });
  await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${api.address().port}/v1`, goOn, asked, close: () => api.close() };
}

const shop = copyOfShop();
const settings = join(shop.intents, "_settings.yaml");
writeFileSync(settings, readFileSync(settings, "utf8").replace("fallback: [intent, knowledge_base, handoff]", "fallback: [intent, knowledge_base, llm, handoff]"));
const api = await model();
const env = {
  ...NO_LIMITS,
  FRONTDESK__LLM__URL: api.url,
  FRONTDESK__LLM__MODEL: "test",
  FRONTDESK__LLM__KEY: "sk-test",
  FRONTDESK__OUTBOUND__PRIVATE_HOSTS: "127.0.0.1",
};
const server = await new Server({ env, ...shop }).start();

export const tests = {
  async "a sentence is read while the next is written, its source opens, and more help leads to a person"() {
    const visit = await visitor(server);
    const page = await openChat(visit);
    await type(page, QUESTION);
    const draft = bot(page).first();
    await draft.waitFor();
    assert.equal(await draft.innerText(), "Your refund goes out within 5 working days after your parcel is back.");
    await seen(async () => assert.equal(await chat(page).getByRole("log").getAttribute("aria-busy"), "true", "it is not read out before it is whole"));
    await seen(async () => assert.equal(await chat(page).locator(".fd-sources button").count(), 0));
    api.goOn();
    const source = chat(page).locator(".fd-sources button");
    await source.waitFor();
    await seen(async () => assert.equal(await bot(page).count(), 1, "the answer takes the place of what was read along"));
    assert.equal(await bot(page).first().innerText(), "Your refund goes out within 5 working days after your parcel is back. It goes to the way you paid.");
    assert.equal(await source.innerText(), "Source: How long does a refund take?");

    await source.click();
    const cited = chat(page).locator(".fd-cited");
    await cited.waitFor();
    assert.match(await cited.innerText(), /5 working days/);
    await page.keyboard.press("Escape");
    await cited.waitFor({ state: "detached" });

    await chat(page).getByRole("button", { name: "I need more help" }).click();
    await bot(page).nth(1).waitFor();
    await chat(page).getByRole("button", { name: "Talk to a person" }).last().click();
    await chat(page).locator(".fd-contact").waitFor();
    const [{ headers, body }] = api.asked;
    assert.equal(headers.authorization, "Bearer sk-test");
    assert.equal(api.asked.length, 1);
    assert.match(JSON.stringify(body.messages), /Your refund goes out within 5 working days/);
    assert.deepEqual(visit.faults, []);
    api.close();
  },
};
