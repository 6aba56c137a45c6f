// Every word of the chat's own, a file for each language. The assistant's words come from the server.

export interface Words {
  lang: string;
  dir: "ltr" | "rtl";
  close: string;
  assistant: string;
  /** Stands until the server's own disclosure is here, and again when it cannot be reached. */
  disclosure: string;
  withPerson: (name: string) => string;
  person: string;
  personAsked: string;
  personHere: string;
  /** Before the first word. */
  hello: string;
  empty: string;
  asking: string;
  // In the log, so still true tomorrow. Whether somebody is there stands in the status line, from `someone` or `nobody`.
  waitingAsked: string;
  waitingRule: string;
  waitingAgain: string;
  someone: (wait: string | null) => string;
  nobody: (by: string | null) => string;
  joined: (name: string) => string;
  backToBot: string;
  closed: string;
  removed: string;
  typing: string;
  automated: string;
  you: string;
  team: string;
  sources: string;
  /** The name of a row of cards. */
  products: string;
  newTab: string;
  sending: string;
  queued: string;
  sent: string;
  delivered: string;
  seen: string;
  failed: string;
  tooLong: string;
  retry: string;
  discard: string;
  offline: string;
  stopped: string;
  full: string;
  slowDown: (wait: string) => string;
  busy: (wait: string) => string;
  conversation: string;
  /** Where somebody stands among those who wait, and for how long still. */
  place: (place: number, wait: string | null) => string;
  email: string;
  emailSend: string;
  emailBad: string;
  emailSaved: string;
  more: string;
  back: string;
  end: string;
  endHint: string;
  copy: string;
  copyHint: string;
  erase: string;
  eraseHint: string;
  eraseSure: string;
  eraseNow: string;
  erased: string;
  anew: string;
  nothingYet: string;
  /** An act that the server has refused. */
  refused: string;
  loading: string;
  unreadable: string;
  openPage: string;
  ask: string;
  scores: readonly [string, string, string, string, string];
  comment: string;
  rate: string;
  notNow: string;
  rated: (score: number) => string;
  message: string;
  send: string;
  left: (count: number) => string;
  over: (count: number) => string;
}

/** The words for a BCP 47 locale; English where we have none. Fetched when needed: nobody reads three languages at once. */
export async function wordsFor(locale: string): Promise<Words> {
  const language = locale.toLowerCase().split("-")[0];
  const file = language === "de" ? import("./words/de") : language === "ar" ? import("./words/ar") : import("./words/en");
  return (await file).default;
}

/** A time to wait in words, rounded up: "3 seconds", "2 minutes". */
export function span(seconds: number, { lang }: Words): string {
  const minutes = seconds > 90;
  const count = Math.max(1, Math.ceil(minutes ? seconds / 60 : seconds));
  return new Intl.NumberFormat(lang, { style: "unit", unit: minutes ? "minute" : "second", unitDisplay: "long" }).format(count);
}
