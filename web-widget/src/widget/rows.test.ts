import { describe, expect, test } from "vitest";
import type { Event, Speaker } from "../shared/protocol";
import { botSaid, event, ownSaid } from "../testing/server";
import { span, wordsFor } from "./text";
import words from "./words/en";
import { EMPTY } from "./outbox";
import { type Row, ratable, rowsOf } from "./rows";
import { START, type State } from "./state";

const mara: Speaker = { role: "agent", name: "Mara", ai: false };

const state = (...kinds: Event[]): State => ({ ...START, events: kinds.map((kind, index) => event(index + 1, "1.0", kind)) });
const text = (row: Row): string => (row.is === "said" ? `${row.by.role}: ${row.body.text}` : row.is === "line" ? row.text : row.is);

describe("rows", () => {
  test("tell each change of who speaks", () => {
    const rows = rowsOf(
      state(
        { kind: "phase", phase: "waiting", reason: "asked" },
        { kind: "assigned", agent: "Mara" },
        { kind: "phase", phase: "with_agent" },
        { kind: "said", message: "m", by: mara, body: { kind: "text", text: "hi" } },
        { kind: "assigned", agent: null },
        { kind: "phase", phase: "waiting" },
        { kind: "phase", phase: "bot", reason: "back_to_bot" },
        { kind: "phase", phase: "closed", reason: "idle" },
        { kind: "phase", phase: "bot", reason: "reopened" },
      ),
      words,
    );
    expect(rows.map(text)).toEqual([
      words.waitingAsked,
      words.joined("Mara"),
      "agent: hi",
      words.waitingAgain,
      words.backToBot,
      words.closed,
      words.backToBot,
    ]);
  });

  test("a bubble keeps its key when the log takes it over", () => {
    const entry = { client_id: "a", order: 1, request: { type: "say", body: { kind: "text", text: "a" } }, label: "a", state: { is: "queued" } } as const;
    const pending = rowsOf({ ...START, outbox: { ...EMPTY, entries: [entry] } }, words);
    const logged = rowsOf({ ...START, events: [ownSaid(1, "a")] }, words);
    expect(pending.map(({ key }) => key)).toEqual(logged.map(({ key }) => key));
  });

  test("only the last message can be answered by button, only the first of a run is named, only the last own is marked sent", () => {
    const rows = rowsOf({ ...START, events: [botSaid(1), botSaid(2), ownSaid(3, "a"), ownSaid(4, "b"), botSaid(5)] }, words);
    const said = rows.flatMap((row) => (row.is === "said" ? [row] : []));
    expect(said.map(({ askable }) => askable)).toEqual([false, false, false, false, true]);
    expect(said.map(({ named }) => named)).toEqual([true, false, true, false, true]);
    expect(said.map(({ reached }) => reached)).toEqual([null, null, null, "sent", null]);
    const waiting = rowsOf({ ...START, phase: "waiting", events: [botSaid(1), botSaid(2), ownSaid(3, "a")] }, words);
    expect(waiting.map((row) => row.is === "said" && row.askable)).toEqual([false, true, false]);
  });

  test("a time to wait is rounded up, never to nothing", () => {
    const texts = [0, 0.2, 1.2, 90, 91].map((seconds) => span(seconds, words));
    expect(texts).toEqual(["1 second", "1 second", "2 seconds", "90 seconds", "2 minutes"]);
  });

  test("the words know their language", async () => {
    const found = await Promise.all(["de-AT", "ar", "fr", "EN-gb"].map(wordsFor));
    expect(found.map(({ lang }) => lang)).toEqual(["de", "ar", "en", "en"]);
  });

  test("how far the last own message has come", () => {
    const events = [ownSaid(1, "a"), botSaid(2), ownSaid(3, "b")];
    const reached = (received: number, read: number): unknown[] =>
      rowsOf({ ...START, events, receipt: { received, read } }, words).map((row) => (row.is === "said" ? row.reached : null));
    expect(reached(0, 0)).toEqual([null, null, "sent"]);
    expect(reached(3, 1)).toEqual([null, null, "delivered"]);
    expect(reached(3, 3)).toEqual([null, null, "seen"]);
  });

  test("an answer that is being written stands behind the log, up to its first hole", () => {
    const draft = { message: "m2", pieces: ["a", "b", undefined, "d"] };
    expect(rowsOf({ ...START, events: [ownSaid(1, "a")], draft }, words).at(-1)).toEqual({ is: "draft", key: "m2", text: "ab" });
    expect(rowsOf({ ...START, draft: { message: "m", pieces: [undefined, "b"] } }, words)).toEqual([]);
  });
});

describe("the shopper is asked how it was", () => {
  const asked: Event = { kind: "said", message: "m", by: { role: "shopper", name: "", ai: false }, body: { kind: "text", text: "?" } };
  const closed: Event = { kind: "phase", phase: "closed", reason: "ended" };
  const reopened: Event = { kind: "phase", phase: "bot", reason: "reopened" };
  const helped: Event = { kind: "helped", of: "m", yes: true };
  const rated: Event = { kind: "rated", score: 4 };

  test.each<[string, Event[], number | null]>([
    ["not before anything was said", [], null],
    ["not in the middle", [asked], null],
    ["at the end", [asked, closed], 2],
    ["after an answer that helped", [asked, helped], 2],
    ["not after one that did not", [asked, { ...helped, yes: false }], null],
    ["no longer once something else is said", [asked, helped, asked], null],
    ["once in an episode", [asked, helped, rated, closed], null],
    ["once in an episode, even if it goes on", [asked, closed, rated, asked, closed], null],
    ["again in the next", [asked, closed, rated, reopened, asked, closed], 6],
    ["not while a person is called", [asked, helped, { kind: "phase", phase: "waiting" }], null],
    ["not about what was erased", [asked, closed, { kind: "redacted" }], null],
  ])("%s", (_, events, about) => expect(ratable(state(...events))).toBe(about));

  test("not while the rating is on its way", () => {
    const entry = { client_id: "a", order: 1, request: { type: "act", act: { act: "rate", score: 5 } }, label: "", state: { is: "queued" } } as const;
    expect(ratable({ ...state(asked, closed), outbox: { ...EMPTY, entries: [entry] } })).toBeNull();
  });
});
