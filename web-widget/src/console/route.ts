// Where one is in the console: the address below /console. Links work as links, with a middle click too.

import { useEffect, useState } from "preact/hooks";

export type Route =
  /** `event`: the number of a chat event that is to be shown. */
  | { page: "desk"; conversation: string | null; event: number | null }
  | { page: "scoreboard" | "content" | "people"; rest: string };

const BASE = "/console";
const CHANGED = "frontdesk:route";

export function routeOf(path: string, search = ""): Route {
  const [first = "", ...rest] = path.replace(/^\/console(\.html)?\/?/, "").split("/");
  if (first === "scoreboard" || first === "content" || first === "people") return { page: first, rest: decoded(rest.join("/")) };
  const conversation = first === "c" ? decoded(rest.join("/")) : "";
  const event = Number(new URLSearchParams(search).get("event"));
  return { page: "desk", conversation: conversation === "" ? null : conversation, event: Number.isSafeInteger(event) && event > 0 ? event : null };
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
  const [at, setAt] = useState({ path: location.pathname, search: location.search });
  useEffect(() => {
    const moved = () => setAt({ path: location.pathname, search: location.search });
    addEventListener("popstate", moved);
    addEventListener(CHANGED, moved);
    return () => {
      removeEventListener("popstate", moved);
      removeEventListener(CHANGED, moved);
    };
  }, []);
  return routeOf(at.path, at.search);
}

/** For `onClick` of an `<a href>`: stays on the page, unless another tab or window is wanted. */
export function followed(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement;
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
