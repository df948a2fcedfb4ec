import { isIPv4, isIPv6 } from "node:net";

/** Whether a host, with or without IPv6 brackets, can only be reached from the same machine. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  return bare === "localhost" || (isIPv4(bare) && bare.startsWith("127.")) || (isIPv6(bare) && bare === "::1");
}

/** Whether what is sent to a URL stays secret: https, or http on this machine. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
}

/** Whether secrets may be sent to this URL, and it shown in errors: it is secure, and holds no credentials. */
export function isSafeForSecrets(url: URL): boolean {
  return isSecureUrl(url) && url.username === "" && url.password === "";
}
