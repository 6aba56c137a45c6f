// Where one is in the console: the address below /console. Links work as links, with a middle click too.

import { useEffect, useState } from "preact/hooks";

export type Route =
  | { page: "desk"; conversation: string | null }
  | { page: "scoreboard" | "content" | "people"; rest: string };

const BASE = "/console";
const CHANGED = "frontdesk:route";

export function routeOf(path: string): Route {
  const [first = "", ...rest] = path.replace(/^\/console(\.html)?\/?/, "").split("/");
  if (first === "scoreboard" || first === "content" || first === "people") return { page: first, rest: decoded(rest.join("/")) };
  const conversation = first === "c" ? decoded(rest.join("/")) : "";
  return { page: "desk", conversation: conversation === "" ? null : conversation };
}

/** An address somebody bent must not stop the page. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export const pathOf = {
  desk: BASE,
  scoreboard: `${BASE}/scoreboard`,
  content: `${BASE}/content`,
  people: `${BASE}/people`,
  conversation: (id: string) => `${BASE}/c/${encodeURIComponent(id)}`,
};

export function go(path: string): void {
  if (location.pathname + location.search === path) return;
  history.pushState(null, "", path);
  dispatchEvent(new Event(CHANGED));
}

export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const moved = () => setPath(location.pathname);
    addEventListener("popstate", moved);
    addEventListener(CHANGED, moved);
    return () => {
      removeEventListener("popstate", moved);
      removeEventListener(CHANGED, moved);
    };
  }, []);
  return routeOf(path);
}

/** For `onClick` of an `<a href>`: stays on the page, unless another tab or window is wanted. */
export function followed(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement;
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
