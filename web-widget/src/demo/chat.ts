// Calls to the chat, which comes by a script tag of its own and may come late, or not at all.

/** Whether the chat took it. */
export async function chat(verb: "open" | "send", ...args: unknown[]): Promise<boolean> {
  if (call() === null && document.readyState !== "complete") {
    await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  }
  const known = call();
  known?.(verb, ...args);
  return known !== null;
}

function call(): ((...args: unknown[]) => void) | null {
  const found: unknown = Reflect.get(window, "frontdesk");
  return typeof found === "function" ? (found as (...args: unknown[]) => void) : null;
}
