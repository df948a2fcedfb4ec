import type { StateName } from "../navigation/place.ts";
import { STATE_WORDS } from "./state-words.ts";

/** A scope's state by word and shape: colour only says it again. */
export function StateMark({ state }: { readonly state: StateName }) {
  return (
    <span class={`state state-${state}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {SHAPES[state]}
      </svg>
      {STATE_WORDS[state]}
    </span>
  );
}

const SHAPES = {
  active: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  deprecated: (
    <path d="M6 1.5 11 10.5H1Z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />
  ),
  disabled: (
    <g fill="none" stroke="currentColor" stroke-width="1.5">
      <circle cx="6" cy="6" r="4.25" />
      <path d="m3 9 6-6" />
    </g>
  ),
  pending: (
    <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.2 2.2" />
  ),
} as const;
