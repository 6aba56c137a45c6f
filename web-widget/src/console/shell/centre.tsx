import type { ComponentChildren } from "preact";
import { Mark } from "./icons";

/** The frame of the pages before one is in. */
export function Centre({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="centre">
      <div class="centre-card">
        <Mark />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
