/** The most characters of a resource URI. */
export const MAX_RESOURCE_LENGTH = 2_048;

const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;

/** What is wrong with a resource URI (RFC 8707 §2: an absolute URI without a fragment); undefined: nothing. */
export function resourceProblem(uri: string): string | undefined {
  if (uri.length > MAX_RESOURCE_LENGTH) {
    return `Resource has ${uri.length} characters: at most ${MAX_RESOURCE_LENGTH} are allowed`;
  }
  if (uri.includes("#")) return "Resource has a fragment: leave it out (RFC 8707 section 2)";
  if (!ABSOLUTE_URI.test(uri) || !URL.canParse(uri)) {
    return "Resource is no absolute URI: write it like https://api.example.com/v1 (RFC 8707 section 2)";
  }
  return undefined;
}
