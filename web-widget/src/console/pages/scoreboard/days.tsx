// Episodes a day by outcome: a picture, and the same as a table.

import { useEffect, useRef, useState } from "preact/hooks";
import { followed, go } from "../../route";
import { count, day, evenShare, known } from "../parts/format";
import { drawDays, type Drawing } from "./chart";
import type { Choice } from "./period";
import { listHref } from "./place";
import { contained, OUTCOMES, sum, type Day } from "./report";
import { NAMES } from "./words";

interface Of {
  days: Day[];
  choice: Choice;
  zone: string;
}

export function DaysCard(of: Of) {
  const [asTable, setAsTable] = useState(false);
  return (
    <section class="card sb-days" aria-labelledby="sb-days">
      <div class="sb-when">
        <h3 id="sb-days">Day by day</h3>
        <button class="btn" type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          As a table
        </button>
      </div>
      {asTable ? <Table {...of} /> : <Chart {...of} />}
    </section>
  );
}

function Chart({ days, choice, zone }: Of) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ index: number; left: number } | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    const host = box.current;
    const opened = (index: number) => days[index] !== undefined && go(listHref(choice, "total", days[index]));
    let drawing: Drawing = drawDays(host, days, zone, setAt, opened);
    // A canvas keeps the colours it was drawn with.
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => {
      drawing.remove();
      drawing = drawDays(host, days, zone, setAt, opened);
    };
    const resized = new ResizeObserver(() => drawing.fit());
    scheme.addEventListener("change", redraw);
    resized.observe(host);
    return () => {
      scheme.removeEventListener("change", redraw);
      resized.disconnect();
      drawing.remove();
    };
  }, [days, zone]);
  const pointed = at === null ? undefined : days[at.index];
  return (
    <>
      {/* The same stands in the table, which is reached by the button above. */}
      <div class="sb-chart" aria-hidden="true">
        <div ref={box} />
        {at !== null && pointed !== undefined && <Tip day={pointed} left={at.left} zone={zone} />}
      </div>
      <ul class="sb-key">
        {OUTCOMES.map((outcome) => (
          <li key={outcome}>
            <span class={`sb-swatch sb-${outcome}`} aria-hidden="true" /> {NAMES[outcome]}
          </li>
        ))}
      </ul>
    </>
  );
}

function Tip({ day: { from, outcomes }, left, zone }: { day: Day; left: number; zone: string }) {
  return (
    <div class={left > 0.6 ? "sb-tip sb-tip-left" : "sb-tip"} style={{ insetInlineStart: `${left * 100}%` }}>
      <strong>{day(from, zone)}</strong>
      <table>
        <tbody>
          {OUTCOMES.filter((outcome) => outcomes[outcome] > 0).map((outcome) => (
            <tr key={outcome}>
              <th scope="row">
                <span class={`sb-swatch sb-${outcome}`} /> {NAMES[outcome]}
              </th>
              <td class="number">{count(outcomes[outcome])}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">All</th>
            <td class="number">{count(sum(outcomes))}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Table({ days, choice, zone }: Of) {
  return (
    <div class="sb-scroll" role="group" aria-labelledby="sb-days" tabIndex={0}>
      <table class="table sb-table">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {OUTCOMES.map((outcome) => (
              <th key={outcome} scope="col" class="number">
                {NAMES[outcome]}
              </th>
            ))}
            <th scope="col" class="number">
              All
            </th>
            <th scope="col" class="number">
              Containment
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((of) => (
            <tr key={of.from}>
              <th scope="row">{day(of.from, zone)}</th>
              {OUTCOMES.map((outcome) => (
                <td key={outcome} class="number">
                  {of.outcomes[outcome] === 0 ? (
                    <span class="quiet">0</span>
                  ) : (
                    <a href={listHref(choice, outcome, of)} onClick={followed}>
                      {count(of.outcomes[outcome])}
                    </a>
                  )}
                </td>
              ))}
              <td class="number">
                {sum(of.outcomes) === 0 ? (
                  <span class="quiet">0</span>
                ) : (
                  <a href={listHref(choice, "total", of)} onClick={followed}>
                    {count(sum(of.outcomes))}
                  </a>
                )}
              </td>
              <td class="number">{known(contained(of.outcomes), evenShare)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
