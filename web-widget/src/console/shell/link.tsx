// What a one-time link opens: it is looked at first, and asks only for what is missing.

import { useEffect, useState } from "preact/hooks";
import { enter, Problem, words, type Login, type User } from "../api";
import { Centre } from "./centre";
import { Field } from "./field";
import { fault, RULE } from "./password";

interface Offer {
  kind: "first_admin" | "invite" | "reset";
  role: string;
  user: User | null;
}

interface LinkProps {
  token: string;
  entered: (login: Login) => void;
  back: () => void;
}

export function LinkPage({ token, entered, back }: LinkProps) {
  const [offer, setOffer] = useState<Offer | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const look = () => {
    setRefusal(null);
    enter("/api/links/look", { token }).then(
      (found) => setOffer(found as Offer),
      (error) => {
        setRefusal(words(error));
        setOver(error instanceof Problem && (error.status === 410 || error.status === 404));
      },
    );
  };
  useEffect(look, [token]);
  if (offer !== null) return <Redeem token={token} offer={offer} entered={entered} />;
  return (
    <Centre title={refusal === null ? "One moment" : "This link does not open"}>
      {refusal === null && <p class="quiet">Looking at your link…</p>}
      {refusal !== null && <p role="alert">{refusal}</p>}
      {over && <p class="quiet">Each link works once and for a limited time. Ask an admin for a new one.</p>}
      {refusal !== null && !over && (
        <button class="btn btn-main" type="button" onClick={look}>
          Try again
        </button>
      )}
      {refusal !== null && (
        <button class="btn" type="button" onClick={back}>
          To the login
        </button>
      )}
    </Centre>
  );
}

const TITLES = { first_admin: "Become the first admin", invite: "Welcome to the desk", reset: "Set a new password" };

function Redeem({ token, offer, entered }: { token: string; offer: Offer; entered: (login: Login) => void }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState(offer.user?.email ?? "");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const isNew = offer.user === null;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const wrong = isNew && name.trim() === "" ? "Type your name." : email.trim() === "" ? "Type your email." : fault(password, again, email);
    setRefusal(wrong);
    if (wrong !== null) return;
    setBusy(true);
    try {
      entered((await enter("/api/links/redeem", { token, password, ...(isNew ? { name, email } : {}) })) as Login);
    } catch (error) {
      setRefusal(words(error));
      setBusy(false);
    }
  };
  return (
    <Centre title={TITLES[offer.kind]}>
      <p class="quiet">
        {offer.user === null ? "This shop has no admin yet. Whoever fills this in becomes the one." : <Whose user={offer.user} />}
      </p>
      <form class="form" noValidate onSubmit={submit}>
        {isNew && <Field label="Your name" type="text" value={name} change={setName} autocomplete="name" hint="Colleagues and shoppers see it." focus />}
        <Field label="Email" type="email" value={email} change={setEmail} autocomplete="username" readonly={!isNew} />
        <Field label="New password" type="password" value={password} change={setPassword} autocomplete="new-password" hint={RULE} focus={!isNew} />
        <Field label="New password again" type="password" value={again} change={setAgain} autocomplete="new-password" />
        <p class="refusal" role="alert">
          {refusal}
        </p>
        <button class="btn btn-main" type="submit" aria-disabled={busy}>
          {busy ? "One moment…" : "Set the password and log in"}
        </button>
      </form>
    </Centre>
  );
}

function Whose({ user }: { user: User }) {
  return (
    <>
      <bdi>{user.name}</bdi>, you are <strong>{user.role}</strong> here. Choose a password, and you are in.
    </>
  );
}
