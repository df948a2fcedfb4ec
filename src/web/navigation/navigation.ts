/** Where the page is, and how it goes elsewhere without being loaded anew. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { leaveScroll } from "./held-scroll.ts";
import { stayAtPart } from "./linked-part.ts";
import { hrefOf, type Place, placeOf } from "./place.ts";
import { rememberedScroll, rememberScroll, restoreScroll } from "./remembered-scroll.ts";

const here = signal<Place>(placeOf(new URL(location.href)));
/** How often somebody has gone elsewhere; what is typed into the search is no going elsewhere. */
const steps = signal(0);

/** Where the page is. */
export const place: ReadonlySignal<Place> = here;

/** Goes up by one whenever another page is shown, so that the focus can follow. */
export const pageSteps: ReadonlySignal<number> = steps;

/** Goes to a place, from which `back` leads here. */
export function go(to: Place): void {
  rememberScroll();
  leaveScroll();
  history.pushState({ within: true }, "", hrefOf(to));
  here.value = to;
  steps.value += 1;
  scrollTo(0, 0);
}

/** Changes what is seen at this place: `back` passes over it. @param hash of a part of the page to go to, with its `#` */
export function adjust(to: Place, hash = ""): void {
  history.replaceState({ within: history.state?.within }, "", hrefOf(to) + hash);
  here.value = to;
  if (hash !== "") stayAtPart(hash.slice(1));
}

/** Narrows what is seen at this place, or widens it: `back` undoes it, and the focus stays where it is. */
export function narrow(to: Place): void {
  rememberScroll();
  leaveScroll();
  history.pushState({ within: true }, "", hrefOf(to));
  here.value = to;
}

/** Remembers which row the place was left by, so that who comes back finds it. */
export function rememberRow(name: string): void {
  history.replaceState({ ...history.state, row: name }, "");
}

/** The row that the place was left by; empty: none. */
export function rememberedRow(): string {
  const row: unknown = history.state?.row;
  return typeof row === "string" ? row : "";
}

/** Goes back to where one came from within the catalogue, or else to a place. */
export function back(otherwise: Place): void {
  if (history.state?.within === true) history.back();
  else if (hrefOf(otherwise) !== hrefOf(here.peek())) go(otherwise);
}

/** Begins to follow the browser's own buttons, and the links of the page. */
export function followLinks(): void {
  history.scrollRestoration = "manual";
  arrive();
  addEventListener("popstate", () => {
    const before = here.value;
    const to = placeOf(new URL(location.href));
    arrive();
    if (hrefOf(to) === hrefOf(before)) return;
    here.value = to;
    // Who undoes a filter is still at the same list.
    if (to.page !== "scopes" || before.page !== "scopes") steps.value += 1;
  });
  addEventListener("scroll", debounced(rememberScroll), { passive: true });
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.origin !== location.origin) return;
    const to = placeOf(new URL(link.href));
    if (to.page === "unknown" || link.hash !== "") return;
    event.preventDefault();
    go(to);
  });
}

/** Goes to where the place was left or, if it was not yet seen, to the part that the address names. */
function arrive(): void {
  const part = location.hash.slice(1);
  if (part !== "" && rememberedScroll() === undefined) stayAtPart(part);
  else restoreScroll();
}

/** Calls once nothing has happened for a moment: browsers count how often a page writes its history. */
function debounced(call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, 150);
  };
}
