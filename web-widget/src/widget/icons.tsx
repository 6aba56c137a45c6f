/** @jsxImportSource ./ui */
import type { JSX } from "./ui/jsx-runtime";

const Icon = ({ d, flip = false }: { d: string; flip?: boolean }): JSX.Element => (
  <svg viewBox="0 0 24 24" class={flip ? "fd-flip" : ""} aria-hidden="true">
    <path d={d} />
  </svg>
);

export const Cross = (): JSX.Element => <Icon d="M6 6l12 12M18 6L6 18" />;
export const Arrow = (): JSX.Element => <Icon flip d="M4 12h15M13 6l6 6-6 6" />;
export const Back = (): JSX.Element => <Icon flip d="M15 5l-7 7 7 7" />;
export const Dots = (): JSX.Element => <Icon d="M5 12h.01M12 12h.01M19 12h.01" />;
export const Mark = (): JSX.Element => <Icon d="M12 3l5 7h-3l4 6H6l4-6H7zM12 16v5" />;

/** From -4, a frown, to 4, a smile. */
export const Face = ({ mood }: { mood: number }): JSX.Element => (
  <Icon d={`M12 3a9 9 0 1 0 .01 0zM9 9.6v.3M15 9.6v.3M8 ${15 - mood / 4}q4 ${mood} 8 0`} />
);
