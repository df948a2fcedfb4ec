/**
 * How far down a place was when it was left, in its entry of the tab's history. A browser's own way does not wait for what a place
 * shows, which comes later than the place itself.
 */

/** What a person does to look elsewhere: the page no longer scrolls by itself then. */
const TAKEN_OVER_BY = ["wheel", "touchstart", "pointerdown", "keydown"];

let restoring: AbortController | undefined;

/** How far down the place was when it was left, in pixels; 0: it was not yet seen. */
export function rememberedScroll(): number {
  const top: unknown = history.state?.top;
  return typeof top === "number" ? top : 0;
}

/** Remembers how far down the place is. While it is still on its way there, what it is at meanwhile does not count. */
export function rememberScroll(): void {
  if (restoring === undefined) history.replaceState({ ...history.state, top: scrollY }, "");
}

/** Goes to where the place was left, as soon as what it shows is as high as that. */
export function restoreScroll(): void {
  leaveScroll();
  const top = rememberedScroll();
  const content = new ResizeObserver(() => {
    scrollTo(0, top);
    if (document.documentElement.scrollHeight - innerHeight >= top) leaveScroll();
  });
  restoring = new AbortController();
  const { signal } = restoring;
  signal.addEventListener("abort", () => content.disconnect());
  for (const type of TAKEN_OVER_BY) addEventListener(type, leaveScroll, { signal, passive: true });
  content.observe(document.body);
}

/** Stays where the place is now. */
export function leaveScroll(): void {
  restoring?.abort();
  restoring = undefined;
}
