// Which days the numbers are of. Every choice is an address, so that it can be sent to a colleague.

import { useState } from "preact/hooks";
import { followed, go } from "../../route";
import { addDays, dayOf, LAST, wrongWith, type Choice } from "./period";
import { choiceHref } from "./place";

const LABELS: Record<(typeof LAST)[number], string> = { 1: "Today", 7: "7 days", 28: "28 days" };

export function Picker({ choice, zone }: { choice: Choice; zone: string | null }) {
  const [open, setOpen] = useState(choice.is === "between");
  return (
    <div class="sb-picker">
      <nav class="sb-choices" aria-label="Period">
        {LAST.map((days) => (
          <a
            key={days}
            href={choiceHref({ is: "last", days })}
            onClick={followed}
            aria-current={choice.is === "last" && choice.days === days ? "true" : undefined}
          >
            {LABELS[days]}
          </a>
        ))}
        <button type="button" aria-expanded={open} aria-pressed={choice.is === "between"} onClick={() => setOpen(!open)}>
          From … to
        </button>
      </nav>
      {open && <Between choice={choice} zone={zone ?? "UTC"} />}
    </div>
  );
}

function Between({ choice, zone }: { choice: Choice; zone: string }) {
  const today = dayOf(new Date(), zone);
  const [from, setFrom] = useState(choice.is === "between" ? choice.from : addDays(today, -6));
  const [to, setTo] = useState(choice.is === "between" ? choice.to : today);
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const fault = wrongWith(from, to);
    setWrong(fault);
    if (fault === null) go(choiceHref({ is: "between", from, to }));
  };
  return (
    <form class="sb-between" onSubmit={submit}>
      <label>
        <span>From</span>
        <input class="input" type="date" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        <span>to</span>
        <input class="input" type="date" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <button class="btn btn-main" type="submit">
        Show
      </button>
      <p class="refusal" role="alert">
        {wrong}
      </p>
    </form>
  );
}
