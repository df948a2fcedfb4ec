/** What calls under load gave. */
export interface LoadResult {
  readonly requests: number;
  /** From the first call to the last answer, in seconds. */
  readonly seconds: number;
  /** In milliseconds. */
  readonly p50: number;
  /** In milliseconds. */
  readonly p99: number;
}

/** The calls of one load. */
export interface LoadSpec {
  readonly address: string;
  /** `/package.Service/Method`. */
  readonly path: string;
  /** `authorization` and so on, in turn: the first message goes with the first of them. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** The messages, in turn. Where headers are fewer or more, each goes on by itself. */
  readonly messages: readonly Uint8Array[];
  readonly connections: number;
  /** How many calls are under way on one connection at a time. */
  readonly inFlight: number;
}

/** The POSTs of one load over HTTP/1.1. */
export interface HttpLoadSpec {
  readonly url: string;
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bodies, in turn: ASCII. */
  readonly bodies: readonly string[];
  /** Each makes one request after the other. */
  readonly connections: number;
}

/** For how long calls are made, or how many. */
export type LoadExtent = { readonly milliseconds: number } | { readonly requests: number };

/** What the process of the load generator is asked. */
export type LoadQuestion = { readonly open: LoadSpec } | { readonly run: LoadExtent };

/** What the process of a load over HTTP/1.1 is asked. */
export type HttpLoadQuestion = { readonly open: HttpLoadSpec } | { readonly run: LoadExtent };
