// Draws components and keeps the screen in step with them: what the chat needs of Preact, with the same names and the same
// JSX, in a fifth of its bytes. A shopper's page pays for each of those; the console has the real one.
//
// Text becomes text nodes and attributes are set one by one, so nothing that is drawn is ever read as markup. Handlers are
// properties, which a policy without `unsafe-inline` allows.

import type { JSX } from "./jsx-runtime";

export type Component = (props: any) => Child;
export type Child = JSX.Element | string | number | boolean | null | undefined | readonly Child[];
export interface Ref<Value> {
  current: Value;
}

/** A child as it stands on the screen. */
interface Live {
  is: JSX.Element["type"] | null;
  key: unknown;
  props: Record<string, unknown>;
  /** An element's or a text's own; components and fragments have none. */
  node: Element | Text | null;
  kids: Live[];
  up: Live | null;
  depth: number;
  hooks: unknown[];
  gone: boolean;
}

interface Effect {
  needs?: readonly unknown[];
  undo?: (() => void) | undefined;
}

const SVG = "http://www.w3.org/2000/svg";
const TEXT = "#text";

/** What is drawn into which element. */
const roots = new WeakMap<Element, Live>();
/** To be drawn again. */
const dirty = new Set<Live>();
let queued = false;
/** What is to be done when all is in its place. */
let after: (() => void)[] = [];
/** The component that is being called, and its next hook. */
let current: Live;
let hook = 0;

export const Fragment: Component = ({ children }) => children;

/** Brings what stands in `into` in step with `child`. */
export function render(child: Child, into: Element): void {
  const root = roots.get(into) ?? live("#root", null);
  root.node = into;
  roots.set(into, root);
  fill(root, [child]);
  settle();
}

export function useRef<Value>(first: null): Ref<Value | null>;
export function useRef<Value>(first: Value): Ref<Value>;
export function useRef(first: unknown): Ref<unknown> {
  return kept(() => ({ current: first }));
}

export function useState<Value>(first: Value): readonly [Value, (next: Value) => void] {
  const self = current;
  const cell = kept(() => {
    const set = (next: Value): void => {
      if (Object.is(made.value, next)) return;
      made.value = next;
      redraw(self);
    };
    const made = { value: first, set };
    return made;
  });
  return [cell.value, cell.set];
}

/** Draws the component again, when all that happens at the moment has happened. */
export function useRedraw(): () => void {
  const self = current;
  return () => redraw(self);
}

/** Runs once all is in its place, and again when one of `needs` is another; what it returns undoes it. */
export function useEffect(run: () => (() => void) | void, needs: readonly unknown[]): void {
  const self = current;
  const effect = kept((): Effect => ({}));
  const { needs: old } = effect;
  if (old && needs.every((need, index) => Object.is(need, old[index]))) return;
  effect.needs = needs;
  after.push(() => {
    // What has gone is undone already; and where another effect drew the component again, the newer run has been.
    if (self.gone || effect.needs !== needs) return;
    attempt(effect.undo);
    const undo = attempt(run);
    // A short arrow returns whatever it ends with.
    effect.undo = typeof undo === "function" ? undo : undefined;
  });
}

function kept<Value>(make: () => Value): Value {
  return (current.hooks[hook++] ??= make()) as Value;
}

function redraw(self: Live): void {
  if (!queued) queueMicrotask(flush);
  queued = true;
  dirty.add(self);
}

function flush(): void {
  // From the outside in: what an outer one draws again or takes away is not to be drawn on its own.
  queued = false;
  const all = [...dirty].sort((a, b) => a.depth - b.depth);
  for (const self of all) {
    if (!dirty.delete(self) || self.gone) continue;
    call(self);
    place(hostOf(self));
  }
  settle();
}

function settle(): void {
  const all = after;
  after = [];
  for (const run of all) run();
}

/** One that fails is told of, and does not take the rest with it. */
function attempt<Value>(run: (() => Value) | undefined): Value | undefined {
  try {
    return run?.();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/** The nearest that has a node of its own. */
function hostOf(kid: Live): Live {
  return kid.node || !kid.up ? kid : hostOf(kid.up);
}

function live(is: Live["is"], up: Live | null, key?: unknown): Live {
  return { is, key, props: {}, node: null, kids: [], up, depth: up ? up.depth + 1 : 0, hooks: [], gone: false };
}

function call(self: Live): void {
  const [outer, place] = [current, hook];
  [current, hook] = [self, 0];
  dirty.delete(self);
  const earlier = after.length;
  // One that throws draws nothing: a message that cannot be drawn leaves the others.
  const child = attempt(() => (self.is as Component)(self.props));
  // An effect of this component's waits behind those of its children.
  const own = after.splice(earlier);
  fill(self, listed(child));
  after.push(...own);
  [current, hook] = [outer, place];
}

/** Brings the kids of `parent` in step with `children`: the same key, or without keys the same place, and the same kind. */
function fill(parent: Live, children: readonly Child[]): void {
  const before = parent.kids;
  const keyed = new Map(before.filter(({ key }) => key !== undefined).map((kid) => [kid.key, kid]));
  const staying = new Set<Live>();
  parent.kids = children.map((child, index) => {
    const { type, props, key } = wanted(child);
    const found = before[index]?.key === key ? before[index] : keyed.get(key);
    // Two may have the same key, a shop's links the same title: each is drawn.
    const kid = found?.is === type && !staying.has(found) && !found.gone ? found : live(type, parent, key);
    staying.add(kid);
    update(kid, props);
    return kid;
  });
  for (const kid of before) if (!staying.has(kid)) drop(kid, true);
  if (parent.node) place(parent);
}

function listed(child: Child): readonly Child[] {
  return Array.isArray(child) ? child : [child];
}

/** A hole keeps its place, so that what stands behind it stays the same. */
function wanted(child: Child): { type: Live["is"]; props: Record<string, unknown>; key?: unknown } {
  if (typeof child === "string" || typeof child === "number") return { type: TEXT, props: { text: String(child) } };
  if (Array.isArray(child)) return { type: Fragment, props: { children: child } };
  // An object that came over the wire can look like an element, but it has a constructor.
  const element = child as JSX.Element | null | undefined;
  return element && element.constructor === undefined ? element : { type: null, props: {} };
}

function update(kid: Live, props: Record<string, unknown>): void {
  const old = kid.props;
  kid.props = props;
  if (typeof kid.is === "function") {
    call(kid);
  } else if (kid.is === TEXT) {
    const text = props["text"] as string;
    if (kid.node === null) kid.node = document.createTextNode(text);
    else if (old["text"] !== text) (kid.node as Text).data = text;
  } else if (kid.is !== null) {
    const node = (kid.node ??= create(kid)) as Element;
    const { children } = props;
    fill(kid, listed(children as Child));
    for (const name of Object.keys({ ...old, ...props })) if (name !== "children") set(node, name, old[name], props[name]);
  }
}

function create(kid: Live): Element {
  const around = hostOf(kid).node as Element;
  return document.createElementNS(kid.is === "svg" ? SVG : around.namespaceURI, kid.is as string);
}

function set(node: Element, name: string, old: unknown, value: unknown): void {
  if (name === "value" || name === "checked") {
    // What the shopper did to a field is no property of ours: it is compared with the field itself. The caret stays.
    const now = value ?? (old === undefined ? undefined : "");
    if (now !== undefined && (node as HTMLInputElement)[name] !== now) Object.assign(node, { [name]: now });
  } else if (old === value) return;
  else if (name === "ref") {
    leave(old, node);
    if (value) (value as Ref<unknown>).current = node;
  } else if (name.startsWith("on")) {
    // What a handler returns means nothing: a `false` would keep the browser from doing its part.
    const run = value as ((event: Event) => unknown) | null | undefined | false;
    Object.assign(node, { [name.toLowerCase()]: run ? (event: Event) => void run(event) : null });
  } else if (typeof value === "boolean" && name in node) Object.assign(node, { [name]: value });
  // For `aria-` and `data-` a no is a value.
  else if (value === null || value === undefined || (value === false && name[4] !== "-")) node.removeAttribute(name);
  else node.setAttribute(name, String(value));
}

function leave(ref: unknown, node: unknown): void {
  const held = ref as Ref<unknown> | null | undefined;
  if (held && node && held.current === node) held.current = null;
}

/** Puts the nodes of what stands in `host` in order. Those that are right are not touched, nor is what has the focus: it would
 *  lose it. */
function place(host: Live): void {
  const focus = document.activeElement;
  let at = host.node?.firstChild ?? null;
  for (const node of nodesOf(host.kids)) {
    // Those that are passed over come later, and are moved then.
    const passes = node.contains(focus) || (at?.nextSibling === node && !at.contains(focus));
    if (node === at || passes) at = node.nextSibling;
    else host.node?.insertBefore(node, at);
  }
}

function nodesOf(kids: Live[]): Node[] {
  return kids.flatMap((kid) => kid.node ?? nodesOf(kid.kids));
}

/** `top`: its nodes are to be taken out; those within go with it. */
function drop(kid: Live, top: boolean): void {
  kid.gone = true;
  if (top) kid.node?.remove();
  for (const hook of kid.hooks) attempt((hook as Effect).undo);
  leave(kid.props["ref"], kid.node);
  for (const inner of kid.kids) drop(inner, top && kid.node === null);
}
