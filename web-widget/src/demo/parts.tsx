// What several pages show.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { TONES } from "./art/tones";
import { type Thing, type Variant, buyable, coloursOf, stockOf, stockOfAll } from "./catalog";
import { chat } from "./chat";
import { cheapest, shown, type Price } from "./money";

export const MAIL = "support@shop.example";

/** A square that keeps its room before the picture is there, and when it never comes. */
export function Picture({ src, alt = "", eager = false }: { src: string; alt?: string; eager?: boolean }) {
  const [broken, setBroken] = useState("");
  return (
    <span class="picture">
      {src !== "" && broken !== src ? (
        <img src={src} alt={alt} width={600} height={600} loading={eager ? "eager" : "lazy"} decoding="async" onError={() => setBroken(src)} />
      ) : (
        <span class="no-picture">{alt === "" ? "No picture" : `No picture: ${alt}`}</span>
      )}
    </span>
  );
}

export function PriceTag({ price }: { price: Price | null }) {
  return <span class="price">{price === null ? "Price on request" : shown(price, navigator.language)}</span>;
}

export function Stock({ variant }: { variant: Variant }) {
  const level = variant.availability === "in_stock" ? "yes" : buyable(variant) ? "some" : "no";
  return <span class={`stock stock-${level}`}>{stockOf(variant)}</span>;
}

const SWATCHES: Readonly<Record<string, string>> = {
  blue: TONES.blu,
  green: TONES.grn,
  grey: TONES.gry,
  navy: TONES.nvy,
  red: TONES.red,
  sand: TONES.snd,
  white: TONES.wht,
  oak: TONES.oak,
  beech: TONES.bee,
  brass: TONES.brs,
  black: TONES.blk,
  natural: TONES.nat,
  clear: TONES.clr,
};

/** A dot of the colour. One whose tone we do not know is a hatched dot; its name stands beside or in the label. */
export function Dot({ colour }: { colour: string }) {
  const tone = SWATCHES[colour.toLowerCase()];
  return <span class="dot" aria-hidden="true" {...(tone === undefined ? {} : { style: { background: tone } })} />;
}

/** A thing on the shelf. Its colours can be looked at without leaving. */
export function Card({ thing, large = false }: { thing: Thing; large?: boolean }) {
  const [seen, setSeen] = useState<Variant | null>(null);
  const colours = coloursOf(thing);
  const first = thing.variants.find(buyable) ?? thing.variants[0];
  const price = cheapest(thing.variants.map((variant) => variant.price));
  const stock = stockOfAll(thing);
  return (
    <li class={large ? "card large" : "card"}>
      <Picture src={(seen ?? first).image} eager={large} />
      <div class="card-text">
        <h3>
          <a href={first.address}>{thing.name}</a>
        </h3>
        <p class="card-price">
          {price !== null && !price.same && "from "}
          <PriceTag price={price?.from ?? null} />
        </p>
        <p class={`stock stock-${stock.level}`}>{stock.text}</p>
        {colours.length > 1 && (
          <ul class="swatches" aria-label={`Colours of ${thing.name}`}>
            {colours.map((colour) => {
              const variant = thing.variants.find(({ color }) => color === colour) ?? first;
              return (
                <li key={colour}>
                  <a
                    href={variant.address}
                    title={colour}
                    aria-label={`${thing.name}, ${colour}`}
                    onMouseEnter={() => setSeen(variant)}
                    onMouseLeave={() => setSeen(null)}
                    onFocus={() => setSeen(variant)}
                    onBlur={() => setSeen(null)}
                  >
                    <Dot colour={colour} />
                  </a>
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </li>
  );
}

/** Keeps the room of cards that are still on their way. */
export function CardsToCome({ count, large = false }: { count: number; large?: boolean }) {
  return (
    <>
      <p class="unseen" role="status">
        Loading the collection
      </p>
      <ul class="grid" aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <li key={index} class={large && index === 0 ? "card to-come large" : "card to-come"}>
            <span class="picture" />
            <div class="card-text">
              <span class="bar" />
              <span class="bar short" />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Opens the chat with these words in its field, or sends them (`now`). Says so when the chat is not there. */
export function Ask({ text, now = false, kind, label, children }: { text?: string; now?: boolean; kind: string; label?: string; children: ComponentChildren }) {
  const [missing, setMissing] = useState(false);
  const ask = async () => {
    const verb = text === undefined ? "open" : "send";
    setMissing(!(await chat(verb, ...(text === undefined ? [] : now ? [text, true] : [text]))));
  };
  return (
    <>
      <button type="button" class={kind} aria-label={label} onClick={() => void ask()}>
        {children}
      </button>
      <span role="status" class="said">
        {missing && (
          <>
            The chat has not loaded. Write to <a href={`mailto:${MAIL}`}>{MAIL}</a>.
          </>
        )}
      </span>
    </>
  );
}

/** Says it in the tab, too. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Harbour & Pine: quiet things for wet weather" : `${title} · Harbour & Pine`;
  }, [title]);
}
