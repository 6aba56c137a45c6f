// The frame's side of the handshake with the page it stands in, and what of the page's words it takes. A shop's page runs
// scripts of many hands: what does not have the shape of a message is ignored, so that it cannot stop the chat.

import type { Handover, Knock, ToFrame } from "../shared/bridge";

type Word = Pick<MessageEvent<unknown>, "source" | "origin" | "data" | "ports">;

/** The first handover of our parent opens the door, and its origin is the one we belong to; it opens once. */
export class Door {
  readonly #parent: unknown;
  #origin: string | null = null;

  constructor(parent: unknown) {
    this.#parent = parent;
  }

  /** Whose page we stand in, once we know. */
  get origin(): string | null {
    return this.#origin;
  }

  /** The handover and the port that came with it; null for every other message. */
  admit({ source, origin, data, ports }: Word): [Handover, MessagePort] | null {
    const port = ports[0];
    if (this.#origin !== null || source !== this.#parent || origin === "null" || port === undefined || !isHandover(data)) return null;
    this.#origin = origin;
    return [data, port];
  }
}

/** Asks the parent in. Whoever it is: the server says in `frame-ancestors` who may be. */
export function meet(): Promise<[Handover, MessagePort]> {
  const door = new Door(parent);
  return new Promise((resolve) => {
    const hear = (event: MessageEvent<unknown>): void => {
      const admitted = door.admit(event);
      if (admitted === null) return;
      removeEventListener("message", hear);
      resolve(admitted);
    };
    addEventListener("message", hear);
    parent.postMessage({ frontdesk: "knock" } satisfies Knock, "*");
  });
}

type Parts = Record<string, unknown>;

/** How much of a look is right, CSS decides. */
const isObject = (value: unknown): value is Parts => typeof value === "object" && value !== null;
const isText = (value: unknown): boolean => typeof value === "string";
const isItem = (value: unknown): boolean => Array.isArray(value) && isText(value[0]) && (value[1] === null || isText(value[1]));

function isHandover(data: unknown): data is Handover {
  if (!isObject(data)) return false;
  const { frontdesk, locale, look, items } = data;
  return frontdesk === "handover" && isText(locale) && isObject(look) && Array.isArray(items) && items.every(isItem);
}

const SHAPES: Record<ToFrame["say"], (message: Parts) => boolean> = {
  open: ({ open, page }) => typeof open === "boolean" && isText(page),
  locale: ({ locale }) => isText(locale),
  look: ({ look }) => isObject(look),
  send: ({ text }) => isText(text),
  stored: ({ item }) => isItem(item),
  reset: () => true,
};

/** Whether this came through the port as a message that we know. */
export function isMessage(data: unknown): data is ToFrame {
  return isObject(data) && Object.hasOwn(SHAPES, data["say"] as string) && SHAPES[data["say"] as ToFrame["say"]](data);
}
