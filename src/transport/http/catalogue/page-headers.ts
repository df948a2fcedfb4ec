/** What a browser may do with the catalogue's pages: nothing that they do not need. */

const NOTHING_ELSE = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

/** A script that is not the page's own cannot come in by the DOM: only the policy `catalogue` makes the URL of the worker. */
const TRUSTED_TYPES = ["require-trusted-types-for 'script'", "trusted-types catalogue"];

/** With every answer. */
const HEADERS: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * The headers of a page.
 *
 * @param connectTo origins that it calls beside its own: those of the issuer
 */
export function pageHeaders(connectTo: readonly string[]): Headers {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    ["connect-src 'self'", ...connectTo].join(" "),
    "manifest-src 'self'",
    ...NOTHING_ELSE,
    ...TRUSTED_TYPES,
  ];
  return secured(policy, "no-cache");
}

/** The headers of what pages load. A worker has no policy but that of its own script (CSP 3 §4.2.2): it calls the registry. */
export function assetHeaders(): Headers {
  const policy = ["default-src 'none'", "script-src 'self'", "connect-src 'self'", ...NOTHING_ELSE, ...TRUSTED_TYPES];
  // The name holds the hash of what is in it.
  return secured(policy, "public, max-age=31536000, immutable");
}

/** The headers of what pages read. */
export function dataHeaders(): Headers {
  return secured(["default-src 'none'", ...NOTHING_ELSE], "no-store");
}

function secured(policy: readonly string[], cacheControl: string): Headers {
  return new Headers({ ...HEADERS, "content-security-policy": policy.join("; "), "cache-control": cacheControl });
}
