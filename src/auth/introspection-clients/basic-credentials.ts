import { clientInvalid } from "../refusals.ts";

/** What a client shows of itself (RFC 6749 §2.3.1). */
export interface ClientCredentials {
  readonly clientId: string;
  readonly secret: string;
}

const BASIC = /^basic(?: +(.*))?$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * The credentials in an `authorization` header of the scheme Basic, both form-encoded (RFC 6749 §2.3.1); undefined: it has another
 * scheme, or there is none.
 *
 * @throws {RegistryError} CLIENT_INVALID if they cannot be read
 */
export function basicCredentials(authorization: string | undefined): ClientCredentials | undefined {
  const match = BASIC.exec(authorization ?? "");
  if (match === null) return undefined;
  const [, encoded = ""] = match;
  try {
    if (!BASE64.test(encoded)) throw malformed();
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(encoded, "base64"));
    const colon = text.indexOf(":");
    if (colon < 0) throw malformed();
    return { clientId: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) };
  } catch {
    throw malformed();
  }
}

/** An `authorization` header with the credentials of a client, for one who has shown them otherwise. */
export function basicAuthorization({ clientId, secret }: ClientCredentials): string {
  const text = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function malformed() {
  return clientInvalid(
    "The authorization header must hold base64 of the client's id and secret, both form-encoded, with a colon between them (RFC 6749 section 2.3.1)",
  );
}
