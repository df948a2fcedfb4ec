import { countText, numberText } from "../../time-text.ts";

/** How many scopes a list has, of how many there are, and in which order they are. */
export function listText(total: number, all: number, isSearch: boolean): string {
  const count = total === all ? countText(total, "scope") : `${numberText(total)} of ${countText(all, "scope")}`;
  return `${count} · ${isSearch ? "best match first" : "sorted by name"}`;
}
