import { useState } from "preact/hooks";
import { enter, words, type Login } from "../api";
import { Centre } from "./centre";
import { Field } from "./field";

export function LoginPage({ why, entered }: { why: string | undefined; entered: (login: Login) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (email.trim() === "" || password === "") return setRefusal("Type your email and your password.");
    setBusy(true);
    setRefusal(null);
    try {
      entered((await enter("/api/login", { email, password })) as Login);
    } catch (error) {
      setRefusal(words(error));
      setBusy(false);
    }
  };
  return (
    <Centre title="Log in">
      <p class="quiet">{why ?? "This is where your team answers shoppers."}</p>
      <form class="form" noValidate onSubmit={submit}>
        <Field label="Email" type="email" value={email} change={setEmail} autocomplete="username" focus />
        <Field label="Password" type="password" value={password} change={setPassword} autocomplete="current-password" />
        <p class="refusal" role="alert">
          {refusal}
        </p>
        <button class="btn btn-main" type="submit" aria-disabled={busy}>
          {busy ? "Logging in…" : "Log in"}
        </button>
      </form>
      <p class="hint">Forgot the password? An admin makes you a new link under People.</p>
    </Centre>
  );
}
