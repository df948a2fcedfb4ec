import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { isLoopbackHost } from "../tokens/secure-url.ts";
import { MAX_TIMEOUT_MS } from "./call-deadline.ts";
import { ConnectionOptionsError } from "./connection-options-error.ts";
import type { Credentials } from "./credentials.ts";
import { credentialsProblems } from "./credentials-rules.ts";
import { parseRegistryAddress, type RegistryAddress } from "./registry-address.ts";

/** What TLS needs beyond the machine's own authorities. All are PEM. */
export interface TlsOptions {
  /** The authorities that the registry's certificate is checked against; the machine's own if not given. */
  readonly ca?: string | Uint8Array | undefined;
  /** The certificate to show where the registry asks for one (mTLS). With `key`. */
  readonly cert?: string | Uint8Array | undefined;
  readonly key?: string | Uint8Array | undefined;
  /** The name in the registry's certificate, if it is another than the address's host. */
  readonly serverName?: string | undefined;
}

/** How to connect to the registry. */
export interface ConnectionOptions {
  /** The gRPC port: `host:port`, or an `https://` or `http://` URL. */
  readonly address: string;
  /**
   * TLS is spoken with any host that is not loopback. `false` turns it off, where a mesh or proxy encrypts: the tokens
   * travel in the clear otherwise.
   */
  readonly tls?: boolean | TlsOptions | undefined;
  readonly credentials: Credentials;
  /** How long a call may take, in milliseconds; 5,000, and 10,000 for RegisterScopes. The `timeoutMs` of a call wins. */
  readonly timeoutMs?: number | undefined;
}

/** Options that can be used. */
export interface CheckedOptions {
  /** The origin, `https://registry.example.com:50051` for example. */
  readonly origin: string;
  /** Undefined: plaintext. */
  readonly tls: TlsOptions | undefined;
  readonly credentials: Credentials;
  readonly timeoutMs: number | undefined;
}

/**
 * Checks the options of a connection.
 *
 * @throws {ConnectionOptionsError} with every problem
 */
export function checkConnectionOptions(options: ConnectionOptions): CheckedOptions {
  const { tls, credentials, timeoutMs } = options;
  const address = parseRegistryAddress(String(options.address));
  const problems = [
    ...(address === undefined
      ? ["address must be host:port or an https:// URL without a path, for example registry.example.com:50051"]
      : tlsProblems(address, tls)),
    ...materialProblems(tls),
    ...credentialsProblems(credentials),
    ...(timeoutMs === undefined || (timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)
      ? []
      : [`timeoutMs must be a number of milliseconds above 0 and at most ${MAX_TIMEOUT_MS}`]),
  ];
  if (address === undefined || problems.length > 0) throw new ConnectionOptionsError(problems);
  const secure = tls === undefined ? (address.secure ?? !isLoopbackHost(address.host)) : tls !== false;
  return {
    origin: new URL(`${secure ? "https" : "http"}://${address.host}:${address.port}`).origin,
    tls: secure ? (typeof tls === "object" ? tls : {}) : undefined,
    credentials,
    timeoutMs,
  };
}

function tlsProblems({ host, secure }: RegistryAddress, tls: ConnectionOptions["tls"]): string[] {
  if (secure === true && tls === false)
    return ["tls must not be false with an https:// address: leave one of them out"];
  if (secure === false && tls !== undefined && tls !== false) {
    return ["tls cannot be had with an http:// address: give an https:// address, or host:port"];
  }
  if (secure === false && tls === undefined && !isLoopbackHost(host)) {
    return [`address has no TLS, so that tokens would travel in the clear to ${host}: use https://, or say tls: false`];
  }
  return [];
}

function materialProblems(tls: ConnectionOptions["tls"]): string[] {
  if (tls === undefined || typeof tls === "boolean") return [];
  if (typeof tls !== "object" || tls === null) {
    return ["tls must be true, false, or an object with any of ca, cert, key and serverName"];
  }
  const { ca, cert, key } = tls;
  if ((cert === undefined) !== (key === undefined)) {
    return [cert === undefined ? "tls.key needs tls.cert" : "tls.cert needs tls.key"];
  }
  try {
    // A secure context passes over authorities that are no certificates.
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext({ ...given("ca", ca), ...given("cert", cert), ...given("key", key) });
    return [];
  } catch {
    // The cause could quote the key.
    return ["tls.ca, tls.cert and tls.key must be PEM, and the key must be that of the certificate"];
  }
}

/** What Node's TLS makes of the options. */
export function toNodeTls({ ca, cert, key, serverName }: TlsOptions) {
  return { ...given("ca", ca), ...given("cert", cert), ...given("key", key), ...given("servername", serverName) };
}

function given<K extends string>(name: K, value: string | Uint8Array | undefined) {
  if (value === undefined) return {};
  const text = typeof value === "string" ? value : Buffer.from(value).toString("utf8");
  return { [name]: text } as { [P in K]?: string };
}
