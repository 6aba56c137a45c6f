// The first page: what the shop is, what to try, what there is, who they are.

import { useRef, useState } from "preact/hooks";
import { type Filter, type Thing, kindsOf, matching } from "./catalog";
import type { Shelf } from "./main";
import { Ask, Card, CardsToCome, MAIL, useTitle } from "./parts";
import { go, homeAddress } from "./route";

export function Home({ shelf, filter, retry }: { shelf: Shelf; filter: Filter; retry: () => void }) {
  useTitle("");
  return (
    <>
      <Hero />
      <Try />
      <Collection shelf={shelf} filter={filter} retry={retry} />
      <About />
      <Help />
    </>
  );
}

function Hero() {
  return (
    <section class="hero" aria-labelledby="hero-title">
      <picture>
        <source srcset="/img/harbour-night.svg" media="(prefers-color-scheme: dark)" />
        <img src="/img/harbour-day.svg" alt="A harbour in the rain: painted houses on a quay, pines, a lighthouse and a small sailing boat" width={1600} height={850} fetchpriority="high" />
      </picture>
      <div class="page hero-text">
        <h1 id="hero-title" tabIndex={-1}>
          Quiet things for wet weather
        </h1>
        <p>Wool, wax, enamel and linen from small workshops along the coast. Made slowly, mended gladly.</p>
        <a class="button" href="#collection">
          See the collection
        </a>
      </div>
    </section>
  );
}

const TRIES: readonly { text: string; then: string; also: readonly string[] }[] = [
  { text: "wheres my stuff", then: "It asks for an order number, then for proof. Give it these:", also: ["10042", "ann@example.com"] },
  { text: "how long do refunds take?", then: "One sentence from the shop’s own articles, and where it stands.", also: [] },
  { text: "give me a person", then: "Straight to the queue, with the true wait. No detours.", also: [] },
];

function Try() {
  return (
    <section class="try" id="try" tabIndex={-1} aria-labelledby="try-title">
      <div class="page">
        <div class="try-head">
          <h2 id="try-title">Ask at the desk</h2>
          <p>This shop is a demo of frontdesk, the chat in the corner. Nothing can be bought, but the desk is open. Three things to try:</p>
        </div>
        <ul class="tries">
          {TRIES.map(({ text, then, also }) => (
            <li key={text}>
              <p class="bubble">{text}</p>
              <p class="then">{then}</p>
              {also.length > 0 && (
                <p class="chips">
                  {also.map((word) => (
                    <Copy key={word} text={word}>
                      {word}
                    </Copy>
                  ))}
                </p>
              )}
              <p class="try-do">
                <Ask text={text} now kind="text-button" label={`Ask it now: ${text}`}>
                  Ask it now
                </Ask>
                <Copy text={text} label={`Copy: ${text}`}>
                  Copy
                </Copy>
              </p>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Copy({ text, label, children }: { text: string; label?: string; children: string }) {
  const [state, setState] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("Copied");
    } catch {
      // No clipboard on plain http, or it was refused.
      setState("Not copied: select it by hand");
    }
    setTimeout(() => setState(""), 2000);
  };
  return (
    <>
      <button type="button" class={label === undefined ? "chip" : "text-button"} aria-label={label ?? `Copy ${text}`} onClick={() => void copy()}>
        {children}
      </button>
      <span role="status" class="copied">
        {state}
      </span>
    </>
  );
}

function Collection({ shelf, filter, retry }: { shelf: Shelf; filter: Filter; retry: () => void }) {
  const things = shelf.is === "ready" ? shelf.things : [];
  const found = matching(things, filter);
  const narrowed = filter.kind !== "" || filter.words !== "";
  return (
    <section class="page collection" id="collection" tabIndex={-1} aria-labelledby="collection-title">
      <div class="collection-head">
        <h2 id="collection-title">The collection</h2>
        <p class="count" role="status">
          {shelf.is === "ready" && (narrowed ? `${found.length} of ${things.length} things` : `${shelf.more ? "The first " : ""}${things.length} things`)}
        </p>
        <Filters kinds={kindsOf(things)} filter={filter} ready={shelf.is === "ready"} />
      </div>
      {shelf.is === "loading" && <CardsToCome count={12} large />}
      {shelf.is === "failed" && <Failed retry={retry} />}
      {shelf.is === "ready" && things.length === 0 && (
        <div class="empty">
          <h3>The shelves are empty</h3>
          <p>
            This server has no catalogue: its <code>find_product</code> action names no file. The chat works all the same.
          </p>
        </div>
      )}
      {things.length > 0 && found.length === 0 && (
        <div class="empty">
          <h3>Nothing like that on the shelves</h3>
          <p>Try fewer words or another kind, or ask at the desk.</p>
          <p class="row">
            <button type="button" class="button" onClick={() => go("/", "replace")}>
              Show everything
            </button>
            <Ask {...(filter.words === "" ? {} : { text: `Do you have ${filter.words}?` })} kind="button quiet">
              Ask at the desk
            </Ask>
          </p>
        </div>
      )}
      {found.length > 0 && (
        <ul class="grid">
          {found.map((thing: Thing, index) => (
            <Card key={thing.slug} thing={thing} large={!narrowed && index === 0} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Filters({ kinds, filter, ready }: { kinds: readonly string[]; filter: Filter; ready: boolean }) {
  const field = useRef<HTMLInputElement>(null);
  const narrow = (change: Partial<Filter>) => go(homeAddress({ ...filter, ...change }), "replace");
  return (
    <form
      class="filters"
      role="search"
      aria-label="The collection"
      onSubmit={(event) => {
        event.preventDefault();
        field.current?.blur();
      }}
    >
      <div class="kinds" role="group" aria-label="Kind">
        {(ready ? ["", ...kinds] : [""]).map((kind) => (
          <button key={kind} type="button" class="kind" aria-pressed={kind === filter.kind} onClick={() => narrow({ kind })}>
            {kind === "" ? "Everything" : kind}
          </button>
        ))}
      </div>
      <label class="search">
        <span class="unseen">Search the collection</span>
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <circle cx="8.5" cy="8.5" r="5.5" />
          <path d="M13 13l4.5 4.5" />
        </svg>
        <input ref={field} type="search" placeholder="Wool, blue, lamp…" value={filter.words} maxLength={80} onInput={(event) => narrow({ words: event.currentTarget.value })} />
      </label>
    </form>
  );
}

export function Failed({ retry }: { retry: () => void }) {
  return (
    <div class="empty" role="alert">
      <h3>The catalogue did not come</h3>
      <p>The server did not answer as it should, so we cannot show you the shelves.</p>
      <p class="row">
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
        <a class="button quiet" href={`mailto:${MAIL}`}>
          Write to us
        </a>
      </p>
    </div>
  );
}

function About() {
  return (
    <section class="about" id="about" tabIndex={-1} aria-labelledby="about-title">
      <div class="page">
        <img src="/img/loft.svg" alt="A work table by the window: a cushion being mended, thread, scissors and a mug" width={900} height={720} loading="lazy" />
        <div>
          <h2 id="about-title">Four people, one pier</h2>
          <p class="lead">We pack every parcel ourselves, in the old net loft at the end of the harbour.</p>
          <p>What we sell comes from workshops we can reach by bus or by boat. If something wears out, send it back, and we will see what a needle can do. If it cannot be mended, we will say so.</p>
        </div>
      </div>
    </section>
  );
}

function Help() {
  return (
    <section class="page help" id="help" tabIndex={-1} aria-labelledby="help-title">
      <div>
        <h2 id="help-title">Help</h2>
        <p>The desk in the corner knows the rest, and there is a person behind it.</p>
        <p class="row">
          <Ask kind="button">Open the chat</Ask>
        </p>
      </div>
      <dl>
        <div>
          <dt>Delivery</dt>
          <dd>€4.90, free from €60. One to three working days within Germany, three to six to the rest of the EU.</dd>
        </div>
        <div>
          <dt>Returns</dt>
          <dd>Within 30 days of delivery. The label is free from Germany and the rest of the EU.</dd>
        </div>
        <div>
          <dt>Refunds</dt>
          <dd>Your money goes out within five working days after the parcel is back with us.</dd>
        </div>
        <div>
          <dt>Write to us</dt>
          <dd>
            <a href={`mailto:${MAIL}`}>{MAIL}</a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
