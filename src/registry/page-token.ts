import { hash } from "node:crypto";
import { RegistryError } from "./registry-error.ts";

/** The form of the token's content: another one is refused, so that the form can change. */
const VERSION = "1";
const DIGEST_LENGTH = 16;

/** Where a page ended: the last name on it, or another text, tied to the filters that the list was asked for with. */
export function encodePageToken(lastName: string, filters: readonly unknown[]): string {
  return Buffer.from(`${VERSION}${digest(filters)}${lastName}`).toString("base64url");
}

/**
 * Where the page before ended: see {@link encodePageToken}.
 *
 * @throws {RegistryError} INVALID_PAGE_TOKEN if the token is none, or was given for other filters
 */
export function decodePageToken(token: string, filters: readonly unknown[]): string {
  const content = Buffer.from(token, "base64url");
  const text = content.toString();
  if (content.toString("base64url") !== token || !text.startsWith(VERSION) || text.length <= 1 + DIGEST_LENGTH) {
    throw unknownPageToken();
  }
  if (text.slice(1, 1 + DIGEST_LENGTH) !== digest(filters)) {
    throw new RegistryError(
      "INVALID_PAGE_TOKEN",
      "Page token was given for other filters: repeat those, or begin anew",
    );
  }
  return text.slice(1 + DIGEST_LENGTH);
}

/** The refusal of a token that no page ended with. */
export function unknownPageToken(): RegistryError {
  return new RegistryError("INVALID_PAGE_TOKEN", "Page token is none that this registry has given: begin without one");
}

function digest(filters: readonly unknown[]): string {
  return hash("sha256", JSON.stringify(filters), "hex").slice(0, DIGEST_LENGTH);
}
