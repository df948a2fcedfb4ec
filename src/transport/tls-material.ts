/** What TLS needs, in PEM. */
export interface TlsMaterial {
  /** The server's certificate, with what leads to its root. */
  readonly cert: string;
  readonly key: string;
  /** The authority whose certificates clients must show; undefined: they need none. */
  readonly clientCa: string | undefined;
}
