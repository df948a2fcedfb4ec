/** What a token says of itself that is of use to the page. The registry alone judges it. */
export interface TokenClaims {
  /** When it expires, in seconds since 1970-01-01T00:00:00Z. */
  readonly exp: number | undefined;
  /** The names in it, parted by spaces. */
  readonly scope: string | undefined;
}

/** Reads a JWT without verifying it; of any other token nothing is known. */
export function readTokenClaims(token: string): TokenClaims {
  try {
    const payload = token.split(".")[1] ?? "";
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const { exp, scope } = JSON.parse(new TextDecoder().decode(bytes));
    return {
      exp: typeof exp === "number" ? exp : undefined,
      scope: typeof scope === "string" ? scope : undefined,
    };
  } catch {
    return { exp: undefined, scope: undefined };
  }
}
