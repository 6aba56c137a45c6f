// @vitest-environment happy-dom
/** @jsxImportSource . */
import { Fragment as PreactFragment, type ComponentChild, h, render as preactRender } from "preact";
import { describe, expect, test, vi } from "vitest";
import { drawn, host, html, one } from "../../testing/drawing";
import { type Child, type Component, Fragment, type Ref, render, useRef, useState } from ".";
import { jsx } from "./jsx-runtime";

const list = (keys: string): Child => (
  <ul>
    {[...keys].map((key) => (
      <li key={key} tabIndex={0} id={key}>
        {key}
      </li>
    ))}
  </ul>
);
const items = (): Element[] => [...one("ul").children];
const said = (): string => items().map((item) => item.textContent).join("");

describe("children", () => {
  test("with keys keep their nodes in any order", () => {
    render(list("abcdef"), host);
    const nodes = new Map(items().map((item) => [item.textContent, item]));
    for (const keys of ["fedcba", "bcdefa", "fabcde", "acebdf", "cf", "abcdef"]) {
      const before = new Set(items());
      render(list(keys), host);
      expect(said()).toBe(keys);
      for (const item of items()) if (before.has(item)) expect(item).toBe(nodes.get(item.textContent));
      for (const item of items()) nodes.set(item.textContent, item);
    }
  });

  test.each(["bacdef", "fedcba", "bcdefa", "fabcde", "cdxefab", "dac", "xyzcw"])("abcdef to %s: the one with the focus is never taken out", (keys) => {
    for (const key of keys.replaceAll(/[^abcdef]/g, "")) {
      render(null, host);
      render(list("abcdef"), host);
      const held = one(`#${key}`);
      held.focus();
      const lost = vi.fn();
      held.addEventListener("blur", lost);
      render(list(keys), host);
      expect(said()).toBe(keys);
      expect(document.activeElement).toBe(held);
      expect(lost).not.toHaveBeenCalled();
    }
  });

  test("one that goes to the end leaves the others where they are", async () => {
    render(list("abcdef"), host);
    const moved: Node[] = [];
    const observer = new MutationObserver((records) => moved.push(...records.flatMap(({ addedNodes }) => [...addedNodes])));
    observer.observe(one("ul"), { childList: true });
    render(list("bcdefa"), host);
    await vi.waitFor(() => expect(moved).toEqual([one("#a")]));
    observer.disconnect();
  });

  test("come and go in the middle", () => {
    render(list("abcd"), host);
    const [a, b, c, d] = items();
    render(list("abxcd"), host);
    expect(items()).toEqual([a, b, one("#x"), c, d]);
    render(list("ad"), host);
    expect(items()).toEqual([a, d]);
    render(list(""), host);
    expect(items()).toEqual([]);
  });

  test("with the same key are both drawn, again and again", () => {
    for (const keys of ["aa", "aa", "baa", "aab", "aba", "a"]) {
      render(list(keys), host);
      expect(said()).toBe(keys);
    }
  });

  test("of the same key and another kind are new", () => {
    expect(html([<p key="a">1</p>])).toBe("<p>1</p>");
    expect(html([<b key="a">1</b>])).toBe("<b>1</b>");
  });

  test("a hole keeps its place, and what stands behind it its node", () => {
    const page = (warned: boolean): Child => (
      <div>
        {warned && <p>!</p>}
        <input />
      </div>
    );
    render(page(false), host);
    const field = one("input");
    field.focus();
    expect(html(page(true))).toBe("<div><p>!</p><input></div>");
    expect(html(page(false))).toBe("<div><input></div>");
    expect(one("input")).toBe(field);
    expect(document.activeElement).toBe(field);
  });

  test("text and numbers are drawn, and nothing else that is no element", () => {
    expect(html(["a", 0, 1.5, "", true, false, null, undefined, <b>{false}</b>])).toBe("a01.5<b></b>");
    expect(html("<img src=x>")).toBe("&lt;img src=x&gt;");
  });

  test("a text keeps its node while it changes", () => {
    render(<p>{"a"}</p>, host);
    const text = one("p").firstChild;
    render(<p>{2}</p>, host);
    expect(one("p").firstChild).toBe(text);
    expect(text?.textContent).toBe("2");
  });

  test("what came over the wire as an object is not taken for an element", () => {
    const sent = JSON.parse('{"type":"img","props":{"src":"x"},"key":null}') as Child;
    expect(html(<p>{sent}</p>)).toBe("<p></p>");
    expect(html(<p>{JSON.parse('{"text":"x"}') as Child}</p>)).toBe("<p></p>");
    expect(html(<p>{(() => "x") as unknown as Child}</p>)).toBe("<p></p>");
  });

  test("fragments, lists and components stand among them without a node", () => {
    const None = (): Child => null;
    const Many = ({ count }: { count: number }): Child => Array.from({ length: count }, (_, index) => <i>{index}</i>);
    const page = (count: number): Child => (
      <div>
        <None />
        <>
          a<Many count={count} />
        </>
        <b />
        {[<u key="x" />, [<s />]]}
      </div>
    );
    expect(html(page(0))).toBe("<div>a<b></b><u></u><s></s></div>");
    const last = one("s");
    expect(html(page(2))).toBe("<div>a<i>0</i><i>1</i><b></b><u></u><s></s></div>");
    expect(html(page(1))).toBe("<div>a<i>0</i><b></b><u></u><s></s></div>");
    expect(one("s")).toBe(last);
  });

  test("a component that draws more on its own puts it in its place", async () => {
    let set: (count: number) => void = () => undefined;
    const Some = (): Child => {
      const [count, setCount] = useState(0);
      set = setCount;
      return Array.from({ length: count }, () => <i />);
    };
    const Inner = (): Child => <Some />;
    render([<a />, <Inner />, <b />], host);
    for (const count of [2, 3, 0, 1]) {
      set(count);
      await drawn();
      expect(host.innerHTML).toBe(`<a></a>${"<i></i>".repeat(count)}<b></b>`);
    }
  });

  test("keyed components that move take all their nodes and their state along", () => {
    let made = 0;
    const Pair = ({ name }: { name: string }): Child => {
      const own = useRef(0);
      own.current ||= made += 1;
      return [name, <i>{own.current}</i>];
    };
    const page = (names: string): Child => [...names].map((name) => <Pair key={name} name={name} />);
    expect(html(page("abc"))).toBe("a<i>1</i>b<i>2</i>c<i>3</i>");
    expect(html(page("cab"))).toBe("c<i>3</i>a<i>1</i>b<i>2</i>");
    expect(html(page("bd"))).toBe("b<i>2</i>d<i>4</i>");
  });

  test("500 rows stay when older ones come before them", () => {
    const keys = Array.from({ length: 550 }, (_, index) => index);
    const page = (from: number): Child => (
      <ul>
        {keys.slice(from).map((key) => (
          <li key={key}>{key}</li>
        ))}
      </ul>
    );
    render(page(50), host);
    const before = items();
    render(page(0), host);
    expect(items().slice(50)).toEqual(before);
    expect(items().map((item) => Number(item.textContent))).toEqual(keys);
  });

  test("what others put beside them stays", () => {
    render([<a />, <b />], host);
    const other = host.appendChild(document.createElement("hr"));
    render([<i />, <a />, <b />, <u />], host);
    expect(other.parentNode).toBe(host);
    expect(host.querySelectorAll("*").length).toBe(5);
  });
});

describe("attributes", () => {
  test("are set, changed and removed", () => {
    expect(html(<p class="a" data-n={1} aria-label="b" tabIndex={0} />)).toBe('<p class="a" data-n="1" aria-label="b" tabindex="0"></p>');
    expect(html(<p class="" data-n={2} aria-label="c" />)).toBe('<p class="" data-n="2" aria-label="c"></p>');
    expect(html(<p data-n={null} aria-label={undefined} />)).toBe("<p></p>");
  });

  test("yes and no", () => {
    expect(html(<button hidden disabled aria-pressed={true} data-on={true} />)).toBe('<button hidden="" disabled="" aria-pressed="true" data-on="true"></button>');
    expect(html(<button hidden={false} disabled={false} aria-pressed={false} data-on={false} />)).toBe('<button aria-pressed="false" data-on="false"></button>');
    expect(html(<button hidden disabled />)).toBe('<button hidden="" disabled=""></button>');
    expect(html(<button />)).toBe("<button></button>");
    // Here a no is a value.
    for (const yes of [true, false]) expect(html(<p contentEditable={yes} />)).toBe(`<p contenteditable="${yes}"></p>`);
  });

  test("an untouched one is not written again", () => {
    const page = (n: number): Child => <p class="a" title={`${n}`} />;
    render(page(1), host);
    const write = vi.spyOn(one("p"), "setAttribute");
    render(page(2), host);
    expect(write.mock.calls).toEqual([["title", "2"]]);
  });

  test("those that mean nothing here are no part of the types", () => {
    // @ts-expect-error: it is `class`.
    void (<p className="a" />);
    // @ts-expect-error: a policy without `unsafe-inline` forbids it.
    void (<p style={{ color: "red" }} />);
    // @ts-expect-error: nothing is read as markup.
    void (<p dangerouslySetInnerHTML={{ __html: "" }} />);
    // @ts-expect-error: the handlers are properties.
    void (<p onClickCapture={() => undefined} />);
  });

  test("drawings have their namespace at any depth, and what stands beside them has not", () => {
    const Line = ({ d }: { d: string }): Child => <path d={d} />;
    render(
      <p>
        <svg viewBox="0 0 24 24" class="a">
          <g>
            {["M0 0", "M1 1"].map((d) => (
              <Line key={d} d={d} />
            ))}
          </g>
        </svg>
        <b />
      </p>,
      host,
    );
    const [svg, html] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"];
    expect([...host.querySelectorAll("*")].map(({ localName, namespaceURI }) => [localName, namespaceURI])).toEqual([
      ["p", html],
      ["svg", svg],
      ["g", svg],
      ["path", svg],
      ["path", svg],
      ["b", html],
    ]);
    expect(one("svg").getAttribute("viewBox")).toBe("0 0 24 24");
    expect(one("svg").getAttribute("class")).toBe("a");
  });
});

describe("fields", () => {
  test("what is typed stays, and so does the caret", async () => {
    const Field = (): Child => {
      const [text, setText] = useState("");
      return <textarea value={text} onInput={(event) => setText(event.currentTarget.value)} />;
    };
    render(<Field />, host);
    const field = one<HTMLTextAreaElement>("textarea");
    const type = (text: string, caret: number): void => {
      field.value = text;
      field.setSelectionRange(caret, caret);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    type("hello", 2);
    const write = vi.spyOn(field, "value", "set");
    await drawn();
    render(<Field />, host);
    expect(field.value).toBe("hello");
    expect(field.selectionStart).toBe(2);
    expect(write).not.toHaveBeenCalled();
  });

  test("a value is compared with the field, not with what was last asked for", () => {
    render(<textarea value="a" />, host);
    const field = one<HTMLTextAreaElement>("textarea");
    field.value = "typed";
    render(<textarea value="a" />, host);
    expect(field.value).toBe("a");
    field.value = "typed";
    render(<textarea value="" />, host);
    expect(field.value).toBe("");
  });

  test("a value that is no longer given is emptied once, and one that never was is the shopper's", () => {
    render([<input value="a" />, <input type="checkbox" checked />], host);
    const [text, box] = host.querySelectorAll("input");
    render([<input value={undefined} />, <input type="checkbox" />], host);
    expect([text?.value, Boolean(box?.checked)]).toEqual(["", false]);
    Object.assign(text!, { value: "typed" });
    Object.assign(box!, { checked: true });
    render([<input value={undefined} />, <input type="checkbox" checked={undefined} />], host);
    expect([text?.value, box?.checked]).toEqual(["typed", true]);
  });

  test("one of several", async () => {
    const Choice = (): Child => {
      const [score, setScore] = useState(0);
      return [1, 2, 3].map((value) => <input key={value} type="radio" name="score" value={value} checked={score === value} onChange={() => setScore(value)} />);
    };
    render(<Choice />, host);
    const boxes = [...host.querySelectorAll("input")];
    expect(boxes.map(({ checked }) => checked)).toEqual([false, false, false]);
    for (const chosen of boxes) {
      chosen.click();
      await drawn();
      expect(boxes.map(({ checked }) => checked)).toEqual(boxes.map((box) => box === chosen));
    }
  });
});

describe("handlers", () => {
  test("are replaced and removed", () => {
    const [first, second] = [vi.fn(), vi.fn()];
    const page = (run?: (() => void) | null): Child => <button onClick={run ?? undefined} />;
    const click = (run?: () => void): void => {
      render(page(run), host);
      one("button").click();
    };
    click(first);
    click(second);
    click(undefined);
    click(second);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2]);
  });

  test("what they return means nothing", () => {
    render(<input type="checkbox" onClick={(() => false) as () => void} />, host);
    one("input").click();
    expect(one<HTMLInputElement>("input").checked).toBe(true);
  });

  test("get the event with the element as its target", () => {
    const seen: unknown[] = [];
    render(<button onClick={(event) => seen.push(event.type, event.currentTarget)} />, host);
    one("button").click();
    expect(seen).toEqual(["click", one("button")]);
  });
});

describe("refs", () => {
  test("hold the node while it is there", () => {
    const ref: Ref<Element | null> = { current: null };
    render(<p ref={ref} />, host);
    expect(ref.current).toBe(one("p"));
    render(<p />, host);
    expect(ref.current).toBeNull();
    render(<p ref={ref} />, host);
    render(<b ref={ref} />, host);
    expect(ref.current).toBe(one("b"));
    render(
      <div>
        <i ref={ref} />
      </div>,
      host,
    );
    render(null, host);
    expect(ref.current).toBeNull();
  });

  test("change hands in one go", () => {
    const [a, b]: Ref<Element | null>[] = [{ current: null }, { current: null }];
    render([<p ref={a!} />, <b ref={b!} />], host);
    render([<p ref={b!} />, <b ref={a!} />], host);
    expect([a!.current, b!.current]).toEqual([one("b"), one("p")]);
    render([<p />, <b ref={b!} />], host);
    expect([a!.current, b!.current]).toEqual([null, one("b")]);
  });

  test("keep what they are given, and draw nothing", () => {
    const seen: number[] = [];
    const Counted = (): Child => {
      const count = useRef(0);
      seen.push((count.current += 1));
      return null;
    };
    for (let times = 0; times < 3; times += 1) render(<Counted />, host);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("beside Preact", () => {
  type Tree =
    | string
    | number
    | boolean
    | null
    | Tree[]
    | { is: string; key: string | undefined; props: Record<string, unknown>; kids: Tree[] };

  const KINDS = ["p", "div", "b", "button", "svg", "g", "<>", "All", "None", "Last"];
  const TEXTS = ["", "a", "b & c", "<i>", 0, 7, true, false, null];

  /** Small, and the same everywhere. */
  function dice(seed: number): (sides: number) => number {
    let state = seed;
    return (sides) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
  }

  function grow(roll: (sides: number) => number, depth: number, key?: string): Tree {
    if (key === undefined && (depth === 0 || roll(4) === 0)) return TEXTS[roll(TEXTS.length)] as Tree;
    if (key === undefined && roll(6) === 0) return keyed(roll, depth - 1);
    const props: Record<string, unknown> = {};
    const some: [string, readonly unknown[]][] = [
      ["class", ["x", "y z", "", undefined]],
      ["hidden", [true, false, undefined]],
      ["aria-pressed", [true, false, "mixed", undefined]],
      ["data-n", [0, 1, true, false, null]],
      ["viewBox", ["0 0 1 1", undefined]],
    ];
    for (const [name, values] of some) if (roll(3) === 0) props[name] = values[roll(values.length)];
    const kids = Array.from({ length: depth > 0 ? roll(4) : 0 }, () => grow(roll, depth - 1));
    if (depth > 0 && roll(3) === 0) kids.push(keyed(roll, depth - 1));
    return { is: KINDS[roll(KINDS.length)] as string, key, props, kids };
  }

  /** Some of the same few keys in any order. */
  function keyed(roll: (sides: number) => number, depth: number): Tree[] {
    const keys = [..."abcdef"].map((key) => [roll(1000), key] as const).sort(([a], [b]) => a - b);
    return keys.slice(roll(6)).map(([, key]) => grow(roll, Math.max(depth, 0), key));
  }

  const PARTS: Record<string, (props: { children?: any }) => any> = {
    All: ({ children }) => children,
    None: () => null,
    Last: ({ children }) => (Array.isArray(children) ? children.at(-1) : children),
  };

  function ours(tree: Tree): Child {
    if (Array.isArray(tree)) return tree.map(ours);
    if (tree === null || typeof tree !== "object") return tree;
    const type = tree.is === "<>" ? Fragment : ((PARTS[tree.is] as Component | undefined) ?? tree.is);
    return jsx(type, { ...tree.props, children: tree.kids.map(ours) }, tree.key);
  }

  function theirs(tree: Tree): ComponentChild {
    if (Array.isArray(tree)) return tree.map(theirs) as unknown as ComponentChild;
    if (tree === null || typeof tree !== "object") return tree;
    const type = tree.is === "<>" ? PreactFragment : (PARTS[tree.is] ?? tree.is);
    return h(type as string, { ...tree.props, key: tree.key, children: tree.kids.map(theirs) } as object);
  }

  test("300 random trees, one after the other, look the same", () => {
    const other = document.createElement("div");
    for (let seed = 1; seed <= 300; seed += 1) {
      const tree = grow(dice(seed), 4, "root");
      render(ours(tree), host);
      preactRender(theirs(tree), other);
      expect(host.innerHTML, `seed ${seed}`).toBe(other.innerHTML);
    }
    preactRender(null, other);
  }, 30_000);
});
