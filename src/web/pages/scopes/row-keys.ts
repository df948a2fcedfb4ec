/**
 * Where a key leads from a row.
 *
 * @param page how many rows are in sight
 * @returns the row; `search`: out of the list, to where one searches; undefined: the key leads nowhere
 */
export function rowAfterKey(key: string, index: number, total: number, page: number): number | "search" | undefined {
  const within = (to: number) => Math.max(0, Math.min(to, total - 1));
  switch (key) {
    case "ArrowDown":
      return within(index + 1);
    case "ArrowUp":
      return index === 0 ? "search" : within(index - 1);
    case "PageDown":
      return within(index + page);
    case "PageUp":
      return within(index - page);
    case "Home":
      return within(0);
    case "End":
      return within(total - 1);
    case "Escape":
      return "search";
    default:
      return undefined;
  }
}
