import { expect, test } from "vitest";
import type { Owner } from "../../shared/socket";
import { Desk } from "./client";
import type { ClientFrame, ServerFrame } from "./wire";

test("a login is doubted when a line is refused before its welcome, or with 4401, and not when it merely broke", () => {
  let owner: Owner<ClientFrame, ServerFrame> | undefined;
  let doubts = 0;
  const nothing = () => undefined;
  new Desk({
    user: "ada",
    socket: (given) => {
      owner = given;
      return { start: nothing, restart: nothing, stop: nothing, send: nothing, nudge: nothing, reconnect: nothing };
    },
    shelf: () => ({ getItem: () => null, setItem: nothing }),
    name: () => "name",
    doubt: () => (doubts += 1),
  });
  owner?.lost(1006, true);
  expect(doubts).toBe(0);
  owner?.lost(1006, false);
  expect(doubts).toBe(1);
  owner?.lost(4401, true);
  expect(doubts).toBe(2);
});
