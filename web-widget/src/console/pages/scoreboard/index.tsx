// The scoreboard: what shoppers' requests came to, and behind every number its conversations.

import { useMemo } from "preact/hooks";
import type { PageProps } from "../../app";
import { followed } from "../../route";
import { useAsked } from "../parts/asked";
import { Failure } from "../parts/failure";
import { days, moment } from "../parts/format";
import { useSearch } from "../parts/search";
import { ListView } from "./list";
import { Stages, Standing } from "./now";
import { Numbers } from "./numbers";
import { spanOf } from "./period";
import { Picker } from "./picker";
import { choiceHref, placeOf, type Place } from "./place";
import type { Now, Report } from "./report";
import "./scoreboard.css";

const NOW_MS = 5000;

export default function Scoreboard(_: PageProps) {
  const place = placeOf(useSearch());
  const now = useAsked<Now>("/api/reports/now", NOW_MS);
  // The shop's clock; the reader's own where the server cannot tell. Until one of them is known, nothing is asked.
  const zone = now.value?.zone ?? (now.value !== null || now.why !== null ? Intl.DateTimeFormat().resolvedOptions().timeZone : null);
  return (
    <div class="page sb">
      <header class="sb-head">
        <h1>Scoreboard</h1>
        {place.list === null ? <Picker key={choiceHref(place.choice)} choice={place.choice} zone={zone} /> : <Back place={place} />}
      </header>
      {place.list === null ? (
        <>
          <Standing now={now} />
          {zone !== null && <Period choice={place.choice} zone={zone} />}
          <Stages now={now} />
        </>
      ) : (
        <ListView key={JSON.stringify(place.list)} {...place.list} zone={zone ?? undefined} />
      )}
    </div>
  );
}

function Back({ place }: { place: Place }) {
  return (
    <a class="btn" href={choiceHref(place.choice)} onClick={followed}>
      Back to the numbers
    </a>
  );
}

function Period({ choice, zone }: { choice: Place["choice"]; zone: string }) {
  // Reckoned once a choice: an address that changed with every look would be asked for ever.
  const path = useMemo(() => {
    const span = spanOf(choice, new Date(), zone);
    return `/api/reports/outcomes?${new URLSearchParams({ ...span, zone })}`;
  }, [choiceHref(choice), zone]);
  const asked = useAsked<Report>(path);
  const { value: report, why, asking, again } = asked;
  if (report === null) return why === null ? <p class="quiet">Counting…</p> : <Failure why={why} again={again} />;
  return (
    <section class="sb-period" aria-labelledby="sb-period">
      <div class="sb-when">
        <h2 id="sb-period">{days(report.from, report.to, zone)}</h2>
        <p class="hint">
          Days by the clock of {zone}. Counted {moment(report.at, zone)}.
        </p>
        <button class="btn" type="button" aria-disabled={asking} onClick={() => asking || again()}>
          {asking ? "Counting…" : "Count again"}
        </button>
      </div>
      {why !== null && <Failure why={why} again={again} />}
      {report.total === 0 ? <Nothing /> : <Numbers report={report} choice={choice} zone={zone} />}
      <p class="hint">
        Rules version {report.rules}. An episode is counted in the period it began in, and has exactly one outcome.
      </p>
    </section>
  );
}

function Nothing() {
  return (
    <div class="card sb-nothing">
      <h3>No conversations in this period yet</h3>
      <p class="quiet">As soon as a shopper writes, it is counted here. Try a longer period, or write something in the shop's own chat.</p>
    </div>
  );
}
