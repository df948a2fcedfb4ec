import { isIPv4 } from "node:net";

/** What a URL must be for {@link isSecureUrl}. */
export const SECURE_URL_EXPECTED = "must be an https URL without credentials; http is accepted on loopback only";

/** Whether a host, with or without IPv6 brackets, can only be reached from the same machine. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}

/** Whether secrets may be sent to this URL, and it shown in errors: https, or http on this machine, and no credentials. */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const secure = protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
  return secure && username === "" && password === "";
}

/** Reads a URL from a setting. @throws {TypeError} if it is none of {@link isSecureUrl}; it is not quoted */
export function requireSecureUrl(what: string, text: string): URL {
  if (!isSecureUrl(text)) throw new TypeError(`${what} ${SECURE_URL_EXPECTED}`);
  return new URL(text);
}
