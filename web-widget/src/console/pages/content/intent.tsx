// One intent: what shoppers write, and what they get.

import type { ComponentChildren } from "preact";
import { followed, pathOf } from "../../route";
import { useAsked } from "../parts/asked";
import { Failure } from "../parts/failure";
import { count } from "../parts/format";
import type { Intent, Variant } from "./content";

/** Examples shown at first: enough to see the tone. */
const FEW = 10;

export function IntentView({ name }: { name: string }) {
  const { value: intent, why, again } = useAsked<Intent>(`/api/content/intents/${encodeURIComponent(name)}`);
  if (intent === null) return why === null ? <p class="quiet">Reading…</p> : <Failure why={why} again={again} />;
  return (
    <article class="ct-detail">
      <Title title={intent.title ?? intent.name} file={intent.file} back={pathOf.content}>
        <span class="tag">{intent.name}</span>
        {intent.category !== null && <span class="tag">{intent.category}</span>}
      </Title>
      {intent.slots.length > 0 && <Slots slots={intent.slots} outcomes={intent.outcomes} />}
      <Section title="Replies">
        {intent.replies.map((reply) => (
          <div key={reply.name} class="ct-reply">
            <h4>
              <code>{reply.name}</code>
            </h4>
            {reply.variants.map((variant, at) => (
              <VariantView key={at} variant={variant} otherwise={at > 0} />
            ))}
          </div>
        ))}
      </Section>
      <Section title="What shoppers write">
        <Examples texts={intent.examples} />
      </Section>
      {Object.values(intent.not_examples).some((texts) => texts.length > 0) && (
        <Section title="Near misses, trained as not this">
          <Examples texts={intent.not_examples} />
        </Section>
      )}
    </article>
  );
}

interface TitleProps {
  title: string;
  file: string;
  back: string;
  lang?: string;
  children: ComponentChildren;
}

export function Title({ title, file, back, lang, children }: TitleProps) {
  return (
    <header class="ct-detail-head">
      <a href={back} onClick={followed}>
        Back to the list
      </a>
      <h2 lang={lang} dir="auto">
        {title}
      </h2>
      <p class="ct-tags">{children}</p>
      <p class="hint">
        In <code>{file}</code>
      </p>
    </header>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="ct-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function VariantView({ variant: { when, text, counts_as, quick_replies, card, cards }, otherwise }: { variant: Variant; otherwise: boolean }) {
  return (
    <div class="ct-variant">
      <p class="hint">
        {when !== null ? (
          <>
            when <code>{when}</code>
          </>
        ) : (
          otherwise && "otherwise"
        )}{" "}
        <span class="tag">{counts_as.replaceAll("_", " ")}</span> {card && <span class="tag">with a card</span>}{cards && <span class="tag">with a row of cards</span>}
      </p>
      {Object.entries(text).map(([locale, words]) => (
        <p key={locale} class="ct-words" lang={locale} dir="auto">
          <span class="ct-locale">{locale}</span> {words}
        </p>
      ))}
      {quick_replies.length > 0 && (
        <p class="ct-tags">
          {quick_replies.map((title) => (
            <span key={title} class="tag">
              {title}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

function Slots({ slots, outcomes }: Pick<Intent, "slots" | "outcomes">) {
  return (
    <Section title="What it asks for">
      <ol class="ct-slots">
        {slots.map((slot) => (
          <li key={slot.slot}>
            <code>{slot.slot}</code>
            <span class="hint">
              {" "}
              asked for with <code>{slot.ask}</code>
              {slot.personal && ", personal"}
            </span>
          </li>
        ))}
      </ol>
      <dl class="ct-outcomes">
        {Object.entries(outcomes).map(([outcome, { say, hands_over }]) => (
          <div key={outcome}>
            <dt>{outcome.replaceAll("_", " ")}</dt>
            <dd>
              says <code>{say}</code>
              {hands_over && ", and calls a person"}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Examples({ texts }: { texts: Record<string, string[]> }) {
  return (
    <div class="ct-examples">
      {Object.entries(texts)
        .filter(([, lines]) => lines.length > 0)
        .map(([locale, lines]) => (
          <div key={locale}>
            <h4>
              {locale} <span class="hint">{count(lines.length)}</span>
            </h4>
            <Lines lines={lines.slice(0, FEW)} locale={locale} />
            {lines.length > FEW && (
              <details>
                <summary>{count(lines.length - FEW)} more</summary>
                <Lines lines={lines.slice(FEW)} locale={locale} />
              </details>
            )}
          </div>
        ))}
    </div>
  );
}

export function Lines({ lines, locale }: { lines: string[]; locale: string }) {
  return (
    <ul class="ct-lines" lang={locale}>
      {lines.map((line, at) => (
        <li key={at} dir="auto">
          {line}
        </li>
      ))}
    </ul>
  );
}
