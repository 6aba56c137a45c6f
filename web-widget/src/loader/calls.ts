// The one function a shop calls, and the calls it made before it was there.

export type Verb = (...args: never[]) => void;
export type Frontdesk = ((verb: string, ...args: unknown[]) => void) & {
  /** Calls made before the loader was there, as `arguments`. */
  q?: Iterable<unknown>[];
  /** Stands on the loader's own. */
  up?: true;
};

/** Calls go to `verbs` by name. A wrong one is a warning in words: a typing error must not break the shop's page. */
export function caller(verbs: Readonly<Record<string, Verb>>): Frontdesk {
  const call: Frontdesk = (verb, ...args) => {
    // What every object has, such as "constructor", is no verb.
    const run = Object.hasOwn(verbs, verb) ? (verbs[verb] as (...args: unknown[]) => void) : undefined;
    if (run) run(...args);
    else console.warn(`frontdesk: there is no "${String(verb)}"; there is ${Object.keys(verbs)}`);
  };
  call.up = true;
  return call;
}

/** What was called before, in order. */
export function replay(before: Frontdesk | undefined, now: Frontdesk): void {
  for (const [verb, ...args] of before?.q ?? []) now(verb as string, ...args);
}
