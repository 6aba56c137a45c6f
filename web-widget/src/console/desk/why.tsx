// "Why did it say that?": the trace of a turn, told in words, with the raw record folded at the end.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { safeUrl } from "../../shared/link";
import { duration, percent, spans, type Found, type Trace, type Written } from "./trace";
import { language, plain } from "./words";

interface WhyProps {
  trace: Trace;
  title?: string;
  /** What stands on the line of the button. */
  children?: ComponentChildren;
}

export function Why({ trace, title = "Why did it say that?", children }: WhyProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div class="why">
      <p class="msg-foot">
        {children}
        <button class="why-button" type="button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
          {title}
        </button>
      </p>
      {open && (
        <div class="why-body" id={id}>
          <Explained trace={trace} />
        </div>
      )}
    </div>
  );
}

function Explained({ trace }: { trace: Trace }) {
  const [best, second] = trace.intents;
  const total = trace.stages.reduce((sum, [, micros]) => sum + micros, 0);
  return (
    <>
      {trace.because !== "" && (
        <p class="why-because">
          By the rule: <strong>{trace.because}</strong>.
          {trace.rule !== null && ` Hand-over rule ${trace.rule} of the settings called a person.`}
        </p>
      )}
      <dl class="facts">
        {trace.text !== null && (
          <Fact title="It read">
            <q dir="auto">
              {spans(trace.text, trace.entities).map((part, index) =>
                part.entity === null ? (
                  part.text
                ) : (
                  <mark key={index} title={plain(part.entity)}>
                    {part.text}
                  </mark>
                ),
              )}
            </q>
            {trace.language !== null && <span class="quiet"> in {language(trace.language)}</span>}
          </Fact>
        )}
        {best !== undefined && (
          <Fact title="Understood as">
            <ul class="bars">
              <Bar name={best.intent} share={best.probability} best />
              {second !== undefined && <Bar name={second.intent} share={second.probability} />}
            </ul>
            {trace.needs.answer !== null && <span class="quiet">it answers from {percent(trace.needs.answer)} on</span>}
          </Fact>
        )}
        {trace.inScope !== null && (
          <Fact title="Known topic">
            {percent(trace.inScope)} sure{" "}
            <span class="quiet">
              that it is one of its intents at all
              {trace.needs.inScope !== null && `; it needs ${percent(trace.needs.inScope)}`}
            </span>
          </Fact>
        )}
        {trace.entities.length > 0 && (
          <Fact title="Found in it">
            <ul class="plain">
              {trace.entities.map(({ entity, value, reason }) => (
                <li key={`${entity} ${value}`}>
                  {plain(entity)} <strong dir="auto">{value}</strong> {reason !== "" && <span class="quiet">by {reason}</span>}
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {trace.form !== null && (
          <Fact title="Form">
            {plain(trace.form)}
            {trace.slots.length > 0 && (
              <ul class="plain">
                {trace.slots.map(([name, value]) => (
                  <li key={name}>
                    {plain(name)}: {value === null ? <span class="quiet">filled in, not written down</span> : <strong dir="auto">{value}</strong>}
                  </li>
                ))}
              </ul>
            )}
          </Fact>
        )}
        {trace.actions.length > 0 && (
          <Fact title="Looked up">
            <ul class="plain">
              {trace.actions.map(({ action, outcome }, index) => (
                <li key={index}>
                  {plain(action)}: <strong>{plain(outcome)}</strong>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {trace.found.length > 0 && (
          <Fact title="Articles">
            <Articles found={trace.found} />
          </Fact>
        )}
        {trace.about !== null && (
          <Fact title="Goes on with">
            <span dir="auto">{trace.about}</span> <span class="quiet">it was searched with the message</span>
          </Fact>
        )}
        {trace.written !== null && (
          <Fact title="Language model">
            <Wrote {...trace.written} />
          </Fact>
        )}
        {trace.reply !== null && (
          <Fact title="Said">
            {trace.before.map((name) => `${plain(name)}, then `)}
            <strong>{plain(trace.reply)}</strong> <span class="quiet">from the shop's files{trace.content !== null && `, version ${trace.content.slice(0, 8)}`}</span>
          </Fact>
        )}
        {trace.stages.length > 0 && (
          <Fact title="Took">
            {duration(total)} <span class="quiet">({trace.stages.map(([stage, micros]) => `${plain(stage)} ${duration(micros)}`).join(", ")})</span>
          </Fact>
        )}
      </dl>
      <details class="raw">
        <summary>The record as it is stored</summary>
        <pre tabIndex={0}>{JSON.stringify(trace.raw, null, 2)}</pre>
      </details>
    </>
  );
}

function Fact({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Bar({ name, share, best = false }: { name: string; share: number; best?: boolean }) {
  return (
    <li class={best ? "bar bar-best" : "bar"}>
      <span>
        {plain(name)}
        {!best && <span class="quiet">, the runner-up</span>}
      </span>
      <span class="bar-share">{percent(share)}</span>
      <svg class="bar-line" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" class="bar-ground" />
        <rect width={Math.max(0.5, Math.min(1, share) * 100)} height="4" class="bar-fill" />
      </svg>
    </li>
  );
}

function Wrote({ outcome, model, tokens, cost, firstMs, totalMs, stopped }: Written) {
  const times = [firstMs !== null && `first sentence after ${duration(firstMs * 1000)}`, totalMs !== null && `done after ${duration(totalMs * 1000)}`];
  const facts = [`${tokens} tokens`, cost !== null && `cost ${cost.toFixed(4)}`, ...times].filter((fact) => fact !== false);
  return (
    <>
      <strong>{plain(outcome)}</strong>{" "}
      <span class="quiet">
        {model}: {facts.join(", ")}
      </span>
      {stopped.map((why, index) => (
        <p key={index} dir="auto">
          Held back: {why}
        </p>
      ))}
    </>
  );
}

function Articles({ found }: { found: Found[] }) {
  const [first, ...rest] = found;
  if (first === undefined) return null;
  return (
    <>
      <Article found={first} />
      {rest.length > 0 && (
        <details>
          <summary>
            {rest.length} more that fit less
          </summary>
          {rest.map((each) => (
            <Article key={`${each.article}#${each.anchor}`} found={each} />
          ))}
        </details>
      )}
    </>
  );
}

function Article({ found }: { found: Found }) {
  const url = safeUrl(found.url);
  return (
    <div class="found">
      <p>
        {url === null ? <strong dir="auto">{found.title}</strong> : <a href={url} target="_blank" rel="noopener noreferrer" dir="auto">{found.title}<span class="unseen"> (opens in a new tab)</span></a>}
        {found.anchor !== "" && <span class="quiet"> § {found.anchor.replaceAll("-", " ")}</span>}
      </p>
      {found.text !== "" && <blockquote dir="auto">{found.text}</blockquote>}
      <p class="quiet">
        {found.fit !== null && `${percent(found.fit)} likely the answer`}
        {found.near !== null && ` · meaning ${found.near.toFixed(2)}`}
        {found.words !== null && ` · words ${percent(found.words)}`}
        {found.score !== null && ` · BM25 ${found.score.toFixed(1)}`}
        {found.foundIn !== null && ` · found in the ${plain(found.foundIn)}`}
        {found.matched.length > 0 && ` · by the words ${found.matched.join(", ")}`}
      </p>
    </div>
  );
}
