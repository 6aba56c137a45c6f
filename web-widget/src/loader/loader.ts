// What a shop pastes: <script async src="https://DESK/frontdesk.js" data-locale="de"></script>
//
// Draws the button. Until the shopper (or the shop) opens the chat there is no request, no storage and no socket; then the
// chat comes in a frame of the server's origin. The built file is a plain script within one function; `frontdesk` is the
// only name it leaves in the page. Calls made before it has loaded are kept by this line and run in order:
//
//     window.frontdesk = window.frontdesk || function () { (frontdesk.q = frontdesk.q || []).push(arguments) };
//
//     frontdesk("open") · "close" · "toggle"      the panel
//     frontdesk("hide") · "show"                  the whole chat, button included
//     frontdesk("send", text)                     opens, with the text in the field: the shopper sends it, or not
//     frontdesk("send", text, true)               opens and sends it in the shopper's name; only after a click of theirs
//     frontdesk("locale", "ar")                   the chat's language, at once
//     frontdesk("theme", "dark")                  "light", "dark", "auto", or { scheme, accent: "#7a2048" }
//     frontdesk("reset")                          after a logout: this browser forgets the conversation
//     frontdesk("on", event, run)                 "ready", "open", "close", or "unread" with the count

import type { Handover, Item, Look, ToFrame, ToPage } from "../shared/bridge";
import { type Frontdesk, caller, replay } from "./calls";
import { inkOn } from "./colour";
import { STYLE } from "./style";
import { languageOf, wordsFor } from "./words";

declare global {
  interface Window {
    frontdesk?: Frontdesk;
  }
}

const PREFIX = "frontdesk.";
/** Tells the frame, at its next start, to forget what it keeps itself. */
const RESET = "frontdesk.reset";
/** On a bad line the frame's few files take seconds; what is not there after these will not come. */
const PATIENCE_MS = 15_000;

function draw(script: HTMLScriptElement): void {
  const server = new URL(script.src).origin;
  const html = document.documentElement;
  const sheet = matchMedia("(max-width:30rem)");
  const dark = matchMedia("(prefers-color-scheme:dark)");
  const listeners: [event: string, run: (value?: unknown) => void][] = [];
  let locale = script.dataset["locale"] || html.lang || navigator.language;
  let theme: { scheme?: Look["scheme"]; accent?: string } = {};
  let frame: HTMLIFrameElement | null = null;
  let port: MessagePort | null = null;
  let waiting: ToFrame[] = [];
  let opened = false;
  let unread = 0;
  let late: ReturnType<typeof setTimeout> | undefined;
  let unreachable = false;
  /** What of the page is out of reach while the sheet covers it. */
  let lifted: HTMLElement[] = [];

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style];
  const add = <Name extends keyof HTMLElementTagNameMap>(to: Node, name: Name): HTMLElementTagNameMap[Name] =>
    to.appendChild(document.createElement(name));
  const button = add(root, "button");
  const label = add(button, "span");
  const told = add(button, "i");
  const badge = add(button, "b");
  const panel = add(root, "div");
  button.onclick = open;

  function look(): Look {
    const accent = theme.accent ?? getComputedStyle(host).getPropertyValue("--frontdesk-accent").trim();
    const scheme = theme.scheme ?? "auto";
    if (!CSS.supports("color", accent)) return { scheme, accent: null, on: null };
    // Mixed with itself, a colour of any notation is computed as red, green and blue.
    host.style.color = `color-mix(in srgb,${accent},${accent})`;
    const computed = getComputedStyle(host).color;
    host.style.color = "";
    return { scheme, accent: computed, on: inkOn(computed) };
  }

  function paint(): void {
    const [asks, counts, fails] = wordsFor(locale);
    const { scheme, accent, on } = look();
    host.toggleAttribute("dark", scheme === "auto" ? dark.matches : scheme === "dark");
    host.lang = locale;
    host.dir = languageOf(locale) === "ar" ? "rtl" : "ltr";
    host.style.cssText = accent ? `--fill:${accent};--on:${on}` : "";
    label.textContent = unreachable ? fails : asks;
    label.className = unreachable ? "up" : "";
    badge.textContent = `${unread}`;
    told.textContent = counts;
    badge.hidden = told.hidden = unread === 0;
    button.hidden = opened;
    panel.hidden = !opened;
    if (frame) frame.title = asks;
    // On a phone the page lies under the sheet: neither focus nor a finger may wander off into it.
    const covered = opened && sheet.matches;
    if (covered === lifted.length > 0) return;
    html.style.overflow = covered ? "hidden" : "";
    const rest = [...document.body.children] as HTMLElement[];
    // What the shop has made inert itself stays so.
    const parts = covered ? rest.filter((part) => part !== host && part.inert === false) : lifted;
    for (const part of parts) part.inert = covered;
    lifted = covered ? parts : [];
  }

  const tell = (event: string, value?: unknown): void => listeners.forEach(([name, run]) => name === event && run(value));

  function post(message: ToFrame): void {
    if (port) port.postMessage(message);
    else if (frame) waiting.push(message);
  }

  function summon(): void {
    frame = add(panel, "iframe");
    // The language stands behind "#", which is not sent: the frame fetches its words while we still shake hands.
    frame.src = `${server}/widget#${languageOf(locale)}`;
    late = setTimeout(dismiss, PATIENCE_MS);
  }

  function dismiss(): void {
    frame?.remove();
    frame = port = null;
    waiting = [];
    unreachable = true;
    close();
  }

  function settle(event: string): void {
    paint();
    // Without query and hash: those may carry what is nobody's business.
    post({ say: "open", open: opened, page: location.origin + location.pathname });
    tell(event);
  }

  function open(): void {
    unreachable = false;
    if (!frame) summon();
    if (opened) return;
    opened = true;
    settle("open");
    frame?.focus();
  }

  function close(): void {
    if (!opened) return;
    opened = false;
    settle("close");
    button.focus();
  }

  function store([key, value]: Item): void {
    if (!key.startsWith(PREFIX)) return;
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // No room, or not allowed: then the chat lasts as long as the page.
    }
  }

  function items(): Item[] {
    try {
      return Object.entries<string>(localStorage).filter(([key]) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  }

  function reset(): void {
    post({ say: "reset" });
    for (const [key] of items()) {
      store([key, null]);
      // A frame that is not there may keep a copy of its own. Where nothing was ever kept, nothing is written.
      if (!port) store([RESET, "1"]);
    }
  }

  function hear({ data }: MessageEvent<ToPage>): void {
    if (data.say === "up") {
      clearTimeout(late);
      frame?.classList.add("up");
      if (opened) frame?.focus();
    } else if (data.say === "close") close();
    else if (data.say === "store") store(data.item);
    else if (data.count !== unread) {
      unread = data.count;
      paint();
      tell("unread", unread);
    }
  }

  addEventListener("message", ({ source, origin }) => {
    // Anybody may send messages to a page. Only our frame's window counts, and only while the server's page is in it; all
    // it says this way is that it is there.
    if (!frame || source !== frame.contentWindow || origin !== server) return;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = hear;
    const handover: Handover = { frontdesk: "handover", locale, look: look(), items: items() };
    frame.contentWindow?.postMessage(handover, server, [channel.port2]);
    for (const message of waiting.splice(0)) post(message);
  });
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(PREFIX)) post({ say: "stored", item: [key, newValue] });
  });
  const repaint = (): void => {
    paint();
    post({ say: "look", look: look() });
  };
  // A style sheet that comes after us may name the accent.
  addEventListener("load", repaint);
  dark.addEventListener("change", repaint);
  sheet.addEventListener("change", paint);
  // A phone's keyboard covers the page without making it smaller.
  const view = visualViewport;
  view?.addEventListener("resize", () => {
    panel.style.cssText = `--tall:${view.height}px;--top:${view.offsetTop}px`;
  });

  const verbs = {
    open,
    close,
    toggle: () => (opened ? close() : open()),
    hide: () => {
      close();
      host.hidden = true;
    },
    show: () => void (host.hidden = false),
    send: (text: string, now?: boolean) => {
      open();
      post({ say: "send", text: `${text}`, now: now === true });
    },
    locale: (wanted: string) => {
      locale = `${wanted}`;
      paint();
      post({ say: "locale", locale });
    },
    theme: (wanted: Look["scheme"] | typeof theme) => {
      theme = { ...theme, ...(typeof wanted === "string" ? { scheme: wanted } : wanted) };
      repaint();
    },
    reset,
    on: (event: string, run: () => void) => {
      // Found out later, it would break what it listens to.
      if (typeof run !== "function") return console.warn("frontdesk: on needs a function");
      listeners.push([event, run]);
      // Whoever can ask is late for it.
      if (event === "ready") run();
    },
  };

  document.body.append(host);
  paint();
  const before = window.frontdesk;
  window.frontdesk = caller(verbs);
  replay(before, window.frontdesk);
}

const script = document.currentScript;
// Pasted twice, it is there once.
if (script instanceof HTMLScriptElement && !window.frontdesk?.up) {
  // An async script may run before there is a body.
  if (document.body) draw(script);
  else addEventListener("DOMContentLoaded", () => draw(script));
}
