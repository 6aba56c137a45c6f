// What is the case at this moment, and how fast the server has answered since its start.

import type { Asked } from "../parts/asked";
import { Failure } from "../parts/failure";
import { count, duration, known, moment } from "../parts/format";
import { followed, pathOf } from "../../route";
import type { Now } from "./report";
import { SpreadTable } from "./spread";
import { inOrder, stageName } from "./words";

export function Standing({ now: { value, why, again } }: { now: Asked<Now> }) {
  if (value === null) return why === null ? null : <Failure why={why} again={again} />;
  const { waiting, with_agent, oldest_seconds, agents } = value;
  return (
    <section class="card sb-now" aria-label="Now">
      <h2>
        <span class={why === null ? "sb-live" : "sb-live sb-stale"} aria-hidden="true" />
        Now
      </h2>
      <dl>
        <Fact name="waiting for a person">
          <a href={pathOf.desk} onClick={followed}>
            {count(waiting)}
          </a>
        </Fact>
        <Fact name="longest wait">{waiting === 0 ? "–" : known(oldest_seconds, (seconds) => duration(seconds * 1000))}</Fact>
        <Fact name="with a person">
          <a href={pathOf.desk} onClick={followed}>
            {count(with_agent)}
          </a>
        </Fact>
        <Fact name="colleagues online">{count(agents.online)}</Fact>
        <Fact name="busy">{count(agents.busy)}</Fact>
        <Fact name="away">{count(agents.away)}</Fact>
      </dl>
      {why !== null && (
        <p class="hint">
          As of {moment(value.at)}: {why}
        </p>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Stages({ now: { value } }: { now: Asked<Now> }) {
  if (value === null) return null;
  return (
    <section class="card" aria-labelledby="sb-stages">
      <h2 id="sb-stages">How fast the server answers</h2>
      <p class="hint">Since it was started.</p>
      {value.latency.length === 0 ? (
        <p class="quiet">Nothing has been answered since.</p>
      ) : (
        <SpreadTable
          of="Stage of an answer"
          labelled="sb-stages"
          rows={inOrder(value.latency).map(({ stage, count, p50_ms, p90_ms, p99_ms }) => ({
            name: stageName(stage),
            spread: { count, p50: p50_ms, p90: p90_ms, p99: p99_ms },
          }))}
        />
      )}
    </section>
  );
}
