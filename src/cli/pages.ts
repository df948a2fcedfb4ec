/** The most items that the registry answers in one page. */
const MAX_PAGE_SIZE = 1_000;

/** Which page to ask for, as requests of the contract have it. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Empty: this is the last page. */
  readonly nextPageToken: string;
}

/** Reads a list page by page, each when it is wanted, up to so many items; all of them if no limit is given. */
export async function* readPages<T>(
  fetchPage: (request: PageRequest) => Promise<Page<T>>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly T[]> {
  let left = limit;
  let pageToken = "";
  do {
    const page = await fetchPage({ pageSize: Math.min(left, MAX_PAGE_SIZE), pageToken });
    const items = page.items.slice(0, left);
    yield items;
    left -= items.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && left > 0);
}
