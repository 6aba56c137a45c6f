// The demo shop page's own script: puts the chat on it. The page itself is plain HTML and works without.

import { render } from "preact";
import { App } from "./view";
import { Chat } from "./chat";
import { Socket } from "./socket";
import { Keeper, TOKEN } from "../shared/storage";
import { wordsFor } from "./text";
import "./widget.css";

const SUBPROTOCOL = "chat.v1";
/** The hello must fit into 4 KiB. */
const PAGE_MOST = 1000;

function mount(): void {
  const chat = new Chat({
    keeper: () => new Keeper(() => localStorage),
    socket: (around) => new Socket({ ...around, open: () => new WebSocket(socketUrl(), SUBPROTOCOL), random: Math.random }),
    locale: navigator.language,
    // Without query and fragment: those may carry what is nobody's business.
    page: (location.origin + location.pathname).slice(0, PAGE_MOST),
    now: Date.now,
    name: randomName,
  });
  addEventListener("storage", ({ key }) => key === TOKEN && chat.adopt());
  addEventListener("online", () => chat.nudge());
  addEventListener("offline", () => chat.hangUp());
  addEventListener("pagehide", () => chat.save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") chat.nudge();
    else chat.save();
  });

  const page = Array.from(document.body.children).filter((part) => part instanceof HTMLElement);
  const root = document.createElement("div");
  document.body.append(root);
  const words = wordsFor(navigator.language);
  render(<App chat={chat} words={words} page={page} />, root);
}

function socketUrl(): string {
  const url = new URL("/v1/ws", location.origin);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** 128 random bits. `crypto.randomUUID` is missing on plain http, where a first trial often runs. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

mount();
