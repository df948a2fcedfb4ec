import type { Violation } from "@scope-registry/client/judging";
import { invalidRequest } from "../invalid-request.ts";
import { DEFAULT_PAGE_SIZE, MAX_ANSWER_BYTES, MAX_PAGE_SIZE } from "../limits.ts";
import { decodePageToken, encodePageToken } from "../page-token.ts";
import { lowerBound } from "../sorted-names.ts";
import type { Page, PageQuery } from "./governance.ts";

/** A list that is read page by page. */
export interface PagedList<T> {
  /** The names of all that pass the filters, in order, each once. */
  readonly names: readonly string[];
  /** What stands on the page for a name. It is asked for one name more than the page has, at the most. */
  readonly itemOf: (name: string) => T;
  /** How many bytes an item takes in a message, never too low. */
  readonly sizeOf: (item: T) => number;
  /** What the names were chosen by: a page token is good for the same filters only. */
  readonly filters: readonly unknown[];
  readonly query: PageQuery;
}

/**
 * One page of a list (AIP-158): 100 items unless it is told, at most 1,000, and fewer where an answer would be too large. It
 * goes on behind the last name of the page before, whatever has come or gone since.
 *
 * @throws {RegistryError} INVALID_REQUEST if the page size is negative; INVALID_PAGE_TOKEN
 */
export function pageOf<T>({ names, itemOf, sizeOf, filters, query }: PagedList<T>): Page<T> {
  const violations: Violation[] = [];
  checkPageSize(violations, query.pageSize);
  if (violations.length > 0) throw invalidRequest(violations);
  // A name's successor in code unit order is the name with the lowest character behind it.
  const start = query.pageToken === "" ? 0 : lowerBound(names, `${decodePageToken(query.pageToken, filters)}\0`);
  const asked = names.slice(start, start + pageSizeOf(query));
  const items = fittingItems(
    asked.values().map((name) => itemOf(name)),
    sizeOf,
  );
  const last = names[start + items.length - 1];
  const isLast = last === undefined || start + items.length >= names.length;
  return { items, nextPageToken: isLast ? "" : encodePageToken(last, filters) };
}

/** As many items as one answer holds; at least one, if there is one. It takes one more than that, at the most. */
export function fittingItems<T>(items: Iterable<T>, sizeOf: (item: T) => number): readonly T[] {
  const fitting: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += sizeOf(item);
    if (bytes > MAX_ANSWER_BYTES && fitting.length > 0) break;
    fitting.push(item);
  }
  return fitting;
}

/** Adds what is wrong with a page size. */
export function checkPageSize(violations: Violation[], pageSize: number): void {
  if (pageSize >= 0) return;
  violations.push({ field: "page_size", description: "Page size is negative: give 1 or more, or 0 for the default" });
}

/** How many items a page may have. */
export function pageSizeOf({ pageSize }: PageQuery): number {
  return pageSize === 0 ? DEFAULT_PAGE_SIZE : Math.min(pageSize, MAX_PAGE_SIZE);
}
