import { isSecureUrl } from "../connection/secure-url.ts";

/**
 * Reads a URL from a setting.
 *
 * @throws {TypeError} if it is no URL, holds credentials, or is neither https nor on loopback
 */
export function requireSecureUrl(what: string, text: string): URL {
  if (!URL.canParse(text)) throw new TypeError(`${what} is no URL: write it like https://api.example.com/v1`);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw new TypeError(`${what} holds credentials: leave them out`);
  if (!isSecureUrl(url)) throw new TypeError(`${what} ${text} must be an https URL (http on loopback only)`);
  return url;
}
