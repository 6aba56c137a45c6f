// Type a line as a shopper: what is read in it, why, and what they would hear.

import { useRef, useState } from "preact/hooks";
import { post, sentence, words } from "../../api";
import { followed } from "../../route";
import { decimal, share } from "../parts/format";
import { gram, pieces, type Content, type Entity, type Hit, type Reading, type Reply, type Tried, type Understood } from "./content";
import { articleHref, intentHref } from "./lists";
import { Ticked } from "./ticked";

type State = { is: "empty" } | { is: "asking" } | { is: "tried"; tried: Tried } | { is: "failed"; why: string };

export function TryIt({ content }: { content: Content }) {
  const [text, setText] = useState("");
  const [locale, setLocale] = useState("");
  const [state, setState] = useState<State>({ is: "empty" });
  // Of two answers the later question's counts.
  const turn = useRef(0);
  const attempt = (text: string) => {
    if (text.trim() === "") return;
    const mine = (turn.current += 1);
    setState({ is: "asking" });
    post<Tried>("/api/content/try", { text, ...(locale === "" ? {} : { locale }) }).then(
      (tried) => mine === turn.current && setState({ is: "tried", tried }),
      (error: unknown) => mine === turn.current && setState({ is: "failed", why: words(error) }),
    );
  };
  const submit = (event: Event) => {
    event.preventDefault();
    attempt(text);
  };
  const take = (line: string) => {
    setText(line);
    attempt(line);
  };
  return (
    <section class="card ct-try" aria-labelledby="ct-try">
      <h2 id="ct-try">Try it</h2>
      <form onSubmit={submit}>
        <label class="unseen" for="ct-text">
          A line as a shopper would write it
        </label>
        <input
          id="ct-text"
          class="input"
          value={text}
          placeholder="where is my order 10042"
          maxLength={2000}
          autocomplete="off"
          dir="auto"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <select class="input" aria-label="The shopper's language" value={locale} onChange={(event) => setLocale(event.currentTarget.value)}>
          <option value="">any</option>
          {content.settings.locales.map((known) => (
            <option key={known} value={known}>
              {known}
            </option>
          ))}
        </select>
        <button class="btn btn-main" type="submit" aria-disabled={state.is === "asking"}>
          Try
        </button>
      </form>
      <p class="hint">As a first message. Nothing is stored, and nothing is looked up.</p>
      {state.is === "empty" && <Some content={content} take={take} />}
      <div aria-live="polite">
        {state.is === "failed" && <p class="refusal">{state.why}</p>}
        {state.is === "asking" && <p class="quiet">Reading…</p>}
        {state.is === "tried" && <Result tried={state.tried} content={content} />}
      </div>
    </section>
  );
}

/** Lines to begin with, of the shop's own. */
function Some({ content, take }: { content: Content; take: (line: string) => void }) {
  const [main] = content.settings.locales;
  const lines = [...content.intents.filter(({ form }) => form).slice(-2), ...content.articles.filter(({ locale }) => locale === main).slice(0, 3)].flatMap(({ title }) => title ?? []);
  return (
    <p class="ct-some">
      {lines.map((line) => (
        <button key={line} class="btn" type="button" dir="auto" onClick={() => take(line)}>
          {line}
        </button>
      ))}
    </p>
  );
}

function Result({ tried: { understood, reply, rule, reading, not_looked_up, thresholds, article_fits }, content }: { tried: Tried; content: Content }) {
  return (
    <div class="ct-result">
      <Marked text={understood.text} entities={understood.entities} language={understood.language} />
      <div>
        <h3>It hears</h3>
        {not_looked_up === null ? (
          <>
            {reply === null ? <p class="quiet">Nothing.</p> : <ReplyView reply={reply} language={understood.language} content={content} />}
            <p class="ct-rule">
              <Ticked text={sentence(rule)} /> {reading.reply !== undefined && <Named name={reading.reply} />}
            </p>
          </>
        ) : (
          <LookedUp action={not_looked_up} reading={reading} intent={understood.explanation.intent} reply={reply} />
        )}
      </div>
      <Readings understood={understood} thresholds={thresholds} content={content} />
      {reading.found !== undefined && reading.found.length > 0 && <Articles found={reading.found} fits={article_fits} />}
      <Because understood={understood} />
    </div>
  );
}

function Marked({ text, entities, language }: { text: string; entities: Entity[]; language: string | null }) {
  return (
    <div>
      <h3>
        It reads <span class="hint">{language === null ? "language not sure" : `language ${language}`}</span>
      </h3>
      <p class="ct-line" dir="auto">
        {pieces(text, entities).map(({ text, entity }, at) =>
          entity === null ? (
            <span key={at}>{text}</span>
          ) : (
            <mark key={at}>
              {text} <span class="ct-entity">{entity.entity}</span>
            </mark>
          ),
        )}
      </p>
      {entities.length > 0 && (
        <ul class="ct-entities">
          {entities.map((entity) => (
            <li key={entity.start}>
              <code>{entity.entity}</code> is <strong>{entity.value}</strong> <span class="hint">by {entity.reason}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ReplyView({ reply, language, content }: { reply: Reply; language: string | null; content: Content }) {
  const cards = [...(reply.card === null ? [] : [reply.card]), ...reply.cards];
  return (
    <div class="ct-bubble">
      <p dir="auto">{reply.text}</p>
      {cards.length > 0 && (
        <ul class="ct-cards" aria-label="Cards">
          {cards.map(({ title, text }, index) => (
            <li key={index} dir="auto">
              {title}
              {text !== undefined && <span class="hint"> {text}</span>}
            </li>
          ))}
        </ul>
      )}
      {reply.citations.length > 0 && (
        <p class="hint">
          From{" "}
          {reply.citations.map(({ article, title, anchor }) => (
            <a key={`${article}#${anchor}`} href={articleHref(article, language ?? content.settings.locales[0] ?? "en")} onClick={followed}>
              {title}
            </a>
          ))}
        </p>
      )}
      <p class="ct-tags">
        {reply.quick_replies.map((title) => (
          <span key={title} class="tag">
            {title}
          </span>
        ))}
        {reply.counts_as !== null && <span class="ct-counts">counts as {reply.counts_as.replaceAll("_", " ")}</span>}
      </p>
    </div>
  );
}

function Readings({ understood: { intents, in_scope, does }, thresholds, content }: { understood: Understood; thresholds: Tried["thresholds"]; content: Content }) {
  const [best, second] = intents;
  const title = (name: string) => content.intents.find((row) => row.name === name)?.title ?? name;
  if (best === undefined) return <p class="quiet">There are no intents.</p>;
  return (
    <div>
      <h3>It takes it for</h3>
      <dl class="ct-meters">
        {[best, second].map(
          (ranked, at) =>
            ranked !== undefined && (
              <div key={ranked.intent}>
                <dt>
                  <a href={intentHref(ranked.intent)} onClick={followed}>
                    {title(ranked.intent)}
                  </a>{" "}
                  {at === 1 && <span class="hint">runner-up</span>}
                </dt>
                <dd>
                  <Meter value={ranked.probability} mark={at === 0 ? thresholds.answer : undefined} soft={at === 1} />
                </dd>
              </div>
            ),
        )}
        <div>
          <dt>
            About an intent at all <span class="hint">from {share(thresholds.in_scope)} on, yes</span>
          </dt>
          <dd>
            <Meter value={in_scope} mark={thresholds.in_scope} soft />
          </dd>
        </div>
      </dl>
      <p class="hint">
        It answers from {share(thresholds.answer)} on, offers choices from {share(thresholds.confirm)}, and asks which is meant when the two are closer than {share(thresholds.margin)}.
      </p>
      <p class="hint">
        <Ticked text={sentence(does)} />
      </p>
    </div>
  );
}

/** Here a real turn asks another system, and a trial must not. */
function LookedUp({ action, reading, intent, reply }: { action: string; reading: Reading; intent: string | null; reply: Reply | null }) {
  const slots = Object.entries(reading.slots ?? {});
  return (
    <>
      <p class="ct-rule">
        Whatever <code>{action}</code> finds{slots.length > 0 && " for "}
        {slots.map(([slot, value], at) => (
          <span key={slot}>
            {at > 0 && ", "}
            <code>{slot}</code> {value}
          </span>
        ))}
        . A trial looks nothing up.
      </p>
      {intent !== null && (
        <p>
          <a href={intentHref(intent)} onClick={followed}>
            See what it says to each outcome
          </a>
        </p>
      )}
      {reply !== null && (
        <p class="hint">
          Were there no answer: <span dir="auto">“{reply.text}”</span>
        </p>
      )}
    </>
  );
}

function Named({ name }: { name: string }) {
  return (
    <span class="hint">
      The reply is <code>{name}</code>.
    </span>
  );
}

function Articles({ found, fits }: { found: Hit[]; fits: number }) {
  return (
    <div>
      <h3>
        It finds <span class="hint">from {share(fits)} likely on, an article answers</span>
      </h3>
      <dl class="ct-meters">
        {found.map(({ article, locale, title, anchor, fit }) => (
          <div key={`${article}#${anchor}`}>
            <dt>
              <a href={articleHref(article, locale)} onClick={followed}>
                {title}
              </a>
            </dt>
            <dd>
              <Meter value={fit} mark={fits} soft={fit < fits} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** A share of 1, and from where on it counts. */
function Meter({ value, mark, soft = false }: { value: number; mark?: number | undefined; soft?: boolean }) {
  return (
    <span class="ct-meter">
      <span class={soft ? "ct-bar ct-soft" : "ct-bar"} aria-hidden="true">
        <span style={{ inlineSize: `${value * 100}%` }} />
        {mark !== undefined && <i style={{ insetInlineStart: `${mark * 100}%` }} />}
      </span>
      <span class="ct-share">{share(value)}</span>
    </span>
  );
}

function Because({ understood: { explanation } }: { understood: Understood }) {
  const { examples, features, views } = explanation;
  const most = Math.max(...features.map(({ weight }) => Math.abs(weight)), 0.001);
  return (
    <div>
      <h3>Because of</h3>
      <h4>the examples nearest to it</h4>
      <ul class="ct-near">
        {examples.map(({ text, locale, similarity }, at) => (
          <li key={at}>
            <span lang={locale} dir="auto">
              {text}
            </span>
            <span class="hint">
              {locale} · {share(similarity)}
            </span>
          </li>
        ))}
      </ul>
      <h4>the words and pieces of words in it</h4>
      <ul class="ct-grams">
        {features.map(({ feature, weight }) => (
          <li key={feature} class={weight < 0 ? "ct-against" : undefined}>
            <span class="ct-gram" style={{ fontSize: `${0.75 + (0.5 * Math.abs(weight)) / most}rem` }}>
              {gram(feature)}
            </span>{" "}
            <span class="hint">
              {weight < 0 ? "against" : "for"} {decimal(Math.abs(weight) * 100)}
            </span>
          </li>
        ))}
      </ul>
      <h4>what each of its readers takes it for</h4>
      <ul class="ct-near">
        <li>
          <span>words and pieces of words</span>
          <span class="hint">{taken(views.sparse)}</span>
        </li>
        {views.encoder !== null && (
          <li>
            <span>sentence encoder{!views.encoder_asked && ", not asked: the words are sure"}</span>
            <span class="hint">{taken(views.encoder.intents)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}

function taken(intents: Understood["intents"]): string {
  const [best] = intents;
  return best === undefined ? "nothing" : `${best.intent} · ${share(best.probability)}`;
}
