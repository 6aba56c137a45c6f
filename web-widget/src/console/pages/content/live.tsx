// What is live, and what keeps the files from being it.

import { sentence } from "../../api";
import { moment } from "../parts/format";
import type { Content, Fault } from "./content";

/** What reads shoppers' messages at the moment; nothing to tell when all of it does, or there is only one. */
export function reading({ state, done, total }: Content["encoder"]): string | null {
  if (state === "encoding") return `The sentence encoder is learning the examples (${done} of ${total}). Until it is done, words alone are compared.`;
  if (state === "failed") return "The sentence encoder could not be loaded, so words alone are compared. The server's log says why.";
  return null;
}

import { Ticked } from "./ticked";

export function Live({ content: { hash, live_since, faults, stale, encoder }, why }: { content: Content; why: string | null }) {
  const errors = faults.filter(({ severity }) => severity === "error");
  const warnings = faults.filter(({ severity }) => severity === "warning");
  return (
    <>
      <p class="quiet ct-live">
        Live since {moment(live_since)}, version <code>{hash.slice(0, 12)}</code>.{why !== null && ` No newer word: ${why}`}
      </p>
      {reading(encoder) !== null && <p class="quiet ct-live">{reading(encoder)}</p>}
      {stale && (
        <section class="ct-stale" role="alert" aria-labelledby="ct-stale">
          <h2 id="ct-stale">The files have {errors.length === 1 ? "a fault" : "faults"}, so what was live before goes on serving</h2>
          <p>Shoppers notice nothing. Mend the file and save: the new version is taken at once.</p>
          <Faults faults={errors} />
        </section>
      )}
      {warnings.length > 0 && (
        <details class="ct-warnings">
          <summary>
            {warnings.length} {warnings.length === 1 ? "thing" : "things"} to look at in the files
          </summary>
          <Faults faults={warnings} />
        </details>
      )}
    </>
  );
}

function Faults({ faults }: { faults: Fault[] }) {
  return (
    <ol class="ct-faults">
      {faults.map((fault, at) => (
        <li key={at}>
          <p>
            <code class="ct-file">{fault.file}</code>{" "}
            <span class="ct-place">
              line {fault.line}, column {fault.column}
            </span>
          </p>
          <p>
            <Ticked text={sentence(fault.problem)} />
          </p>
          {fault.cure !== "" && (
            <p class="ct-cure">
              <Ticked text={sentence(fault.cure)} />
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
