import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { sendFocus, useFocusTarget } from "../../focus.ts";
import { rowAfterKey } from "./row-keys.ts";
import type { VirtualRows } from "./use-virtual-rows.ts";

/** Which row the keyboard is at. */
export interface RowFocus {
  /** The row that has the focus, or would have it. */
  readonly active: number;
  /** The row that has it now, as it is drawn; undefined: none. */
  focused(): number | undefined;
  /** The row that has had the focus last, by whatever way it came. */
  onRowFocus(index: number): void;
  onKeyDown(event: KeyboardEvent): void;
  onFocusOut(event: FocusEvent): void;
  /** The rows have moved by so many places. */
  move(places: number): void;
  /** Gives the focus to a row, and brings it into sight. */
  focus(index: number): void;
}

/** Leads the keyboard through the rows of a table: one of them can be reached by Tab, the others by the arrows. */
export function useRowFocus(table: RefObject<HTMLTableElement | null>, rows: VirtualRows, total: number): RowFocus {
  const [active, setActive] = useState(0);
  /** The row that is to have the focus as soon as it is drawn. */
  const wanted = useRef<number | undefined>(undefined);
  const isInside = useRef(false);

  const focusDrawn = (index: number) => {
    const link = table.current?.querySelector<HTMLElement>(`tr[data-index="${index}"] .scope-link`);
    link?.focus({ preventScroll: true });
    wanted.current = link ? undefined : index;
  };
  const focus = (index: number) => {
    setActive(index);
    rows.reveal(index);
    focusDrawn(index);
  };
  useFocusTarget("list", () => total > 0 && focus(rows.sight().first < total ? rows.sight().first : 0));
  useLayoutEffect(() => {
    if (wanted.current !== undefined) focusDrawn(wanted.current);
    // The row that had the focus has been scrolled out of sight: the keys still lead on from it.
    else if (isInside.current && document.activeElement === document.body) {
      table.current?.focus({ preventScroll: true });
    }
  });
  return {
    active,
    focused() {
      const row = document.activeElement?.closest("tr[data-index]");
      return row && table.current?.contains(row) ? Number(row.getAttribute("data-index")) : undefined;
    },
    focus,
    onRowFocus(index) {
      isInside.current = true;
      setActive(index);
    },
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const { first, last } = rows.sight();
      const to = rowAfterKey(event.key, active, total, Math.max(1, last - first));
      if (to === undefined) return;
      event.preventDefault();
      if (to === "search") sendFocus("search");
      else focus(to);
    },
    onFocusOut({ target, relatedTarget }) {
      if (relatedTarget instanceof Node && table.current?.contains(relatedTarget)) return;
      queueMicrotask(() => {
        // A row that is no longer drawn has not been left.
        if (target instanceof Node && target.isConnected) isInside.current = false;
      });
    },
    move: (places) => setActive((before) => Math.max(0, before + places)),
  };
}
