// One thing: its picture, what it can be had in, and the way into the cart or to the desk.

import { useEffect, useState } from "preact/hooks";
import { type Thing, type Variant, buyable, chosen, coloursOf, sizesOf, variantAt, variantName } from "./catalog";
import type { Shelf } from "./main";
import { Failed } from "./home";
import { Ask, Card, CardsToCome, Dot, Picture, PriceTag, Stock, useTitle } from "./parts";
import { go } from "./route";

interface Props {
  shelf: Shelf;
  slug: string;
  address: string;
  add: (sku: string) => void;
  retry: () => void;
}

export function Product({ shelf, slug, address, add, retry }: Props) {
  if (shelf.is === "failed") {
    return (
      <div class="page narrow">
        <h1 tabIndex={-1}>One moment</h1>
        <Failed retry={retry} />
      </div>
    );
  }
  if (shelf.is === "loading") return <ToCome />;
  const thing = shelf.things.find((one) => one.slug === slug);
  if (thing === undefined) return <Unknown />;
  return <Sheet key={thing.slug} thing={thing} address={address} add={add} others={othersOf(thing, shelf.things)} />;
}

function Sheet({ thing, address, add, others }: { thing: Thing; address: string; add: (sku: string) => void; others: readonly Thing[] }) {
  const variant = variantAt(thing, address);
  useTitle([thing.name, variantName(variant)].filter((part) => part !== "").join(", "));
  return (
    <>
      <article class="page product" aria-labelledby="product-title">
        <div class="product-picture">
          <Picture src={variant.image} alt={variant.title} eager />
        </div>
        <div class="product-text">
          <nav class="crumbs" aria-label="You are here">
            <a href="/#collection">The collection</a>
            <span aria-hidden="true"> / </span>
            <a href={`/?kind=${encodeURIComponent(thing.kind)}#collection`}>{thing.kind}</a>
          </nav>
          <h1 id="product-title" tabIndex={-1}>
            {thing.name}
          </h1>
          <p class="product-price">
            <PriceTag price={variant.price} />
          </p>
          <p class="lead">{variant.description}</p>
          <Choices thing={thing} variant={variant} />
          <p role="status">
            <Stock variant={variant} />
          </p>
          <Buy variant={variant} add={add} />
          <dl class="facts">
            {variantName(variant) !== "" && (
              <div>
                <dt>Variant</dt>
                <dd>{variantName(variant)}</dd>
              </div>
            )}
            <div>
              <dt>Article</dt>
              <dd>{variant.sku}</dd>
            </div>
            <div>
              <dt>Delivery</dt>
              <dd>€4.90, free from €60; from Hamburg</dd>
            </div>
            <div>
              <dt>Returns</dt>
              <dd>30 days from delivery</dd>
            </div>
          </dl>
        </div>
      </article>
      {others.length > 0 && (
        <section class="page others" aria-labelledby="others-title">
          <h2 id="others-title">From the same shelf</h2>
          <ul class="grid">
            {others.map((other) => (
              <Card key={other.slug} thing={other} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Choices({ thing, variant }: { thing: Thing; variant: Variant }) {
  const colours = coloursOf(thing);
  const sizes = sizesOf(thing);
  const choose = (choice: { color?: string; size?: string }) => go(chosen(thing, variant, choice).address, "replace");
  return (
    <>
      {colours.length > 1 && (
        <fieldset class="choice">
          <legend>Colour</legend>
          {colours.map((colour) => (
            <label key={colour}>
              <input type="radio" name="colour" checked={colour === variant.color} onChange={() => choose({ color: colour })} />
              <span>
                <Dot colour={colour} />
                {colour}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {sizes.length > 1 && (
        <fieldset class="choice">
          <legend>Size</legend>
          {sizes.map((size) => (
            <label key={size}>
              <input type="radio" name="size" checked={size === variant.size} onChange={() => choose({ size })} />
              <span class={had(thing, variant, size) ? "" : "not-had"}>
                {size}
                {!had(thing, variant, size) && <span class="unseen"> (not in {variant.color} now)</span>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

/** Whether this size can be had in the colour of now. */
function had({ variants }: Thing, { color }: Variant, size: string): boolean {
  return variants.some((variant) => variant.size === size && variant.color === color && buyable(variant));
}

function Buy({ variant, add }: { variant: Variant; add: (sku: string) => void }) {
  const [added, setAdded] = useState("");
  useEffect(() => setAdded(""), [variant.sku]);
  const sells = buyable(variant);
  return (
    <div class="buy">
      <p class="row">
        {sells && (
          <button
            type="button"
            class="button"
            onClick={() => {
              add(variant.sku);
              setAdded(variant.title);
            }}
          >
            Add to cart
          </button>
        )}
        <Ask text={sells ? `Is the ${variant.title} in stock?` : `When is the ${variant.title} back in stock?`} kind={sells ? "button quiet" : "button"}>
          {sells ? "Ask about this" : "Ask when it is back"}
        </Ask>
      </p>
      <p class="added" role="status">
        {added !== "" && (
          <>
            In the cart: {added}. <a href="/cart">See the cart</a>
          </>
        )}
      </p>
    </div>
  );
}

/** Of the same kind first; never itself. */
function othersOf(thing: Thing, things: readonly Thing[]): Thing[] {
  const at = things.indexOf(thing);
  const around = [...things.slice(at + 1), ...things.slice(0, at)];
  return [...around.filter(({ kind }) => kind === thing.kind), ...around.filter(({ kind }) => kind !== thing.kind)].slice(0, 4);
}

/** For things that are not, and for all other addresses. */
export function Unknown() {
  useTitle("Not on our shelves");
  return (
    <div class="page narrow">
      <h1 tabIndex={-1}>Not on our shelves</h1>
      <p class="lead">There is nothing at this address. It may have been sold for good, or the address has a letter too many.</p>
      <p class="row">
        <a class="button" href="/#collection">
          See the collection
        </a>
        <Ask kind="button quiet">Ask at the desk</Ask>
      </p>
    </div>
  );
}

function ToCome() {
  return (
    <>
      <div class="page product">
        <div class="product-picture">
          <span class="picture to-come" />
        </div>
        <div class="product-text to-come">
          <h1 class="unseen" tabIndex={-1}>
            Loading
          </h1>
          <span class="bar short" />
          <span class="bar tall" />
          <span class="bar short" />
          <span class="bar" />
          <span class="bar" />
        </div>
      </div>
      <section class="page others">
        <CardsToCome count={4} />
      </section>
    </>
  );
}
