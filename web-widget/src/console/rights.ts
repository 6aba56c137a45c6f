// What the pages offer to whom. The server decides; this only keeps buttons away that it would refuse.

import type { Role } from "./api";

const RANK: Record<Role, number> = { viewer: 0, agent: 1, lead: 2, admin: 3 };

/** `work`: answer, note, claim and so on. `lead`: chats of others, reports. `admin`: people, audit, erase, export. */
export type Needs = "look" | "work" | "lead" | "admin";

const LEAST: Record<Needs, Role> = { look: "viewer", work: "agent", lead: "lead", admin: "admin" };

export function may(role: Role, needs: Needs): boolean {
  return RANK[role] >= RANK[LEAST[needs]];
}
