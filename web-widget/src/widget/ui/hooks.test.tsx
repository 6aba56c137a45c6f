// @vitest-environment happy-dom
/** @jsxImportSource . */
import { beforeEach, describe, expect, test } from "vitest";
import { drawn, errors, host, html } from "../../testing/drawing";
import { type Child, render, useEffect, useRedraw, useRef, useState } from ".";

describe("state", () => {
  /** A component that tells each time it is drawn, and how to change it from outside. */
  function counter(name: string, log: string[], inner: (count: number) => Child = () => null) {
    const made = { set: (_: number): void => undefined, redraw: (): void => undefined, Counter: (): Child => null as Child };
    made.Counter = () => {
      const [count, set] = useState(0);
      made.redraw = useRedraw();
      made.set = set;
      log.push(`${name}${count}`);
      return [count, inner(count)];
    };
    return made;
  }

  test("changes of one moment are drawn once, the same value never", async () => {
    const log: string[] = [];
    const a = counter("a", log);
    render(<a.Counter />, host);
    a.set(1);
    a.set(2);
    a.redraw();
    expect(host.textContent).toBe("0");
    await drawn();
    expect(host.textContent).toBe("2");
    a.set(2);
    await drawn();
    expect(log).toEqual(["a0", "a2"]);
    a.redraw();
    await drawn();
    expect(log).toEqual(["a0", "a2", "a2"]);
  });

  test("a function is no way to change it, and the types say so", () => {
    const Counter = (): Child => {
      const [, set] = useState(0);
      // @ts-expect-error: a value, as it is drawn next.
      void (() => set((count: number) => count + 1));
      return null;
    };
    render(<Counter />, host);
  });

  test("outer and inner at once: the inner is drawn once, and not at all when it goes", async () => {
    const log: string[] = [];
    const inner = counter("i", log);
    const outer = counter("o", log, (count) => count < 2 && <inner.Counter />);
    render(<outer.Counter />, host);
    log.length = 0;
    inner.set(1);
    outer.set(1);
    await drawn();
    expect(log).toEqual(["o1", "i1"]);
    inner.set(2);
    outer.set(2);
    await drawn();
    expect(log).toEqual(["o1", "i1", "o2"]);
  });

  test("what was drawn from outside is not drawn again", async () => {
    const log: string[] = [];
    const a = counter("a", log);
    render(<a.Counter />, host);
    a.set(1);
    render(<a.Counter />, host);
    await drawn();
    expect(log).toEqual(["a0", "a1"]);
  });

  test("of one that has gone is nobody's business", async () => {
    const log: string[] = [];
    const a = counter("a", log);
    render(<a.Counter />, host);
    a.set(1);
    render(null, host);
    a.set(2);
    await drawn();
    a.redraw();
    await drawn();
    expect(log).toEqual(["a0"]);
    expect(host.innerHTML).toBe("");
  });

  test("a change while drawing is drawn next", async () => {
    const Settling = (): Child => {
      const [count, set] = useState(0);
      if (count < 3) set(count + 1);
      return count;
    };
    const other = counter("o", []);
    render([<Settling />, <other.Counter />], host);
    other.set(5);
    for (let times = 0; times < 5; times += 1) await drawn();
    expect(host.textContent).toBe("35");
  });

  test("stays with its place and kind", () => {
    const log: string[] = [];
    const [a, b] = [counter("a", log), counter("b", log)];
    render(<a.Counter />, host);
    a.set(4);
    expect(html(<a.Counter />)).toBe("4");
    expect(html(<b.Counter />)).toBe("0");
    expect(html(<a.Counter />)).toBe("0");
    a.set(7);
    expect(html(<a.Counter key="other" />)).toBe("0");
  });

  test("two roots do not know of each other", async () => {
    const other = document.createElement("div");
    const [a, b] = [counter("a", []), counter("b", [])];
    render(<a.Counter />, host);
    render(<b.Counter />, other);
    a.set(1);
    b.set(2);
    await drawn();
    expect([host.textContent, other.textContent]).toEqual(["1", "2"]);
    render(null, host);
    b.set(3);
    await drawn();
    expect([host.textContent, other.textContent]).toEqual(["", "3"]);
  });
});

describe("effects", () => {
  let log: string[];
  beforeEach(() => void (log = []));

  const Noted = ({ name, on, children }: { name: string; on?: unknown; children?: Child }): Child => {
    useEffect(() => {
      log.push(`+${name}`);
      return () => log.push(`-${name}`);
    }, [on]);
    return children;
  };
  const taken = (): string => log.splice(0).join(" ");

  test("run when all is in its place: the inner first, and neighbours in order", () => {
    let there = false;
    const Looks = (): Child => {
      const ref = useRef<HTMLElement>(null);
      useEffect(() => void (there = ref.current?.isConnected ?? false), []);
      return <p ref={ref} />;
    };
    render(
      <Noted name="a">
        <Noted name="b" />
        <p>
          <Noted name="c">
            <Noted name="d" />
            <Noted name="e" />
          </Noted>
        </p>
        <Noted name="f" />
        <Looks />
      </Noted>,
      host,
    );
    expect(taken()).toBe("+b +d +e +c +f +a");
    expect(there).toBe(true);
  });

  test("run again only when what they need is another, after the last is undone", () => {
    const page = (on: unknown): Child => <Noted name="a" on={on} />;
    render(page(1), host);
    render(page(1), host);
    expect(taken()).toBe("+a");
    render(page(2), host);
    expect(taken()).toBe("-a +a");
    render(page(NaN), host);
    taken();
    render(page(NaN), host);
    expect(taken()).toBe("");
  });

  test("are undone once when their component goes, however deep", () => {
    render(
      <p>
        <Noted name="a">
          <b>
            <Noted name="b" />
          </b>
        </Noted>
      </p>,
      host,
    );
    taken();
    render(<i />, host);
    expect(taken()).toBe("-a -b");
    render(null, host);
    expect(taken()).toBe("");
  });

  test("of one that was to run and goes first are undone once and not run", async () => {
    let set: (count: number) => void = () => undefined;
    const Outer = (): Child => {
      const [count, setCount] = useState(0);
      set = setCount;
      return count === 2 ? null : <Noted name="a" on={count} />;
    };
    // Its effect, which is an inner one and so the earlier, draws all anew while the others wait.
    const Early = ({ then }: { then: (() => void) | null }): Child => {
      useEffect(() => then?.(), [then]);
      return null;
    };
    render([<Early then={null} />, <Outer />], host);
    expect(taken()).toBe("+a");
    render([<Early then={() => render(null, host)} />, <Noted name="b" />, <Outer />], host);
    expect(taken()).toBe("-a");
    set(2);
    await drawn();
    expect(taken()).toBe("");
  });

  test("that draw again leave the newest in force", () => {
    const Early = ({ then }: { then: (() => void) | null }): Child => {
      useEffect(() => then?.(), [then]);
      return null;
    };
    const page = (name: string, then: (() => void) | null): Child => [<Early then={then} />, <Noted name={name} on={name} />];
    render(page("1", null), host);
    render(page("2", () => render(page("3", null), host)), host);
    expect(taken()).toBe("+1 -1 +3");
    render(null, host);
    expect(taken()).toBe("-3");
  });

  test("may change the state", async () => {
    const Late = (): Child => {
      const [text, setText] = useState("first");
      useEffect(() => setText("then"), []);
      return text;
    };
    expect(html(<Late />)).toBe("first");
    await drawn();
    expect(host.innerHTML).toBe("then");
  });

  test("see what was drawn last", async () => {
    const seen: unknown[] = [];
    let set: (count: number) => void = () => undefined;
    const Seen = (): Child => {
      const [count, setCount] = useState(0);
      set = setCount;
      useEffect(() => {
        seen.push([count, host.textContent]);
        return () => seen.push(`undo ${count}`);
      }, [count]);
      return count;
    };
    render(<Seen />, host);
    set(1);
    await drawn();
    expect(seen).toEqual([[0, "0"], "undo 0", [1, "1"]]);
  });

  test("two of one component", () => {
    const Two = ({ a, b }: { a: number; b: number }): Child => {
      useEffect(() => void log.push(`a${a}`), [a]);
      useEffect(() => void log.push(`b${b}`), [b]);
      return null;
    };
    render(<Two a={1} b={1} />, host);
    render(<Two a={1} b={2} />, host);
    render(<Two a={2} b={2} />, host);
    expect(taken()).toBe("a1 b1 b2 a2");
  });
});

describe("what fails", () => {
  const fault = new Error("no");
  const fail = (): never => {
    throw fault;
  };
  const told = (): unknown[] => errors.splice(0);

  test("a component that throws draws nothing and leaves the rest", async () => {
    let set: (bad: boolean) => void = () => undefined;
    const Row = ({ name }: { name: string }): Child => (name === "bad" ? fail() : <li>{name}</li>);
    const Own = (): Child => {
      const [bad, setBad] = useState(false);
      set = setBad;
      return bad ? fail() : <b />;
    };
    const page = (...names: string[]): Child => (
      <ul>
        {names.map((name) => (
          <Row key={name} name={name} />
        ))}
        <Own />
      </ul>
    );
    render(page("a"), host);
    expect(html(page("a", "bad", "c"))).toBe("<ul><li>a</li><li>c</li><b></b></ul>");
    expect(told()).toEqual([fault]);
    set(true);
    await drawn();
    expect(host.innerHTML).toBe("<ul><li>a</li><li>c</li></ul>");
    expect(told()).toEqual([fault]);
    set(false);
    await drawn();
    expect(html(page("c", "a"))).toBe("<ul><li>c</li><li>a</li><b></b></ul>");
  });

  test("an effect and its undoing leave the others", () => {
    const seen: string[] = [];
    const Bad = (): Child => {
      useEffect(fail, []);
      useEffect(() => fail, []);
      useEffect(() => {
        seen.push("on");
        return () => seen.push("off");
      }, []);
      return <p />;
    };
    expect(html(<Bad />)).toBe("<p></p>");
    expect(told()).toEqual([fault]);
    expect(html(<b />)).toBe("<b></b>");
    expect(told()).toEqual([fault]);
    expect(seen).toEqual(["on", "off"]);
  });
});
