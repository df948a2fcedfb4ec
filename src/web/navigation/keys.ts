import { back } from "./navigation.ts";
import { ALL_SCOPES } from "./place.ts";

/** What the keys of the whole page do. */
export interface KeyActions {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

/** Listens for the keys of the whole page. @returns ends it */
export function listenForKeys({ onSearch, onHelp }: KeyActions): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    if (event.key === "/") onSearch();
    else if (event.key === "?") onHelp();
    else if (event.key === "Escape") back({ page: "scopes", query: ALL_SCOPES });
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
