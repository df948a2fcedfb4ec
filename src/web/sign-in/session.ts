/** Who looks at the catalogue, as far as the registry knows: the token that its calls are made with. */
export interface Session {
  /** A token that is valid now; undefined: nobody has signed in. */
  token(): Promise<string | undefined>;
  /** The scopes of the token; empty: nobody has signed in. */
  readonly scopes: ReadonlySet<string>;
  /** Whether somebody has signed in. */
  readonly signedIn: boolean;
  /** Leads to the issuer, and from there back to a URL of this page. */
  signIn(returnTo: string): Promise<void>;
  /** Takes in what the issuer has sent the browser back with. @returns where to go on */
  complete(url: URL): Promise<string>;
  signOut(): Promise<void>;
  /** Calls whenever somebody signs in or out. @returns ends it */
  onChange(listener: () => void): () => void;
}
