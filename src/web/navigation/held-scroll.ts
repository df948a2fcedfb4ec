/** The page scrolls by itself while what it shows still comes, until its reader looks elsewhere. */

/** What a person does to look elsewhere. */
const TAKEN_OVER_BY = ["wheel", "touchstart", "pointerdown", "keydown"];

let holding: AbortController | undefined;

/**
 * Holds the page somewhere, in place of where it was held before.
 *
 * @param place scrolls there; called at first, and whenever the page has become higher or lower
 * @returns aborts once the page is no longer held
 */
export function holdScroll(place: () => void): AbortSignal {
  leaveScroll();
  holding = new AbortController();
  const { signal } = holding;
  const content = new ResizeObserver(place);
  signal.addEventListener("abort", () => content.disconnect());
  for (const type of TAKEN_OVER_BY) addEventListener(type, leaveScroll, { signal, passive: true });
  content.observe(document.body);
  return signal;
}

/** Stays where the page is now. */
export function leaveScroll(): void {
  holding?.abort();
  holding = undefined;
}
