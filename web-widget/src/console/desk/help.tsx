import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shell/icons";

const KEYS: [string, string][] = [
  ["Alt+J", "Next chat of the list"],
  ["Alt+K", "Previous chat of the list"],
  ["Alt+L", "Write a reply"],
  ["Alt+P", "Write a note"],
  ["Alt+E", "Resolve the chat"],
  ["/", "Canned replies, while writing"],
  ["Enter", "Send; Shift+Enter begins a line"],
  ["Escape", "Close what is open"],
  ["?", "This list"],
];

export function Help({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // What had the focus may have been drawn anew meanwhile, as when a message comes in; then the chat's log has it.
      const gone = !(before instanceof HTMLElement) || before === document.body || !before.isConnected;
      (gone ? document.querySelector<HTMLElement>(".log") : before)?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog class="help" ref={dialog} aria-labelledby="help-title" onClose={close}>
      <header class="side-head">
        <h2 id="help-title">Keys</h2>
        <button class="btn btn-icon" type="button" onClick={() => dialog.current?.close()} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
