import { describe, expect, it } from "vitest";
import { rowsOf } from "./rows";
import { reduce, START, type Chat } from "./state";
import { duration, percent, spans, traceOf } from "./trace";
import type { ChatEntry, StaffEntry } from "./wire";
import type { Event } from "../../shared/protocol";
import type { StaffEvent } from "../../shared/desk";

const at = (seq: number) => new Date(seq * 1000).toISOString();
const chatEntry = (seq: number, event: Event): ChatEntry => ({ log: "chat", conversation: "c", seq, epoch: "1.0", at: at(seq), event });
const staffEntry = (seq: number, after: number, event: StaffEvent): StaffEntry => ({ log: "staff", conversation: "c", seq, after, epoch: "1.0", at: at(after), event });
const said = (seq: number, role: "shopper" | "bot" | "agent") =>
  chatEntry(seq, { kind: "said", message: `c.${seq}`, by: { role, name: role, ai: role === "bot" }, body: { kind: "text", text: `${role} ${seq}` } });
const trace = (seq: number, question: number, after: number, because: string, replied = true) =>
  staffEntry(seq, after, { kind: "trace", question, replied, trace: { because } });
const note = (seq: number, after: number) => staffEntry(seq, after, { kind: "note", by: { id: "u", name: "Bo" }, text: `note ${seq}` });

function chat(chats: ChatEntry[], staff: StaffEntry[], receipt = { received: 0, read: 0 }): Chat {
  const [state] = reduce(START, { on: "follow", conversations: ["c"] });
  const begun = state.chats["c"]!;
  return { ...begun, chat: { ...begun.chat, entries: chats }, staff: { ...begun.staff, entries: staff }, receipt };
}

const shown = (chat: Chat) => rowsOf(chat, []).map((row) => (row.is === "said" ? row.body.text : row.is === "note" ? row.text : row.is));

describe("the thread", () => {
  it("has each staff entry behind the chat entry it was written after", () => {
    const both = chat([said(1, "shopper"), said(2, "bot"), said(3, "shopper")], [note(1, 2), note(2, 0), note(3, 2)]);
    expect(shown(both)).toEqual(["note 2", "shopper 1", "bot 2", "note 1", "note 3", "shopper 3"]);
  });

  it("keeps a note back until what it is about is here", () => {
    expect(shown(chat([said(1, "shopper")], [note(1, 2)]))).toEqual(["shopper 1"]);
  });

  it("explains each answer by the trace of its own question, when two overlap", () => {
    const chats = [said(1, "shopper"), said(2, "shopper"), said(3, "bot"), said(4, "bot")];
    const rows = rowsOf(chat(chats, [trace(1, 1, 3, "first"), trace(2, 2, 4, "second")]), []);
    expect(rows.flatMap((row) => (row.is === "said" && row.trace ? [[row.body.text, row.trace.because]] : []))).toEqual([
      ["bot 3", "first"],
      ["bot 4", "second"],
    ]);
  });

  it("says that the assistant read something and was silent", () => {
    const rows = rowsOf(chat([said(1, "shopper")], [trace(1, 1, 1, "a person has it", false)]), []);
    expect(rows.at(-1)).toMatchObject({ is: "line", trace: { because: "a person has it" } });
  });

  it("says in one line that somebody took the chat", () => {
    const chats = [chatEntry(1, { kind: "phase", phase: "with_agent", reason: "claimed" }), chatEntry(2, { kind: "assigned", agent: "Bo" })];
    expect(rowsOf(chat(chats, []), []).map((row) => row.is === "line" && row.text)).toEqual(["Bo took the chat."]);
  });

  it("tells how far an agent's message has come", () => {
    const rows = rowsOf(chat([said(1, "agent"), said(2, "agent"), said(3, "agent")], [], { received: 2, read: 1 }), []);
    expect(rows.map((row) => row.is === "said" && row.delivery)).toEqual(["seen", "delivered", "sent"]);
  });

  it("ends with what is not yet in the log", () => {
    const entry = { client_id: "x", conversation: "c", request: { type: "say" as const, text: "hello" }, state: { is: "queued" as const } };
    expect(rowsOf(chat([said(1, "shopper")], []), [entry, { ...entry, conversation: "other" }]).map((row) => row.is)).toEqual(["said", "own"]);
  });
});

describe("a trace", () => {
  it("that is not of the known form is read as far as it can be", () => {
    for (const raw of [null, 7, "x", [], { understanding: [] }, { intents: 1, micros: [[1, 2], "x"] }]) {
      expect(traceOf(raw)).toMatchObject({ intents: [], entities: [], found: [], stages: [] });
    }
  });

  it("marks entities by Unicode scalars, whatever stands before them", () => {
    const entities = [{ entity: "order_number", value: "10042", start: 3, end: 8, reason: "" }];
    expect(spans("😀👍 10042!", entities)).toEqual([
      { text: "😀👍 ", entity: null },
      { text: "10042", entity: "order_number" },
      { text: "!", entity: null },
    ]);
    expect(spans("short", entities)).toEqual([{ text: "short", entity: null }]);
  });

  it("never says certain of what is not", () => {
    expect([0.999, 1, 0.001, 0, 0.5].map(percent)).toEqual(["over 99%", "100%", "under 1%", "0%", "50%"]);
    expect([23, 249, 1_001_497].map(duration)).toEqual(["23 µs", "0.2 ms", "1.0 s"]);
  });
});
