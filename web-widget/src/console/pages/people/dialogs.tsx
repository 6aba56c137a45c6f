// What can be done about somebody. Each says beforehand what it will do, and a refusal is said in the server's words.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { post, words, type Role, type User } from "../../api";
import { Dialog } from "../parts/dialog";
import { moment } from "../parts/format";
import { ROLES, sameTeams, teamsOf, type Link, type Person } from "./person";

interface About {
  whom: Person;
  close: () => void;
}

/** Something done at the server: whether it runs, and why it was refused. */
function useDeed(): { busy: boolean; refusal: string | null; run: (deed: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const run = (deed: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    deed()
      .catch((error: unknown) => setRefusal(words(error)))
      .finally(() => setBusy(false));
  };
  return { busy, refusal, run };
}

export function Inviting({ again, close }: { again: Person | null; close: () => void }) {
  const [name, setName] = useState(again?.name ?? "");
  const [email, setEmail] = useState(again?.email ?? "");
  const [role, setRole] = useState<Role>(again?.role ?? "agent");
  const [teams, setTeams] = useState(again?.teams.join(", ") ?? "");
  const [made, setMade] = useState<{ user: User; link: Link } | null>(null);
  const { busy, refusal, run } = useDeed();
  if (made !== null) return <LinkOnce name={made.user.name} link={made.link} close={close} />;
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => setMade(await post("/api/people/invite", { name, email, role, teams: teamsOf(teams) })));
  };
  return (
    <Dialog title={again === null ? "Invite somebody" : `Invite ${again.name} again`} close={close}>
      <form class="form" onSubmit={submit}>
        <Text label="Name" hint="Colleagues and shoppers see it." value={name} change={setName} />
        <Text label="Email" type="email" hint="They log in with it. Nothing is sent there: you hand them a link." value={email} change={setEmail} />
        <RoleChoice role={role} change={setRole} />
        <Teams teams={teams} change={setTeams} />
        <Refusal words={refusal} />
        <Buttons close={close} busy={busy} does="Make the link" />
      </form>
    </Dialog>
  );
}

export function Changing({ whom, me, close }: About & { me: boolean }) {
  const [role, setRole] = useState<Role>(whom.role);
  const [teams, setTeams] = useState(whom.teams.join(", "));
  const { busy, refusal, run } = useDeed();
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => {
      if (!sameTeams(teamsOf(teams), whom.teams)) await post(`/api/people/${encodeURIComponent(whom.id)}/teams`, { teams: teamsOf(teams) });
      if (role !== whom.role) await post(`/api/people/${encodeURIComponent(whom.id)}/role`, { role });
      // What one may do oneself was decided when the console was opened.
      if (me && role !== whom.role) location.reload();
      else close();
    });
  };
  return (
    <Dialog title={`What ${whom.name} does here`} close={close}>
      <form class="form" onSubmit={submit}>
        <RoleChoice role={role} change={setRole} />
        {me && role !== "admin" && <p class="pp-warning">This is you. Without the role admin you cannot come back to this page.</p>}
        <Teams teams={teams} change={setTeams} />
        <Refusal words={refusal} />
        <Buttons close={close} busy={busy} does="Save" />
      </form>
    </Dialog>
  );
}

export function Resetting({ whom, close }: About) {
  const [link, setLink] = useState<Link | null>(null);
  const { busy, refusal, run } = useDeed();
  if (link !== null) return <LinkOnce name={whom.name} link={link} close={close} />;
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => setLink((await post<{ link: Link }>(`/api/people/${encodeURIComponent(whom.id)}/reset`)).link));
  };
  return (
    <Dialog title={`A link with which ${whom.name} sets a password`} close={close}>
      <form class="form" onSubmit={submit}>
        {whom.state === "active" ? (
          <p>The link works once, within an hour. Until it is used the old password still works; then every login of {whom.name}'s is over.</p>
        ) : (
          <p>The link works once. Links made before for {whom.name} end with it.</p>
        )}
        <Refusal words={refusal} />
        <Buttons close={close} busy={busy} does="Make the link" />
      </form>
    </Dialog>
  );
}

export function Revoking({ whom, me, close }: About & { me: boolean }) {
  const { busy, refusal, run } = useDeed();
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => {
      await post(`/api/people/${encodeURIComponent(whom.id)}/revoke`);
      close();
    });
  };
  return (
    <Dialog title={`Lock out ${whom.name}?`} close={close}>
      <form class="form" onSubmit={submit}>
        <p>
          <bdi>{whom.name}</bdi> (<bdi>{whom.email}</bdi>) cannot come in any more. Password, logins and open links are gone with this, and what is open in their browser closes within a second.
          Chats they have go back to the queue.
        </p>
        <p>What they wrote stays, under their name. Inviting the same email brings them back.</p>
        {me && <p class="pp-warning">This is you: you will be logged out.</p>}
        <Refusal words={refusal} />
        <Buttons close={close} busy={busy} does={`Lock out ${whom.name}`} danger />
      </form>
    </Dialog>
  );
}

function LinkOnce({ name, link, close }: { name: string; link: Link; close: () => void }) {
  const address = new URL(link.path, location.origin).href;
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<"not yet" | "yes" | "by hand">("not yet");
  const id = useId();
  useEffect(() => field.current?.select(), []);
  const copy = () => {
    field.current?.select();
    const written = navigator.clipboard?.writeText(address) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => setCopied("yes"),
      () => setCopied("by hand"),
    );
  };
  return (
    <Dialog title={`Send this link to ${name}`} close={close}>
      <div class="form">
        <p>It is shown now and never again, works once, and holds until {moment(link.expires_at)}.</p>
        <div class="field">
          <label for={id}>One-time link</label>
          <input id={id} ref={field} class="pp-link" readOnly value={address} onFocus={(event) => event.currentTarget.select()} />
        </div>
        <p class="hint" role="status">
          {copied === "yes" && "Copied."}
          {copied === "by hand" && "The browser does not let the page copy. It is selected: press Ctrl+C."}
        </p>
        <div class="buttons">
          <button class="btn btn-main" type="button" onClick={copy}>
            Copy the link
          </button>
          <button class="btn" type="button" onClick={close}>
            Done
          </button>
        </div>
      </div>
    </Dialog>
  );
}

interface TextProps {
  label: string;
  hint: string;
  value: string;
  change: (value: string) => void;
  type?: "text" | "email";
  required?: boolean;
}

function Text({ label, hint, value, change, type = "text", required = true }: TextProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        // Its type as preact has it depends on the role, of which none is given here.
        type={type as "text"}
        value={value}
        required={required}
        autocomplete="off"
        aria-describedby={`${id}-hint`}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  );
}

function Teams({ teams, change }: { teams: string; change: (teams: string) => void }) {
  return <Text label="Teams" hint="Whose chats they are given, with commas between: care, returns." value={teams} change={change} required={false} />;
}

function RoleChoice({ role, change }: { role: Role; change: (role: Role) => void }) {
  const name = useId();
  return (
    <fieldset class="pp-roles">
      <legend>Role</legend>
      {(Object.keys(ROLES) as Role[]).map((known) => (
        <label key={known}>
          <input type="radio" name={name} value={known} checked={known === role} onChange={() => change(known)} />
          <span>
            <strong>{known}</strong> <span class="hint">{ROLES[known]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Refusal({ words }: { words: string | null }) {
  return (
    <p class="refusal" role="alert">
      {words}
    </p>
  );
}

function Buttons({ close, busy, does, danger = false }: { close: () => void; busy: boolean; does: string; danger?: boolean }) {
  return (
    <div class="buttons">
      <button class="btn" type="button" onClick={close}>
        Cancel
      </button>
      <button class={danger ? "btn btn-danger" : "btn btn-main"} type="submit" aria-disabled={busy}>
        {busy ? "One moment…" : does}
      </button>
    </div>
  );
}
