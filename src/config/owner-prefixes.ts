/**
 * Whose a client is. An owner's name is the issuer's `owner_prefix` and the client's identifier, and must never mean two
 * clients. Non-empty prefixes are therefore prefix-free: none begins with another. One issuer may have no prefix; its
 * clients whose identifier begins with another issuer's prefix are refused. So an owner's name that begins with a prefix
 * is that issuer's, and every other one is the prefix-less issuer's.
 *
 * The simpler rule "no prefix begins with another" would allow no prefix-less issuer beside others, and so would make
 * adding a second issuer rename every owner of the first.
 */
import type { IssuerSettings } from "./issuer-settings.ts";

type Prefixed = Pick<IssuerSettings, "issuer" | "ownerPrefix">;

/** What makes owners ambiguous among these issuers, and what to do about it. Empty: nothing. */
export function ownerPrefixProblems(issuers: readonly Prefixed[]): string[] {
  const problems: string[] = [];
  for (const [index, one] of issuers.entries()) {
    for (const other of issuers.slice(index + 1)) {
      if (one.issuer === other.issuer) {
        problems.push(`names the issuer ${one.issuer} twice: name it once`);
      } else if (one.ownerPrefix === other.ownerPrefix) {
        const both = `${one.issuer} and ${other.issuer}`;
        problems.push(`gives ${both} the same owner_prefix "${one.ownerPrefix}": give one of them another`);
      } else if (one.ownerPrefix !== "" && other.ownerPrefix !== "" && overlap(one.ownerPrefix, other.ownerPrefix)) {
        problems.push(
          `gives ${one.issuer} the owner_prefix "${one.ownerPrefix}" and ${other.issuer} "${other.ownerPrefix}": neither may begin with the other`,
        );
      }
    }
  }
  return problems;
}

/** The owner's name of an issuer's client; undefined if it would read as another issuer's client. */
export function clientOwner(issuers: readonly Prefixed[], issuer: Prefixed, clientId: string): string | undefined {
  if (issuer.ownerPrefix !== "") {
    return issuer.ownerPrefix + clientId;
  }
  const taken = issuers.some(({ ownerPrefix }) => ownerPrefix !== "" && clientId.startsWith(ownerPrefix));
  return taken ? undefined : clientId;
}

function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
