// What of desk.v1 the generated types leave open: passing frames are written on the way and have no type of their own.

import type { DeskClientFrame, DeskEntry, DeskPerson, DeskServerFrame } from "../../shared/desk";
import type { Passing } from "../../shared/protocol";

export type ChatEntry = Extract<DeskEntry, { log: "chat" }>;
export type StaffEntry = Extract<DeskEntry, { log: "staff" }>;

/** Seen now or never: what passes between shopper and agent, and who else looks at a chat. */
export type DeskPassing = { type: "passing"; conversation: string } & (
  | Exclude<Passing, { kind: "delta" }>
  | { kind: "delta" }
  | { kind: "viewing"; agents: DeskPerson[] }
);

export type Batch = Omit<Extract<DeskServerFrame, { type: "batch" }>, "events"> & { events: (ChatEntry | StaffEntry)[] };
export type ServerFrame =
  | Exclude<DeskServerFrame, { type: "event" | "batch" }>
  | ({ type: "event" } & (ChatEntry | StaffEntry))
  | Batch
  | DeskPassing;
export type ClientFrame = DeskClientFrame;
export type Welcome = Extract<DeskServerFrame, { type: "welcome" }>;
export type Refused = Extract<DeskServerFrame, { type: "error" }>;
