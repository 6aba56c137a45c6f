import { useEffect, useRef, useState } from "preact/hooks";
import { get, Problem, words } from "../api";

/** The time by this browser's clock, told anew every `ms`. */
export function useNow(ms: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}

/** Whether this tab is before somebody's eyes. */
export function useVisible(): boolean {
  const looked = () => document.visibilityState === "visible" && document.hasFocus();
  const [visible, setVisible] = useState(looked());
  useEffect(() => {
    const look = () => setVisible(looked());
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", look);
    addEventListener("blur", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("focus", look);
      removeEventListener("blur", look);
    };
  }, []);
  return visible;
}

export interface Fetched<T> {
  data: T | null;
  why: string | null;
  /** The server has no such thing. */
  none: boolean;
  again: () => void;
}

/** What `path` answers, fetched anew whenever `stamp` changes; the old answer stands until the new one is here. */
export function useGet<T>(path: string | null, stamp: unknown): Fetched<T> {
  const [answer, setAnswer] = useState<{ path: string | null; data: T | null; why: string | null; none: boolean }>({ path: null, data: null, why: null, none: false });
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    get<T>(path, abort.signal).then(
      (data) => setAnswer({ path, data, why: null, none: false }),
      (error) => {
        if (abort.signal.aborted) return;
        const none = error instanceof Problem && error.status === 404;
        setAnswer((old) => ({ path, data: old.path === path ? old.data : null, why: words(error), none }));
      },
    );
    return () => abort.abort();
  }, [path, stamp, count]);
  const { data, why, none } = answer.path === path ? answer : { data: null, why: null, none: false };
  return { data, why, none, again: () => setCount((count) => count + 1) };
}

/** A part that opens below its button: closes with Escape, which gives the focus back, and with a press elsewhere. */
export function useMenu() {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const press = (event: Event) => event.target instanceof Node && root.current?.contains(event.target) === false && setOpen(false);
    addEventListener("pointerdown", press);
    addEventListener("focusin", press);
    return () => {
      removeEventListener("pointerdown", press);
      removeEventListener("focusin", press);
    };
  }, [open]);
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  const done = () => {
    setOpen(false);
    button.current?.focus();
  };
  return { open, setOpen, root, button, keys, done };
}
