const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * What all spellings of one URI have in common, so that nobody can hold `HTTPS://api.example.com:443` beside the holder of
 * `https://api.example.com/`: a resource server that normalises `aud` takes both for itself. Case of scheme and host,
 * default port, empty path, dot segments, and what need not be percent-encoded make no difference (RFC 3986 §6.2.2,
 * §6.2.3). What is no URI is its own identity: audiences of tokens may be any text (RFC 7519 §4.1.3).
 */
export function resourceIdentity(uri: string): string {
  const url = URL.parse(uri);
  return url === null ? uri : url.href.replace(PERCENT_ENCODED, normalEncoding);
}

function normalEncoding(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return UNRESERVED.test(character) ? character : encoded.toUpperCase();
}
