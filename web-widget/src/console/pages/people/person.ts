import type { Role, User } from "../../api";

/** As GET /api/people has them. */
export interface Person extends User {
  state: "active" | "invited" | "revoked";
  created_at: string;
  /** While they are logged in. */
  last_seen: string | null;
}

/** A link that works once. The server shows it once, too. */
export interface Link {
  kind: "invite" | "reset";
  path: string;
  expires_at: string;
}

export const ROLES: Record<Role, string> = {
  viewer: "Reads conversations.",
  agent: "Answers shoppers.",
  lead: "Answers shoppers, moves the chats of others, reads the numbers.",
  admin: "All of it, and people, the log, erasing and exporting shoppers, the shop's files.",
};

export const STATES = { invited: "no password yet" };

/** Teams as they are typed: with commas between them. */
export const teamsOf = (text: string): string[] =>
  text
    .split(",")
    .map((team) => team.trim())
    .filter((team) => team !== "");

export const sameTeams = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...new Set(one)].sort()) === JSON.stringify([...new Set(other)].sort());
