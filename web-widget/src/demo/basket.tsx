// The cart's page. It counts honestly, and ends honestly: nothing can be bought here.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Thing, type Variant, variantName } from "./catalog";
import { type Cart, MOST } from "./cart";
import type { Shelf } from "./main";
import { Failed } from "./home";
import { shown, total } from "./money";
import { Ask, Picture, PriceTag, Stock, useTitle } from "./parts";

interface Line {
  readonly sku: string;
  readonly count: number;
  /** Null: no longer in the catalogue. */
  readonly variant: Variant | null;
}

export function Basket({ shelf, cart, retry }: { shelf: Shelf; cart: Cart; retry: () => void }) {
  useTitle("Cart");
  const title = useRef<HTMLHeadingElement>(null);
  const [gone, setGone] = useState("");
  const lines = [...cart.counts].map(([sku, count]): Line => ({ sku, count, variant: shelf.is === "ready" ? variantOf(shelf.things, sku) : null }));
  const remove = (line: Line) => {
    cart.set(line.sku, 0);
    setGone(`Taken out: ${line.variant?.title ?? line.sku}.`);
    // The button that had the focus is gone.
    title.current?.focus();
  };
  return (
    <div class="page cart">
      <h1 ref={title} tabIndex={-1}>
        Cart
      </h1>
      <p class="unseen" role="status">
        {gone}
      </p>
      {lines.length === 0 && <Empty />}
      {lines.length > 0 && shelf.is === "failed" && <Failed retry={retry} />}
      {lines.length > 0 && shelf.is === "loading" && <LinesToCome count={lines.length} />}
      {lines.length > 0 && shelf.is === "ready" && (
        <div class="cart-sheet">
          <ul class="lines">
            {lines.map((line) => (
              <CartLine key={line.sku} line={line} set={(count) => cart.set(line.sku, count)} remove={() => remove(line)} />
            ))}
          </ul>
          <Sum lines={lines} />
        </div>
      )}
    </div>
  );
}

function LinesToCome({ count }: { count: number }) {
  return (
    <>
      <p class="unseen" role="status">
        Loading the cart
      </p>
      <div class="cart-sheet to-come" aria-hidden="true">
        <ul>
          {Array.from({ length: count }, (_, index) => (
            <li class="line" key={index}>
              <span class="picture" />
              <span class="bar" />
            </li>
          ))}
        </ul>
        <div class="sum" />
      </div>
    </>
  );
}

function variantOf(things: readonly Thing[], sku: string): Variant | null {
  return things.flatMap(({ variants }) => variants).find((variant) => variant.sku === sku) ?? null;
}

function CartLine({ line: { sku, count, variant }, set, remove }: { line: Line; set: (count: number) => void; remove: () => void }) {
  const title = variant?.title ?? sku;
  return (
    <li class="line">
      <Picture src={variant?.image ?? ""} />
      <div class="line-text">
        <h2>{variant === null ? title : <a href={variant.address}>{title}</a>}</h2>
        {variant === null ? <p class="stock stock-no">No longer in the catalogue</p> : <p class="soft">{[variantName(variant), sku].filter((part) => part !== "").join(" · ")}</p>}
        {variant !== null && variant.availability !== "in_stock" && (
          <p>
            <Stock variant={variant} />
          </p>
        )}
        <div class="line-do">
          <span class="stepper" role="group" aria-label={`Count of ${title}`}>
            {/* The last one goes by "Remove", so that no button vanishes under the finger. */}
            <button type="button" aria-label="One less" disabled={count <= 1} onClick={() => set(count - 1)}>
              −
            </button>
            <output aria-live="polite">{count}</output>
            <button type="button" aria-label="One more" disabled={count >= MOST} onClick={() => set(count + 1)}>
              +
            </button>
          </span>
          <button type="button" class="text-button" onClick={remove}>
            Remove<span class="unseen"> {title}</span>
          </button>
        </div>
      </div>
      <p class="line-price">
        {variant !== null && <Total lines={[{ price: variant.price, count }]} />}
        {variant !== null && count > 1 && (
          <span class="soft">
            <PriceTag price={variant.price} /> each
          </span>
        )}
      </p>
    </li>
  );
}

function Total({ lines }: { lines: Parameters<typeof total>[0] }) {
  const sums = total(lines);
  return <span class="price">{sums.length === 0 ? "Price on request" : sums.map((sum) => shown(sum, navigator.language)).join(" + ")}</span>;
}

function Sum({ lines }: { lines: readonly Line[] }) {
  const [told, setTold] = useState(false);
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (told) note.current?.focus();
  }, [told]);
  const priced = lines.map(({ variant, count }) => ({ price: variant?.price ?? null, count }));
  return (
    <div class="sum">
      <h2 class="unseen">Total</h2>
      <p class="sum-line">
        <span>Total</span>
        <Total lines={priced} />
      </p>
      <p class="soft">Without shipping, which nobody will charge you: this is a demo.</p>
      {!told && (
        <button type="button" class="button wide" onClick={() => setTold(true)}>
          Check out
        </button>
      )}
      {told && (
        <div class="notice" ref={note} tabIndex={-1}>
          <h3>This is as far as it goes</h3>
          <p>Harbour &amp; Pine is the demo shop of frontdesk. There is no checkout behind this button: no payment, no address, no order. Your cart stays in this tab until you close it.</p>
          <p class="row">
            <Ask text="which payment methods do you take?" kind="button quiet">
              Ask the desk instead
            </Ask>
          </p>
        </div>
      )}
    </div>
  );
}

function Empty() {
  return (
    <div class="empty-cart">
      <Picture src="/img/willow-basket-nat.svg" eager />
      <div>
        <p class="lead">There is nothing in it yet.</p>
        <p>Nothing is stored in your browser either, until you put something in.</p>
        <p class="row">
          <a class="button" href="/#collection">
            See the collection
          </a>
        </p>
      </div>
    </div>
  );
}
