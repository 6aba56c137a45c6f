// What the page and the frame say to one another. Types only: the loader shares no code with the widget, so that it stays
// one small plain script.

/** How the chat should look. `accent` is any CSS colour; `on` is black or white, whichever reads better on it. */
export interface Look {
  scheme: "light" | "dark" | "auto";
  accent: string | null;
  on: string | null;
}

/** Key and value of the page's storage; null takes the key away. Every key begins with "frontdesk.". */
export type Item = readonly [key: string, value: string | null];

/** The frame's first word to its parent. It holds nothing, because the frame does not know yet who its parent is. */
export interface Knock {
  frontdesk: "knock";
}

/** The page's answer, by `postMessage` to the server's origin only. A port comes with it, and all else goes through that. */
export interface Handover {
  frontdesk: "handover";
  locale: string;
  look: Look;
  /** What the page keeps for the chat: the token, and more where the frame may keep nothing itself. */
  items: Item[];
}

export type ToFrame =
  | { say: "open"; open: boolean; page: string }
  | { say: "locale"; locale: string }
  | { say: "look"; look: Look }
  /** Text for the composer; `now` sends it. */
  | { say: "send"; text: string; now: boolean }
  /** Another tab of the shop has written. */
  | { say: "stored"; item: Item }
  | { say: "reset" };

export type ToPage =
  /** The chat is drawn. */
  | { say: "up" }
  | { say: "close" }
  | { say: "unread"; count: number }
  | { say: "store"; item: Item };
