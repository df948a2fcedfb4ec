import {
  observeWindowOffset,
  observeWindowRect,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { rememberedScroll } from "../../navigation/remembered-scroll.ts";
import type { RowRange } from "./list-window.ts";

/** Rows that are drawn though they are just out of sight, on either side. */
const OVERSCAN = 12;

/** The rows that are drawn, of any number. All heights are in pixels. */
export interface VirtualRows {
  readonly items: readonly VirtualItem[];
  /** How much room the rows take that are not drawn, above and below. */
  readonly above: number;
  readonly below: number;
  /** The rows that are in sight, as far as one can see them. */
  sight(): RowRange;
  /** Brings a row into sight, if it is not. */
  reveal(index: number): void;
  /** Scrolls by so many rows, and draws what is in sight then before anything else happens. */
  moveBy(places: number): void;
}

/**
 * Draws no more rows than are in sight: the window scrolls, and all rows are as high as each other.
 *
 * @param rowHeight in pixels
 */
export function useVirtualRows(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  rowHeight: number,
): VirtualRows {
  const [, draw] = useState(0);
  // Where the rows begin, and what lies over them at the top of the window.
  const [{ top, covered }, setPlace] = useState({ top: 0, covered: 0 });
  const options = {
    count,
    getScrollElement: () => window,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: covered,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialRect: { width: innerWidth, height: innerHeight },
    // Who comes back is where they were from the first: what is asked for is about the rows that are in sight then.
    initialOffset: () => (count > 0 ? rememberedScroll() : undefined) ?? scrollY,
    onChange: () => draw((times) => times + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, Element>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [rowHeight]);
  useLayoutEffect(() => {
    const place = placeOf(table.current);
    if (place.top !== top || place.covered !== covered) setPlace(place);
  });
  const items = virtualizer.getVirtualItems();
  return {
    items,
    above: (items[0]?.start ?? top) - top,
    below: virtualizer.getTotalSize() - (items.at(-1)?.end ?? top) + top,
    sight() {
      // Looked at anew: what stands above the rows may have come or gone since they were drawn.
      const now = placeOf(table.current);
      const first = Math.ceil((scrollY + now.covered - now.top) / rowHeight);
      return { first: Math.max(0, first), last: Math.floor((scrollY + innerHeight - now.top) / rowHeight) - 1 };
    },
    reveal: (index) => virtualizer.scrollToIndex(index, { align: "auto" }),
    moveBy(places) {
      scrollBy(0, places * rowHeight);
      // The browser tells of it with the next frame, and until then the rows before would count as those in sight.
      dispatchEvent(new Event("scroll"));
    },
  };
}

function placeOf(table: HTMLTableElement | null): { readonly top: number; readonly covered: number } {
  const [body] = table?.tBodies ?? [];
  if (!body) return { top: 0, covered: 0 };
  const head = document.querySelector("header")?.offsetHeight ?? 0;
  return {
    top: Math.round(body.getBoundingClientRect().top + scrollY),
    covered: head + (table?.tHead?.offsetHeight ?? 0),
  };
}
