// The demo shop: the page frontdesk shows at `/`. It knows the chat only by its script tag, as any shop does.

import { render } from "preact";
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { Basket } from "./basket";
import { Cart } from "./cart";
import { type Catalogue, fetchCatalogue } from "./catalog";
import { Home } from "./home";
import { MAIL } from "./parts";
import { Product, Unknown } from "./product";
import { type Route, byLink, useRoute } from "./route";
import mark from "./mark.svg";

export type Shelf = { readonly is: "loading" } | { readonly is: "failed" } | ({ readonly is: "ready" } & Catalogue);

const cart = new Cart(() => sessionStorage);

function App() {
  const route = useRoute();
  const [shelf, retry] = useShelf();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => cart.watch(() => redraw(undefined)), []);
  useArrival(route, shelf.is);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <p class="strip">
          <span>Demo shop of frontdesk: nothing can be bought.</span> <a href="/#try">Three things to try in the chat</a>
        </p>
        <div class="page top">
          <a class="brand" href="/">
            <img src={mark} alt="" width={36} height={36} />
            Harbour &amp; Pine
          </a>
          <nav aria-label="Main">
            <a href="/#collection">Shop</a>
            <a href="/#about">About</a>
            <a href="/#help">Help</a>
            <a class="to-cart" href="/cart" {...(route.page === "cart" ? { "aria-current": "page" as const } : {})}>
              Cart<span class="unseen">,</span> <span class="badge">{cart.size}</span>
              <span class="unseen">{cart.size === 1 ? " thing" : " things"}</span>
            </a>
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Page route={route} shelf={shelf} retry={retry} />
      </main>
      <Footer />
    </>
  );
}

function Page({ route, shelf, retry }: { route: Route; shelf: Shelf; retry: () => void }) {
  switch (route.page) {
    case "home":
      return <Home shelf={shelf} filter={route} retry={retry} />;
    case "product":
      return <Product shelf={shelf} slug={route.slug} address={route.address} add={(sku) => cart.add(sku)} retry={retry} />;
    case "cart":
      return <Basket shelf={shelf} cart={cart} retry={retry} />;
    case "lost":
      return <Unknown />;
  }
}

function useShelf(): [Shelf, () => void] {
  const [shelf, setShelf] = useState<Shelf>({ is: "loading" });
  const load = useCallback(() => {
    setShelf({ is: "loading" });
    fetchCatalogue().then(
      (catalogue) => setShelf({ is: "ready", ...catalogue }),
      () => setShelf({ is: "failed" }),
    );
  }, []);
  useEffect(load, []);
  return [shelf, load];
}

/** After a change of page its heading has the focus. Its top is in sight, or the part that the address names. */
function useArrival(route: Route, shelf: Shelf["is"]): void {
  const place = route.page === "product" ? `p/${route.slug}` : route.page;
  const left = useRef(place);
  useLayoutEffect(() => {
    if (left.current === place) return;
    left.current = place;
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    if (byLink()) scrollTo({ top: 0, behavior: "instant" });
  }, [place]);
  // The shelves above a part move it, so it is aimed at again once they are there.
  const aimed = useRef("");
  useLayoutEffect(() => {
    const aim = location.hash === "" ? "" : location.href;
    const part = document.getElementById(location.hash.slice(1));
    if (part === null || aim === "" || aimed.current === aim) return;
    if (shelf !== "loading") aimed.current = aim;
    part.focus({ preventScroll: true });
    part.scrollIntoView({ behavior: "instant" });
  }, [route, shelf]);
}

function Footer() {
  return (
    <footer>
      <div class="page">
        <p class="brand">
          <img src={mark} alt="" width={28} height={28} />
          Harbour &amp; Pine
        </p>
        <nav aria-label="Footer">
          <a href="/#collection">The collection</a>
          <a href="/#about">About</a>
          <a href="/#help">Help</a>
          <a href="/cart">Cart</a>
          <a href={`mailto:${MAIL}`}>{MAIL}</a>
        </nav>
        <p class="fine">Demo shop of frontdesk: nothing can be bought. The pictures are drawn for it. Nothing is stored in your browser before you put something in the cart or write in the chat.</p>
      </div>
    </footer>
  );
}

const root = document.getElementById("shop");
if (root !== null) render(<App />, root);
