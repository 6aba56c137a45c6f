import { expect, test } from "vitest";
import { clientFrames, serverFrames } from "../shared/golden";
import { START, lastSeq, reduce } from "./state";

test("the client takes every frame the server can send, and keeps the log they make", () => {
  let state = START;
  for (const frame of serverFrames) {
    if (frame.type === "reset") break;
    state = reduce(state, { on: "frame", frame })[0];
  }
  expect(lastSeq(state)).toBe(11);
});

test("every frame of a client names its type", () => {
  expect(new Set(clientFrames.map((frame) => frame.type))).toEqual(
    new Set(["hello", "say", "received", "read", "fetch", "typing", "pong", "act"]),
  );
});
