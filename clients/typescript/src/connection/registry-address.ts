/** Where the registry's gRPC port is. */
export interface RegistryAddress {
  /** A host name or an IP address; IPv6 in brackets, as URLs have it. */
  readonly host: string;
  readonly port: number;
  /** Whether the address itself says that TLS is spoken, or that it is not; undefined: it says nothing. */
  readonly secure: boolean | undefined;
}

const HOST_AND_PORT = /^(?:\[[^\]]*\]|[A-Za-z0-9._-]+):\d{1,5}$/;

/** Parses `host:port`, `[IPv6]:port`, or an http or https URL of nothing but host and port; undefined if it is none. */
export function parseRegistryAddress(text: string): RegistryAddress | undefined {
  const secure = text.startsWith("https://") ? true : text.startsWith("http://") ? false : undefined;
  const url = secure === undefined ? (HOST_AND_PORT.test(text) ? `https://${text}` : "") : text;
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, pathname, search, hash, username, password } = new URL(url);
  const port0 = port === "" ? (secure === false ? 80 : 443) : Number(port);
  const extras = search + hash + username + password;
  if (hostname === "" || port0 === 0 || pathname !== "/" || extras !== "") return undefined;
  return { host: hostname, port: port0, secure };
}
