import type { ScopeWindow } from "../../registry/feed.ts";

/** Windows begin at multiples of this, so that who scrolls a little asks for nothing. */
const STEP = 50;
/** So many rows more are had ready on either side. */
const MARGIN = 50;

/** Rows of a list, the last one included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/** Whether a row is one of them. */
export function isWithin({ first, last }: RowRange, index: number): boolean {
  return index >= first && index <= last;
}

/** The window of a list to ask for while these rows are in sight. */
export function windowAround({ first, last }: RowRange): ScopeWindow {
  const start = Math.max(0, Math.floor((first - MARGIN) / STEP) * STEP);
  return { start, count: Math.ceil((last + 1 + MARGIN - start) / STEP) * STEP };
}
