/**
 * Whether a sender has what has this tag already (RFC 9110 §13.1.2). Weakly compared (§8.8.3.2): a proxy that compresses makes tags
 * weak, or calls them strong.
 *
 * @param header `If-None-Match`; null: it was not sent
 * @param etag with its quotes, weak or not, without a comma in it
 */
export function hasTag(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = header.split(",").map((tag) => opaque(tag.trim()));
  return tags.includes("*") || tags.includes(opaque(etag));
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}
