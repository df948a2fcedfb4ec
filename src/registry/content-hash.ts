import { hash } from "node:crypto";
import type { ScopeRecord } from "@scope-registry/client/judging";
import { declaredScope } from "./review.ts";

/**
 * The digest of one scope's definition: SHA-256 over the JSON array of its fields, in UTF-8. A disabled scope counts as
 * absent and digests to zero. Owner, times, revisions, and whether it waits for a review, are no part of a definition.
 */
export function scopeDigest(record: ScopeRecord | undefined): bigint {
  if (record === undefined || record.state === "DISABLED") return 0n;
  const scope = declaredScope(record);
  const canonical = JSON.stringify([
    scope.name,
    scope.description,
    scope.isDefault,
    scope.restricted,
    scope.resources,
    Object.entries(scope.consentTexts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, { title, description }]) => [tag, title, description]),
    scope.deprecated,
    scope.replacedBy,
    scope.sunsetTime ?? null,
    scope.unlisted,
    scope.aliases,
  ]);
  return BigInt(`0x${hash("sha256", canonical, "hex")}`);
}

/**
 * The digest of a set of scopes: the exclusive or of their digests. It does not depend on their order, and one scope's
 * change changes it without reading the others. It tells honest mistakes apart; it is no defence against its own owner.
 */
export function contentDigest(scopes: Iterable<ScopeRecord>): bigint {
  let digest = 0n;
  for (const scope of scopes) digest ^= scopeDigest(scope);
  return digest;
}

/** A content digest as the wire shows it. */
export function formatContentHash(digest: bigint): string {
  return `xor-sha256:${digest.toString(16).padStart(64, "0")}`;
}
