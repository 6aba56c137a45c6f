// What can be done with a chat, as far as the server would let this person do it.

import { useState } from "preact/hooks";
import type { DeskAct } from "../../shared/desk";
import type { Phase } from "../../shared/protocol";
import type { User } from "../api";
import { may } from "../rights";
import type { Desk } from "./client";
import { useMenu } from "./hooks";
import { acting, type State } from "./state";
import { PRESENCES } from "./words";

export interface Standing {
  phase: Phase;
  mine: boolean;
  other: string | null;
  /** The queue's version of the row, if it is in the queue. */
  version: number | null;
}

/** Whether a chat may be moved: one's own, one that nobody has, and for leads those of others. */
export function movable(user: User, standing: Standing): boolean {
  if (!may(user.role, "work") || standing.phase === "closed") return false;
  return standing.other === null || may(user.role, "lead");
}

export function Actions({ desk, state, user, conversation, standing }: { desk: Desk; state: State; user: User; conversation: string; standing: Standing }) {
  const { phase, mine, other } = standing;
  const failures = state.outbox.entries.filter(
    (entry) => entry.conversation === conversation && entry.request.type === "act" && entry.state.is === "failed",
  );
  const act = (act: DeskAct) => {
    for (const { client_id } of failures) desk.discard(client_id);
    if (!acting(state, conversation, act.act)) desk.act(conversation, act);
  };
  const button = (title: string, what: DeskAct, main = false) => (
    <button class={main ? "btn btn-main" : "btn"} type="button" aria-disabled={acting(state, conversation, what.act)} onClick={() => act(what)}>
      {title}
    </button>
  );
  const canMove = movable(user, standing);
  const canTake = may(user.role, "work") && (phase === "waiting" || phase === "bot");
  return (
    <>
      {(canMove || canTake) && (
        <div class="actions" role="group" aria-label="What to do with this chat">
          {canTake && button("Take", claim(standing.version), phase === "waiting")}
          {canMove && phase !== "bot" && <PassOn state={state} act={act} toSelf={other !== null} />}
          {canMove && phase === "with_agent" && button("Back to the queue", { act: "release" })}
          {canMove && phase !== "bot" && button("Back to the assistant", { act: "to_bot" })}
          {canMove && button("Resolve", { act: "resolve" }, mine)}
        </div>
      )}
      {other !== null && !canMove && phase === "with_agent" && (
        <p class="hint actions-hint">
          <bdi>{other}</bdi> has this chat. Leads can pass it on.
        </p>
      )}
      {failures.map(({ client_id, state }) => (
        <p key={client_id} class="failure" role="alert">
          {state.is === "failed" && wordsOf(state.code, state.why)}
          <button class="btn btn-small" type="button" onClick={() => desk.discard(client_id)}>
            All right
          </button>
        </p>
      ))}
    </>
  );
}

/** The generated type has the version as needed; the server takes a claim without one too, of a chat that is in no queue. */
function claim(version: number | null): DeskAct {
  return (version === null ? { act: "claim" } : { act: "claim", version }) as DeskAct;
}

function wordsOf(code: string, why: string): string {
  if (code === "already_claimed") return "A colleague has this chat already.";
  if (code === "stale") return "The chat has moved on since. Look at it again, then try once more.";
  return `The server refused: ${why}.`;
}

function PassOn({ state, act, toSelf }: { state: State; act: (act: DeskAct) => void; toSelf: boolean }) {
  const menu = useMenu();
  const [team, setTeam] = useState("");
  // A lead may pass what a colleague has to themselves.
  const others = state.people.filter(({ id, presence }) => presence !== "away" && (toSelf || id !== state.user?.id));
  const teams = [...new Set([...(state.user?.teams ?? []), ...(state.rows ?? []).flatMap((row) => (row.team === undefined ? [] : [row.team]))])].sort();
  const pass = (what: DeskAct) => {
    act(what);
    menu.done();
  };
  return (
    <div class="menu" ref={menu.root} onKeyDown={menu.keys}>
      <button class="btn" type="button" ref={menu.button} aria-expanded={menu.open} onClick={() => menu.setOpen(!menu.open)}>
        Pass on…
      </button>
      {menu.open && (
        <div class="menu-body">
          <p class="menu-title">To a colleague who is there</p>
          {others.length === 0 && <p class="quiet">Nobody else is at the desk.</p>}
          {others.map((person) => (
            <button key={person.id} class="menu-item" type="button" onClick={() => pass({ act: "transfer", agent: person.id })}>
              <bdi>{person.id === state.user?.id ? `${person.name} (you)` : person.name}</bdi>
              <span class="quiet">
                {PRESENCES[person.presence].title.toLowerCase()}, {person.open} {person.open === 1 ? "chat" : "chats"}
              </span>
            </button>
          ))}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (team.trim() !== "") pass({ act: "transfer", team: team.trim() });
            }}
          >
            <label class="menu-title" for="pass-team">
              To a team
            </label>
            <div class="menu-line">
              <input id="pass-team" class="input" list="pass-teams" value={team} maxLength={40} onInput={(event) => setTeam(event.currentTarget.value)} />
              <datalist id="pass-teams">
                {teams.map((each) => (
                  <option key={each} value={each} />
                ))}
              </datalist>
              <button class="btn" type="submit" aria-disabled={team.trim() === ""}>
                Pass on
              </button>
            </div>
          </form>
        </div>
      )}
    </div>
  );
}
