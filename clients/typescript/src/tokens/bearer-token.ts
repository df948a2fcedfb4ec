/** Whether a text can stand in an `authorization` header as a bearer token: `b64token` of RFC 6750 §2.1. */
export function isBearerToken(text: unknown): text is string {
  return typeof text === "string" && /^[A-Za-z0-9\-._~+/]+=*$/.test(text);
}
