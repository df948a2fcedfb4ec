import { holdScroll, leaveScroll } from "./held-scroll.ts";

/**
 * Goes to a part of the page as soon as it is there, and stays at it while what stands above it still comes. A browser's own way does
 * neither.
 */
export function stayAtPart(id: string): void {
  let placed = { top: scrollY, height: 0 };
  const left = holdScroll(() => {
    document.getElementById(id)?.scrollIntoView();
    placed = { top: scrollY, height: document.body.offsetHeight };
  });
  // A scroll bar is no part of the page: that somebody drags it is seen by what it does. A page that has another height has moved by itself.
  const look = () => {
    if (scrollY !== placed.top && document.body.offsetHeight === placed.height) leaveScroll();
  };
  addEventListener("scroll", look, { signal: left, passive: true });
}
