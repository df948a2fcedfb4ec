/** Snippets: what one copies to ask for a scope, in the reader's own language. Each is made by a pure function. */

/** The scope that a snippet asks for. */
export interface AskedScope {
  /** The name itself: of a family one of its instances. */
  readonly name: string;
  readonly resources: readonly string[];
  readonly restricted: boolean;
}

/** Where the registry and the issuers are. */
export interface Surroundings {
  /** Of gRPC: `host:port`. */
  readonly grpcAddress: string;
  readonly grpcTls: boolean;
  /** Of the HTTP port, without a path. */
  readonly httpOrigin: string;
  /** What tokens for the registry have to have in `aud`. */
  readonly audience: string;
  readonly dev: boolean;
  readonly issuers: readonly KnownIssuer[];
  /** The name of the registry's own scope that judging needs. */
  readonly validateScope: string;
}

/** An issuer that the registry trusts, as far as the page knows it. */
export interface KnownIssuer {
  readonly issuer: string;
  /** Undefined: its metadata tells. */
  readonly authorizationEndpoint: string | undefined;
  readonly tokenEndpoint: string | undefined;
}

/** What is copied at once. */
export interface SnippetBlock {
  /** What it is for, in some words. */
  readonly caption: string;
  /** What stands in for values that only the reader knows, and whatever else has to be said; empty: nothing. */
  readonly note: string;
  /** The text as it is copied. */
  readonly text: string;
  /** The text in lines, where it is one long line that would not be read otherwise. */
  readonly lines?: readonly string[];
}

/** What is copied in one language. */
export interface Snippet {
  readonly id: SnippetId;
  /** The language's or tool's name. */
  readonly title: string;
  readonly blocks: readonly SnippetBlock[];
}

/** The languages and tools, in the order that they are shown in. */
export const SNIPPET_IDS = ["oauth", "typescript", "python", "go", "grpcurl", "curl"] as const;

/** One of {@link SNIPPET_IDS}. */
export type SnippetId = (typeof SNIPPET_IDS)[number];
