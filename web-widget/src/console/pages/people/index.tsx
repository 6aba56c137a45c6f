// People: who may come in, what they may do, and who did what. For admins.

import { useState } from "preact/hooks";
import type { User } from "../../api";
import type { PageProps } from "../../app";
import { pathOf } from "../../route";
import { useAsked } from "../parts/asked";
import { Failure } from "../parts/failure";
import { count, moment } from "../parts/format";
import { Tabs } from "../parts/tabs";
import { AuditLog } from "./audit";
import { Changing, Inviting, Resetting, Revoking } from "./dialogs";
import { ROLES, STATES, type Person } from "./person";
import "./people.css";

const LOG = `${pathOf.people}/log`;

export default function People({ user, rest }: PageProps) {
  const isLog = rest === "log";
  return (
    <div class="page pp">
      <h1>People</h1>
      <Tabs
        label="People"
        tabs={[
          { title: "At the desk", href: pathOf.people, here: !isLog },
          { title: "Who did what", href: LOG, here: isLog },
        ]}
      />
      {isLog ? <AuditLog /> : <Desk user={user} />}
    </div>
  );
}

export type Doing = { is: "inviting"; again: Person | null } | { is: "changing" | "resetting" | "revoking"; whom: Person };

function Desk({ user }: { user: User }) {
  const { value, why, again } = useAsked<{ people: Person[] }>("/api/people");
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => {
    setDoing(null);
    again();
  };
  if (value === null) return why === null ? <p class="quiet">Looking who is there…</p> : <Failure why={why} again={again} />;
  const here = value.people.filter(({ state }) => state !== "revoked");
  const gone = value.people.filter(({ state }) => state === "revoked");
  return (
    <>
      <div class="pp-head">
        <p class="quiet">
          {count(here.length)} {here.length === 1 ? "person" : "people"} may come in.
        </p>
        <button class="btn btn-main" type="button" onClick={() => setDoing({ is: "inviting", again: null })}>
          Invite somebody
        </button>
      </div>
      {why !== null && <Failure why={why} again={again} />}
      <ul class="pp-list">
        {here.map((person) => (
          <PersonRow key={person.id} person={person} me={person.id === user.id} begin={setDoing} />
        ))}
      </ul>
      {gone.length > 0 && (
        <details class="pp-gone">
          <summary>No longer here ({count(gone.length)})</summary>
          <ul class="pp-list">
            {gone.map((person) => (
              <GoneRow key={person.id} person={person} begin={setDoing} />
            ))}
          </ul>
        </details>
      )}
      {doing !== null && <Dialogs doing={doing} user={user} close={close} />}
    </>
  );
}

function Dialogs({ doing, user, close }: { doing: Doing; user: User; close: () => void }) {
  switch (doing.is) {
    case "inviting":
      return <Inviting again={doing.again} close={close} />;
    case "changing":
      return <Changing whom={doing.whom} me={doing.whom.id === user.id} close={close} />;
    case "resetting":
      return <Resetting whom={doing.whom} close={close} />;
    case "revoking":
      return <Revoking whom={doing.whom} me={doing.whom.id === user.id} close={close} />;
  }
}

function Who({ person, me = false }: { person: Person; me?: boolean }) {
  return (
    <div class="pp-who">
      <span class="pp-face" aria-hidden="true">
        {[...person.name][0]?.toLocaleUpperCase()}
      </span>
      <div>
        <h2>
          <bdi>{person.name}</bdi> {me && <span class="tag">you</span>}
        </h2>
        <p class="hint">
          <bdi>{person.email}</bdi>
        </p>
      </div>
    </div>
  );
}

function PersonRow({ person, me, begin }: { person: Person; me: boolean; begin: (doing: Doing) => void }) {
  const { name, role, teams, state, last_seen } = person;
  return (
    <li class="card pp-row">
      <Who person={person} me={me} />
      <div>
        <p>
          <span class={`tag pp-${role}`}>{role}</span> {state === "invited" && <span class="tag pp-invited">{STATES.invited}</span>}
        </p>
        <p class="hint">{ROLES[role]}</p>
      </div>
      <div>
        <p>{teams.length === 0 ? <span class="quiet">No team</span> : teams.map((team) => <span class="tag pp-team">{team}</span>)}</p>
        <p class="hint">{last_seen === null ? "Not logged in now" : `Last seen ${moment(last_seen)}`}</p>
      </div>
      <div class="buttons">
        <button class="btn" type="button" aria-label={`Change role and teams of ${name}`} onClick={() => begin({ is: "changing", whom: person })}>
          Change
        </button>
        <button class="btn" type="button" aria-label={state === "invited" ? `New link for ${name}` : `Reset password of ${name}`} onClick={() => begin({ is: "resetting", whom: person })}>
          {state === "invited" ? "New link" : "Reset password"}
        </button>
        <button class="btn btn-danger" type="button" aria-label={`Lock out ${name}`} onClick={() => begin({ is: "revoking", whom: person })}>
          Lock out
        </button>
      </div>
    </li>
  );
}

function GoneRow({ person, begin }: { person: Person; begin: (doing: Doing) => void }) {
  return (
    <li class="card pp-row">
      <Who person={person} />
      <p class="hint">Locked out. The log goes on naming them.</p>
      <div class="buttons">
        <button class="btn" type="button" aria-label={`Invite ${person.name} again`} onClick={() => begin({ is: "inviting", again: person })}>
          Invite again
        </button>
      </div>
    </li>
  );
}
