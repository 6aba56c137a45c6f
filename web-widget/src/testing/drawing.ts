// What the tests of the drawing share: a place in the page, gone after each test, in which nothing may have failed unnoticed.

import { afterEach, beforeEach, expect, vi } from "vitest";
import { type Child, render } from "../widget/ui";

export let host: HTMLElement;
/** What was reported as an error; whoever expects one takes it out. */
export let errors: unknown[];

beforeEach(() => {
  errors = [];
  vi.stubGlobal("reportError", (error: unknown) => errors.push(error));
  host = document.body.appendChild(document.createElement("div"));
});

afterEach(() => {
  render(null, host);
  host.remove();
  expect(errors).toEqual([]);
});

/** What a change of state asks for is drawn when all that happens at the moment has happened. */
export const drawn = (): Promise<void> => Promise.resolve();
export const html = (child: Child): string => (render(child, host), host.innerHTML);
export const one = <Kind extends Element = HTMLElement>(selector: string): Kind => host.querySelector<Kind>(selector)!;
