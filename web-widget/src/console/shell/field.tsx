import { useEffect, useId, useRef } from "preact/hooks";

interface FieldProps {
  label: string;
  type: "text" | "email" | "password";
  value: string;
  change: (value: string) => void;
  autocomplete: "username" | "email" | "name" | "current-password" | "new-password";
  hint?: string | undefined;
  focus?: boolean;
  readonly?: boolean;
}

export function Field({ label, type, value, change, autocomplete, hint, focus = false, readonly = false }: FieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  // `autofocus` counts once for a document, and this page comes and goes within one.
  useEffect(() => {
    if (focus) input.current?.focus();
  }, []);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        // Its type as preact has it depends on the role, of which none is given here.
        type={type as "text"}
        value={value}
        autocomplete={autocomplete}
        required
        readOnly={readonly}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
