/** @jsxImportSource ./ui */
// The page of the chat. It mostly stands in a frame on a shop's page, and does what the loader there says; opened by itself
// it is the whole chat in a window of its own.

import { render } from "./ui";
import type { Handover, Look, ToFrame, ToPage } from "../shared/bridge";
import { randomName } from "../shared/name";
import { Socket, dial } from "../shared/socket";
import { Keeper, TOKEN } from "../shared/storage";
import { Chat } from "./chat";
import { isMessage, meet } from "./door";
import { wordsFor } from "./text";
import { App, type Draft } from "./view";
import "./widget.css";

const DEAD_MS = 45_000;
/** The hello in which the page's address and language travel has to fit into 4 KiB. */
const PAGE_MOST = 1000;
const LOCALE_MOST = 100;
/** A revoked address would cut off a slow download. */
const REVOKE_MS = 60_000;

const ALONE: Handover = {
  frontdesk: "handover",
  locale: navigator.language,
  look: { scheme: "auto", accent: null, on: null },
  items: [],
};

async function begin({ items, ...given }: Handover, port: MessagePort | null): Promise<void> {
  let { locale } = given;
  let page = location.origin + location.pathname;
  let words = await wordsFor(locale);
  let open = false;
  let draft: Draft = { text: "" };
  const tell = (message: ToPage): void => port?.postMessage(message);
  const chat = new Chat({
    keeper: () => new Keeper(() => localStorage, { items, tell: (item) => tell({ say: "store", item }) }),
    socket: (owner) => new Socket({ ...owner, open: () => dial("/v1/ws", "chat.v1"), random: Math.random, dead_ms: DEAD_MS }),
    locale: () => locale.slice(0, LOCALE_MOST),
    page: () => page.slice(0, PAGE_MOST),
    save,
    now: Date.now,
    name: randomName,
  });
  const draw = (): void => {
    // Screen readers and hyphenation go by the document's language.
    Object.assign(document.documentElement, { lang: words.lang, dir: words.dir });
    render(<App chat={chat} words={words} open={open} draft={draft} onClose={port && (() => tell({ say: "close" }))} />, document.body);
  };
  const show = (now: boolean): void => {
    open = now;
    if (open) chat.open();
    draw();
  };
  const hear = async (message: ToFrame): Promise<void> => {
    switch (message.say) {
      case "open":
        page = message.page;
        return show(message.open);
      case "locale":
        words = await wordsFor((locale = message.locale));
        chat.reintroduce();
        return draw();
      case "look":
        return dress(message.look);
      case "send":
        if (message.now) chat.say(message.text);
        else draft = { text: message.text };
        return draw();
      case "stored":
        return chat.stored(message.item);
      case "reset":
        return chat.reset();
    }
  };

  chat.subscribe(() => tell({ say: "unread", count: open ? 0 : chat.unread }));
  listen(chat);
  dress(given.look);
  show(port === null);
  if (port) port.onmessage = ({ data }) => void (isMessage(data) && hear(data));
  tell({ say: "up" });
}

/** What the browser says of other tabs, the line and the page. */
function listen(chat: Chat): void {
  addEventListener("storage", ({ key, newValue }) => key === TOKEN && chat.adopt(newValue === null));
  addEventListener("online", () => chat.nudge());
  addEventListener("offline", () => chat.hangUp());
  addEventListener("pagehide", () => chat.save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") chat.nudge();
    else chat.save();
  });
}

function dress({ scheme, accent, on }: Look): void {
  const { dataset, style } = document.documentElement;
  dataset["theme"] = scheme;
  dataset["accent"] = accent === null ? "" : "own";
  style.setProperty("--accent", accent);
  style.setProperty("--on-accent", on);
}

function save(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "chat.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
}

// The words are on their way while we still ask who is there.
void wordsFor(location.hash.slice(1) || navigator.language);
void (parent === window ? begin(ALONE, null) : meet().then(([handover, port]) => begin(handover, port)));
