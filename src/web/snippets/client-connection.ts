import type { KnownIssuer, Surroundings } from "./snippet.ts";

/** How a client library is told where the registry is. */
export interface ClientConnection {
  /** `host:port`, or a URL where the libraries would take the address for plaintext. */
  readonly address: string;
  /** Whether plaintext has to be said, as the libraries speak TLS with every host that is not loopback. */
  readonly sayPlaintext: boolean;
}

/** What to tell a client library. */
export function clientConnection({ grpcAddress, grpcTls }: Surroundings): ClientConnection {
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$/.test(grpcAddress);
  return { address: grpcTls && loopback ? `https://${grpcAddress}` : grpcAddress, sayPlaintext: !grpcTls && !loopback };
}

/** The issuer whose tokens a resource server checks, the built-in one apart: its tokens are for the registry. */
export function issuerOfTokens({ issuers, dev }: Surroundings): string {
  const [first]: readonly (KnownIssuer | undefined)[] = dev ? [] : issuers;
  return first?.issuer ?? "https://login.example.com";
}
