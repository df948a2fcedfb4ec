/** Scopes out of a world so small that names, resources and languages meet all the time. */
import fc from "fast-check";
import type { ClientRecord, ScopeRecord } from "../../src/judging/index.ts";

/** A scope with nothing special about it, changed where a test needs it. */
export function plainScope(changes: Partial<ScopeRecord> = {}): ScopeRecord {
  return {
    name: "invoices.read",
    description: "Read invoices",
    isDefault: false,
    owner: "billing-api",
    state: "ACTIVE",
    restricted: false,
    resources: [],
    consentTexts: {},
    deprecated: false,
    replacedBy: "",
    sunsetTime: undefined,
    unlisted: false,
    aliases: [],
    disabledByAdmin: false,
    proposal: undefined,
    refusedProposal: undefined,
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

/** A client with neither a policy nor grants, changed where a test needs it. */
export function plainClient(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    clientId: "shop",
    allowedScopes: [],
    defaultScopes: [],
    grantedScopes: [],
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

/** Names that scopes may have. The last one is as long as a name can be. */
export const fewNames = fc.constantFrom("a", "b", "B", "c", "a.b", "z~", "!", "n".repeat(255));

/** Resource URIs. */
export const fewResources = fc.uniqueArray(
  fc.constantFrom("https://one.example/", "https://two.example/", "https://Two.example/", "urn:three"),
  { maxLength: 3 },
);

/** Scopes of those names, tied to those resources, in any state. */
export const fewScopes: fc.Arbitrary<ScopeRecord> = fc
  .record({
    name: fewNames,
    state: fc.constantFrom("ACTIVE", "ACTIVE", "DEPRECATED", "DISABLED", "PENDING"),
    isDefault: fc.boolean(),
    restricted: fc.nat(3).map((number) => number === 0),
    resources: fewResources,
    replacedBy: fc.oneof(fc.constant(""), fewNames),
    sunsetTime: fc.option(fc.nat(253_402_300_799_999), { nil: undefined }),
  })
  .map(plainScope);
