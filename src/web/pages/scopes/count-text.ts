import { numberText } from "../../time-text.ts";

/** How many scopes, in words. */
export function countText(count: number): string {
  return `${numberText(count)} ${count === 1 ? "scope" : "scopes"}`;
}

/** How many scopes a list has, of how many there are, and in which order they are. */
export function listText(total: number, all: number, isSearch: boolean): string {
  const count = total === all ? countText(total) : `${numberText(total)} of ${countText(all)}`;
  return `${count} · ${isSearch ? "best match first" : "sorted by name"}`;
}
