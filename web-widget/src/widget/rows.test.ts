import { describe, expect, test } from "vitest";
import type { Event, Speaker } from "../shared/protocol";
import { botSaid, event, ownSaid } from "../testing/server";
import { span, wordsFor } from "./text";
import words from "./words/en";
import { EMPTY } from "./outbox";
import { type Row, rowsOf } from "./rows";
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
});
