import { expect, test } from "vitest";
import type { Handover } from "../shared/bridge";
import { Door } from "./door";

const parent = { name: "parent" } as unknown as MessageEventSource;
const stranger = { name: "stranger" } as unknown as MessageEventSource;
const port = { name: "port" } as unknown as MessagePort;
const handover: Handover = { frontdesk: "handover", locale: "en", look: { scheme: "auto", accent: null, on: null }, items: [] };

const word = (changes: object = {}): Parameters<Door["admit"]>[0] => ({ source: parent, origin: "https://shop.example", data: handover, ports: [port], ...changes });

test("only the parent's handover opens the door", () => {
  const door = new Door(parent);
  const others = [{ source: stranger }, { source: null }, { origin: "null" }, { data: null }, { data: "handover" }, { data: { frontdesk: "knock" } }, { ports: [] }];
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
