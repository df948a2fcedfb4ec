/**
 * How far down a place was when it was left, in its entry of the tab's history. A browser's own way does not wait for what a place
 * shows, which comes later than the place itself.
 */
import { holdScroll, leaveScroll } from "./held-scroll.ts";

/** Aborts once the place is where it was left. */
let restoring: AbortSignal | undefined;

/** How far down the place was when it was left, in pixels; undefined: it was not yet seen. */
export function rememberedScroll(): number | undefined {
  const top: unknown = history.state?.top;
  return typeof top === "number" ? top : undefined;
}

/** Remembers how far down the place is. While it is still on its way there, what it is at meanwhile does not count. */
export function rememberScroll(): void {
  if (restoring?.aborted !== false) history.replaceState({ ...history.state, top: scrollY }, "");
}

/** Goes to where the place was left, as soon as what it shows is as high as that; to the top, if it was not yet seen. */
export function restoreScroll(): void {
  const top = rememberedScroll() ?? 0;
  restoring = holdScroll(() => {
    scrollTo(0, top);
    if (document.documentElement.scrollHeight - innerHeight >= top) leaveScroll();
  });
}
