// The numbers of a period. Each that counts conversations is a link to them.

import type { ComponentChildren } from "preact";
import { followed } from "../../route";
import { count, day, decimal, duration, evenShare, known, moment, share, shortDay } from "../parts/format";
import { DaysCard } from "./days";
import { ratedList, type By, type ListName } from "./lists";
import type { Choice } from "./period";
import { listHref } from "./place";
import { contained, FIVE, shares, type Day, type Ratings, type Report, type Spread, type Waits } from "./report";
import { SpreadTable } from "./spread";
import { MEANS, NAMES } from "./words";

interface Of {
  report: Report;
  choice: Choice;
  zone: string;
}

type LinkTo = (name: ListName, value: number, says?: string) => ComponentChildren;

export function Numbers({ report, choice, zone }: Of) {
  const linkTo: LinkTo = (name, value, says = count(value)) => (
    <a class="sb-number" href={listHref(choice, name, report)} onClick={followed}>
      {says}
    </a>
  );
  return (
    <>
      <div class="sb-lead">
        <Containment report={report} linkTo={linkTo} zone={zone} />
        <FiveOutcomes report={report} linkTo={linkTo} zone={zone} />
      </div>
      {report.days !== undefined && report.days.length > 1 && <DaysCard days={report.days} choice={choice} zone={zone} />}
      <Satisfaction csat={report.csat} linkTo={linkTo} />
      <div class="sb-two">
        <FirstResponse {...report.first_response_ms} />
        <Told waits={report.waits} />
      </div>
    </>
  );
}

function Containment({ report: { containment, outcomes, days }, linkTo, zone }: { report: Report; linkTo: LinkTo; zone: string }) {
  const { share: part, contained, requests } = containment;
  return (
    <section class="card sb-containment" aria-labelledby="sb-containment">
      <h3 id="sb-containment">Containment</h3>
      <p class="sb-big">{known(part, share)}</p>
      {part === null ? (
        <p>Nothing that was a request has ended yet.</p>
      ) : (
        <p>
          {linkTo("contained", contained)} of {linkTo("requests", requests)} requests were settled by the assistant, without a person.
        </p>
      )}
      <p class="hint">
        Answered ({count(outcomes.answered_confirmed)} confirmed, {count(outcomes.answered_assumed)} assumed) ÷ all that were requests. Small talk and what is still open are in
        neither.
      </p>
      {days !== undefined && days.length > 1 && <Trend days={days} zone={zone} />}
    </section>
  );
}

function FiveOutcomes({ report, linkTo, zone }: { report: Report; linkTo: LinkTo; zone: string }) {
  const { outcomes, total } = report;
  const ended = total - outcomes.open;
  const parts = shares(FIVE.map((outcome) => outcomes[outcome]));
  return (
    <section class="card sb-five" aria-labelledby="sb-five">
      <h3 id="sb-five">What requests came to</h3>
      {ended === 0 ? <p class="quiet">None has ended yet.</p> : <Bar counts={FIVE.map((outcome) => outcomes[outcome])} />}
      <table class="sb-legend">
        <thead class="unseen">
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Conversations</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {FIVE.map((outcome, at) => (
            <tr key={outcome}>
              <th scope="row">
                <span class={`sb-swatch sb-${outcome}`} aria-hidden="true" /> {NAMES[outcome]} <span class="hint">{MEANS[outcome]}</span>
              </th>
              <td class="number">{linkTo(outcome, outcomes[outcome])}</td>
              <td class="number">{ended === 0 ? "–" : evenShare(parts[at] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All that ended</th>
            <td class="number">{linkTo("ended", ended)}</td>
            <td class="number">{ended === 0 ? "–" : evenShare(1)}</td>
          </tr>
        </tfoot>
      </table>
      <ul class="sb-notes">
        {outcomes.open > 0 && (
          <li>
            {linkTo("open", outcomes.open)} of {linkTo("total", total)} {outcomes.open === 1 ? "is" : "are"} still open and not among the five until they end.
          </li>
        )}
        {report.provisional > 0 && (
          <li>
            {linkTo("provisional", report.provisional)} of the assumed may still change{until(report.provisional_until, zone)}: a return within{" "}
            {count(report.recontact_hours)} hours takes the credit back.
          </li>
        )}
        {report.returned > 0 && <li>{linkTo("returned", report.returned)} of the abandoned had an answer, and came back with a new request.</li>}
        {report.unanswered > 0 && <li>{linkTo("unanswered", report.unanswered)} of the abandoned ended with words that nobody replied to.</li>}
      </ul>
    </section>
  );
}

/** A picture of what the table of the days says in numbers. */
function Trend({ days, zone }: { days: Day[]; zone: string }) {
  return (
    <div class="sb-trend" aria-hidden="true">
      <div class="sb-columns">
        {days.map(({ from, outcomes }) => {
          const part = contained(outcomes);
          return (
            <span key={from} title={`${day(from, zone)}: ${known(part, share)}`}>
              {part !== null && <i style={{ blockSize: `${part * 100}%` }} />}
            </span>
          );
        })}
      </div>
      <p class="hint">
        <span>{shortDay(days[0]?.from ?? "", zone)}</span> <span>{shortDay(days.at(-1)?.from ?? "", zone)}</span>
      </p>
    </div>
  );
}

const until = (at: string | null | undefined, zone: string): string => (at === null || at === undefined ? "" : ` until ${moment(at, zone)}`);

/** A picture of the table below it, so hidden from those who hear the page. */
function Bar({ counts }: { counts: number[] }) {
  return (
    <div class="sb-bar" aria-hidden="true">
      {FIVE.map((outcome, at) => (counts[at] === 0 ? null : <span key={outcome} class={`sb-${outcome}`} style={{ flexGrow: counts[at] ?? 0 }} />))}
    </div>
  );
}

function Satisfaction({ csat, linkTo }: { csat: Report["csat"]; linkTo: LinkTo }) {
  return (
    <section class="card" aria-labelledby="sb-csat">
      <h3 id="sb-csat">What shoppers think of it</h3>
      <div class="sb-three">
        <Scores title="All" ratings={csat.all} by="" linkTo={linkTo} />
        <Scores title="The assistant alone" ratings={csat.bot_only} by="bot" linkTo={linkTo} />
        <Scores title="With a person" ratings={csat.human} by="human" linkTo={linkTo} />
      </div>
    </section>
  );
}

interface ScoresProps {
  title: string;
  ratings: Ratings;
  by: By;
  linkTo: LinkTo;
}

function Scores({ title, ratings: { episodes, responses, rate, mean, by_score }, by, linkTo }: ScoresProps) {
  const most = Math.max(1, ...by_score);
  const shown = (score: number | "", value: number) => (value === 0 ? count(value) : linkTo(ratedList(score, by), value));
  return (
    <div class="sb-scores">
      <h4>{title}</h4>
      <p class="sb-mean">
        <strong>{known(mean, decimal)}</strong> of 5
      </p>
      <p class="hint">
        {episodes === 0 ? (
          "No conversations."
        ) : (
          <>
            {shown("", responses)} of {count(episodes)} rated it{rate === null ? "" : ` (${share(rate)})`}.
          </>
        )}
      </p>
      <table class="sb-score">
        <thead class="unseen">
          <tr>
            <th scope="col">Rating</th>
            <th scope="col">Picture</th>
            <th scope="col">Conversations</th>
          </tr>
        </thead>
        <tbody>
          {[5, 4, 3, 2, 1].map((score) => {
            const given = by_score[score - 1] ?? 0;
            return (
              <tr key={score}>
                <th scope="row">{count(score)}</th>
                <td aria-hidden="true">
                  <span class="sb-given" style={{ inlineSize: `${(given / most) * 100}%` }} />
                </td>
                <td class="number">{shown(score, given)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function FirstResponse({ bot, human }: { bot: Spread; human: Spread }) {
  return (
    <section class="card" aria-labelledby="sb-first">
      <h3 id="sb-first">First response</h3>
      <p class="hint">A person's clock starts when one is called; the assistant's time is not in it.</p>
      <SpreadTable
        of="By"
        labelled="sb-first"
        rows={[
          { name: "The assistant", spread: bot },
          { name: "A person", spread: human },
        ]}
      />
    </section>
  );
}

function Told({ waits }: { waits: Waits }) {
  const seconds = (value: number | null) => known(value, (seconds) => duration(seconds * 1000));
  return (
    <section class="card" aria-labelledby="sb-waits">
      <h3 id="sb-waits">The wait they were told, and the one they had</h3>
      {waits.count === 0 ? (
        <p class="quiet">Nobody who was told a wait has been taken by a person.</p>
      ) : (
        <dl class="sb-waits">
          <div>
            <dt>told, on average</dt>
            <dd>{seconds(waits.mean_told_seconds)}</dd>
          </div>
          <div>
            <dt>had, on average</dt>
            <dd>{seconds(waits.mean_had_seconds)}</dd>
          </div>
          <div>
            <dt>off by, on average</dt>
            <dd>{seconds(waits.mean_error_seconds)}</dd>
          </div>
          <div>
            <dt>9 of 10 off by no more than</dt>
            <dd>{seconds(waits.p90_error_seconds)}</dd>
          </div>
        </dl>
      )}
      <p class="hint">
        Of {count(waits.count)} {waits.count === 1 ? "shopper" : "shoppers"} whom a person has had. {count(waits.not_met)} more {waits.not_met === 1 ? "was" : "were"} told a wait and still wait or are gone.
      </p>
    </section>
  );
}
