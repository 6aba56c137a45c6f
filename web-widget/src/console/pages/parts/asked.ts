// Something asked of the server: what came last stays in sight while it is asked for again.

import { useEffect, useState } from "preact/hooks";
import { get, words } from "../../api";

export interface Asked<T> {
  /** The last answer, of this path. */
  value: T | null;
  /** Why there is none, or no newer one. */
  why: string | null;
  asking: boolean;
  again: () => void;
}

interface State<T> {
  path: string | null;
  value: T | null;
  why: string | null;
  asking: boolean;
}

/** Asks when the path changes; with `everyMs` again and again, while the page is in sight. `null` asks nothing. */
export function useAsked<T>(path: string | null, everyMs?: number): Asked<T> {
  const [state, setState] = useState<State<T>>({ path, value: null, why: null, asking: path !== null });
  const [turn, setTurn] = useState(0);
  const again = () => setTurn((before) => before + 1);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    // What stood there stays until there is an answer: a page that asks every few seconds must not flicker.
    setState((before) => (before.path === path ? { ...before, asking: true } : { path, value: null, why: null, asking: true }));
    get<T>(path, stop.signal).then(
      (value) => stop.signal.aborted || setState({ path, value, why: null, asking: false }),
      (error: unknown) => stop.signal.aborted || setState((before) => ({ ...before, why: words(error), asking: false })),
    );
    return () => stop.abort();
  }, [path, turn]);
  useEffect(() => {
    if (everyMs === undefined || path === null) return;
    const look = () => document.visibilityState === "visible" && again();
    const timer = setInterval(look, everyMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [path, everyMs]);
  // Between a new path and its effect, the old answer is not taken for the new one's.
  const fresh = state.path === path;
  return { value: fresh ? state.value : null, why: fresh ? state.why : null, asking: path !== null && (!fresh || state.asking), again };
}
