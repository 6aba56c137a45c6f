/** @jsxImportSource ./ui */
// What the desk asks of the shopper beside the conversation: an address for the answer, and how it was.

import type { JSX } from "./ui/jsx-runtime";
import { useState } from "./ui";
import type { Chat } from "./chat";
import { Face } from "./icons";
import { asked } from "./outbox";
import { ratable } from "./rows";
import type { Words } from "./text";

interface Props {
  chat: Chat;
  words: Words;
}

const SCORES = [1, 2, 3, 4, 5] as const;

/** While somebody waits and nobody is there. */
export function Contact({ chat, words }: Props): JSX.Element {
  const { contact, outbox } = chat.state;
  const [email, setEmail] = useState("");
  const sent = asked(outbox, "leave_contact");
  const failed = sent?.state.is === "failed" ? sent.state : null;
  if (contact) return <p>{words.emailSaved}</p>;
  const send = (event: globalThis.Event): void => {
    event.preventDefault();
    if (email.trim() === "" || (sent && !failed)) return;
    if (sent) chat.discard(sent.client_id);
    chat.act({ act: "leave_contact", email: email.trim() });
  };
  return (
    <form class="fd-contact" onSubmit={send} noValidate>
      <input
        type="email"
        dir="auto"
        autocomplete="email"
        aria-label={words.email}
        placeholder={words.email}
        aria-invalid={failed !== null}
        aria-describedby="fd-email"
        value={email}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <button type="submit" class="fd-button" aria-disabled={sent !== undefined && failed === null}>
        {words.emailSend}
      </button>
      <p id="fd-email" class="fd-error" role="alert">
        {failed && (failed.code === "bad_field" ? words.emailBad : words.refused)}
      </p>
    </form>
  );
}

/** After the end, and after an answer that has helped. */
export function Survey({ chat, words }: Props): JSX.Element | null {
  const about = ratable(chat.state);
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState("");
  const [past, setPast] = useState(0);
  if (about === null || about <= past) return null;
  const send = (event: globalThis.Event): void => {
    event.preventDefault();
    const said = comment.trim();
    chat.act({ act: "rate", score, ...(said !== "" && { comment: said }) });
    setScore(0);
    setComment("");
  };
  return (
    <form class="fd-survey" onSubmit={send}>
      <fieldset>
        <legend>{words.ask}</legend>
        {SCORES.map((value) => (
          <label key={value}>
            <input type="radio" name="score" value={value} checked={score === value} onChange={() => setScore(value)} />
            <Face mood={(value - 3) * 2} />
            <span>{words.scores[value - 1]}</span>
          </label>
        ))}
      </fieldset>
      {score > 0 && (
        <>
          <textarea rows={2} dir="auto" aria-label={words.comment} placeholder={words.comment} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
          <button type="submit" class="fd-button">
            {words.rate}
          </button>
        </>
      )}
      {score === 0 && (
        <button type="button" class="fd-quiet" onClick={() => setPast(about)}>
          {words.notNow}
        </button>
      )}
    </form>
  );
}
