import { expect, test } from "vitest";
import type { Handover } from "../shared/bridge";
import { Door, isMessage } from "./door";

const parent = { name: "parent" } as unknown as MessageEventSource;
const stranger = { name: "stranger" } as unknown as MessageEventSource;
const port = { name: "port" } as unknown as MessagePort;
const handover: Handover = { frontdesk: "handover", locale: "en", look: { scheme: "auto", accent: null, on: null }, items: [] };

const word = (changes: object = {}): Parameters<Door["admit"]>[0] => ({ source: parent, origin: "https://shop.example", data: handover, ports: [port], ...changes });

const BROKEN = [{ locale: 7 }, { look: null }, { items: {} }, { items: [null] }, { items: [["frontdesk.token", 7]] }].map((part) => ({ data: { ...handover, ...part } }));

test("only the parent's handover opens the door", () => {
  const door = new Door(parent);
  const others = [{ source: stranger }, { source: null }, { origin: "null" }, { data: null }, { data: "handover" }, { data: { frontdesk: "knock" } }, { ports: [] }, ...BROKEN];
  for (const other of others) expect(door.admit(word(other)), JSON.stringify(other)).toBeNull();
  expect(door.origin).toBeNull();
  expect(door.admit(word())).toEqual([handover, port]);
});

test("the first one's origin stays, and nobody comes in after it", () => {
  const door = new Door(parent);
  door.admit(word());
  expect(door.admit(word({ origin: "https://other.example" }))).toBeNull();
  expect(door.admit(word())).toBeNull();
  expect(door.origin).toBe("https://shop.example");
});

test.each([
  { say: "open", open: true, page: "https://shop.example/" },
  { say: "locale", locale: "de" },
  { say: "look", look: { scheme: "dark", accent: null, on: null } },
  { say: "send", text: "hello", now: false },
  { say: "stored", item: ["frontdesk.token", null] },
  { say: "reset" },
])("a message of the page: %j", (message) => expect(isMessage(message)).toBe(true));

test.each([
  null,
  undefined,
  7,
  "open",
  [],
  {},
  { say: null },
  { say: "constructor" },
  { say: "__proto__" },
  { say: 7 },
  { say: "open" },
  { say: "open", open: "yes", page: "" },
  { say: "open", open: true, page: null },
  { say: "locale" },
  { say: "locale", locale: 7 },
  { say: "look" },
  { say: "look", look: null },
  { say: "look", look: "dark" },
  { say: "send", text: { toString: "x" }, now: true },
  { say: "send", now: true },
  { say: "stored" },
  { say: "stored", item: null },
  { say: "stored", item: ["frontdesk.token"] },
  { say: "stored", item: [7, "x"] },
])("no message: %j", (message) => expect(isMessage(message)).toBe(false));
