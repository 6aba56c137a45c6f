// A question in front of the page. The browser keeps the focus in it and closes it at Esc.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const now = useRef(close);
  now.current = close;
  useEffect(() => {
    const shown = dialog.current;
    if (shown === null) return;
    const before = document.activeElement;
    const closed = () => now.current();
    shown.addEventListener("close", closed);
    shown.showModal();
    return () => {
      // The browser tells of this later, when something else may stand in front of the page.
      shown.removeEventListener("close", closed);
      shown.close();
      // It does not give the focus back once it is out of the page.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
