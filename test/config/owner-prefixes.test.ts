import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOwner, ownerPrefixProblems } from "../../src/config/owner-prefixes.ts";

const LETTERS = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 4 });

describe("clientOwner", () => {
  it("never names two clients alike, for any issuers that the settings accept", () => {
    fc.assert(
      fc.property(fc.array(LETTERS, { maxLength: 4 }), fc.array(LETTERS), (prefixes, clients) => {
        const issuers = prefixes.map((ownerPrefix, index) => ({ issuer: `https://${index}.example`, ownerPrefix }));
        fc.pre(ownerPrefixProblems(issuers).length === 0);
        const owners = issuers.flatMap((issuer) => [...new Set(clients)].map((id) => clientOwner(issuers, issuer, id)));
        const named = owners.filter((owner) => owner !== undefined);
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });

  it("refuses a client of the prefix-less issuer that looks like another issuer's", () => {
    const plain = { issuer: "https://a.example", ownerPrefix: "" };
    const issuers = [plain, { issuer: "https://b.example", ownerPrefix: "b:" }];
    expect(clientOwner(issuers, plain, "b:billing")).toBeUndefined();
    expect(clientOwner(issuers, plain, "billing")).toBe("billing");
  });
});
