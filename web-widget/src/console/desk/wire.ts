// What of desk.v1 the generated types leave open: passing frames are written on the way and have no type of their own.

import type { DeskClientFrame, DeskEntry, DeskPerson, DeskServerFrame } from "../../shared/desk";
import type { Event, Passing } from "../../shared/protocol";

// The generated type names an `Event` that it does not import, and so means the browser's.
export type ChatEntry = Omit<Extract<DeskEntry, { log: "chat" }>, "event"> & { event: Event };
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
