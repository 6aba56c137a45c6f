// Which page an address means, and how to get from one to the next without loading it anew.

import { useEffect, useState } from "preact/hooks";

export type Route =
  | { readonly page: "home"; readonly kind: string; readonly words: string }
  | { readonly page: "product"; readonly slug: string; readonly address: string }
  | { readonly page: "cart" }
  | { readonly page: "lost" };

export function routeOf({ pathname, search }: Pick<URL, "pathname" | "search">): Route {
  const slug = /^\/p\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (slug !== undefined) return { page: "product", slug, address: `/p/${slug}${search}` };
  if (/^\/cart\/?$/.test(pathname)) return { page: "cart" };
  if (pathname !== "/" && pathname !== "/index.html") return { page: "lost" };
  const query = new URLSearchParams(search);
  return { page: "home", kind: query.get("kind") ?? "", words: query.get("q") ?? "" };
}

export function homeAddress({ kind, words }: { kind: string; words: string }): string {
  const query = new URLSearchParams([...(kind === "" ? [] : [["kind", kind]]), ...(words === "" ? [] : [["q", words]])]);
  return query.size === 0 ? "/" : `/?${query}`;
}

const MOVED = "demo:moved";
let moved = false;

/** Whether the page of now was come to by a link. Else it was loaded, or gone back to, and the browser knows where it stood. */
export const byLink = (): boolean => moved;

/** To another page, or to another state of this one (`replace`). */
export function go(address: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  moved = true;
  dispatchEvent(new Event(MOVED));
}

/** The page of now. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location));
  useEffect(() => {
    const look = () => setRoute(routeOf(location));
    const back = () => {
      moved = false;
      look();
    };
    addEventListener("popstate", back);
    addEventListener(MOVED, look);
    document.addEventListener("click", follow);
    return () => {
      removeEventListener("popstate", back);
      removeEventListener(MOVED, look);
      document.removeEventListener("click", follow);
    };
  }, []);
  return route;
}

/** Plain clicks on links of the shop stay in the page; all others are the browser's. */
function follow(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const plainly = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (link === null || event.defaultPrevented || !plainly || link.target !== "" || link.origin !== location.origin) return;
  const here = link.pathname === location.pathname && link.search === location.search;
  if ((here && link.hash !== "") || routeOf(link).page === "lost") return;
  event.preventDefault();
  go(link.href);
}
