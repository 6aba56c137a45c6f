import { describe, expect, test } from "vitest";
import { whatOf, type AuditRow } from "./audit";
import { sameTeams, teamsOf } from "./person";

const ann = { id: "a1", name: "Ann" };
const bob = { id: "b1", name: "Bob" };
const row = (what: string, fields: Partial<AuditRow> = {}): AuditRow => ({ no: 1, at: "2026-11-22T10:00:00Z", what, detail: null, who: ann, about: bob, ...fields });

describe("the audit log in words", () => {
  test.each([
    [row("logged_in", { about: ann }), "logged in"],
    [row("login_refused", { who: { id: "server", name: null } }), "refused a login as Bob"],
    [row("user_added", { detail: { role: "agent", teams: [] } }), "added Bob as agent"],
    [row("role_changed", { detail: { from: "agent", to: "lead" } }), "changed the role of Bob from agent to lead"],
    [row("teams_changed", { about: ann, detail: { from: [], to: ["care", "vip"] } }), "changed the teams of themselves from none to care, vip"],
    [row("link_made", { detail: { kind: "reset" } }), "made a link for a new password, for Bob"],
    [row("link_made", { about: { id: "", name: null }, detail: { kind: "first_admin" } }), "made a link for the first admin"],
    [row("user_revoked"), "locked out Bob"],
    [row("something_new"), "something new (Bob)"],
    [row("role_changed"), "changed the role of Bob from ? to ?"],
  ])("%#", (row, expected) => {
    expect(whatOf(row)).toBe(expected);
  });
});

test("teams are typed with commas", () => {
  expect(teamsOf(" care, returns ,, ")).toEqual(["care", "returns"]);
  expect(sameTeams(["b", "a", "a"], ["a", "b"])).toBe(true);
  expect(sameTeams(["a"], [])).toBe(false);
});
