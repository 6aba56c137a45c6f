// The frame's side of the handshake with the page it stands in.

import type { Handover, Knock } from "../shared/bridge";

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

function isHandover(data: unknown): data is Handover {
  return typeof data === "object" && data !== null && "frontdesk" in data && data.frontdesk === "handover";
}
