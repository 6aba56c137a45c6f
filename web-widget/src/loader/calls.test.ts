import { describe, expect, test, vi } from "vitest";
import { type Frontdesk, caller, replay } from "./calls";

function made(): { call: Frontdesk; heard: unknown[][] } {
  const heard: unknown[][] = [];
  const note =
    (verb: string) =>
    (...args: unknown[]): void =>
      void heard.push([verb, ...args]);
  return { call: caller({ open: note("open"), send: note("send") }), heard };
}

describe("the shop's calls", () => {
  test("made before the loader was there run once it is, in order", () => {
    const { call, heard } = made();
    // As the line that shops paste before the script does it.
    const before: Frontdesk = function (): void {
      (before.q = before.q ?? []).push(arguments as unknown as Iterable<unknown>);
    };
    before("send", "hello", true);
    before("open");
    replay(before, call);
    expect(heard).toEqual([["send", "hello", true], ["open"]]);
  });

  test("nothing was called before", () => {
    const { call, heard } = made();
    replay(undefined, call);
    replay(() => undefined, call);
    expect(heard).toEqual([]);
  });

  test("an unknown verb is a warning that names the known ones", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { call, heard } = made();
    call("boot");
    expect(warn).toHaveBeenCalledExactlyOnceWith('frontdesk: there is no "boot"; there is open, send');
    expect(heard).toEqual([]);
    warn.mockRestore();
  });

  test("what every object has is no verb, and breaks nothing", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { call, heard } = made();
    const odd: unknown[] = ["__proto__", "constructor", "toString", "hasOwnProperty", "", undefined, null, 7, {}, "x".repeat(100_000)];
    for (const verb of odd) call(verb as string);
    expect(warn).toHaveBeenCalledTimes(odd.length);
    expect(heard).toEqual([]);
    warn.mockRestore();
  });
});
