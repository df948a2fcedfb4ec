/** What is registered and what is asked for, out of so little that they meet all the time. */
import fc from "fast-check";
import type { JudgeRequest, ScopeRecord } from "../../src/judging/index.ts";
import { fewNames, fewResources, fewScopes, plainClient } from "./few-scopes.ts";
import type { World } from "./judging-contract.ts";

const TEMPLATES = ["d:{x}:read", "d:{x}:{y}", "e.{x}"];

const requestedName = fc.oneof(
  { weight: 4, arbitrary: fewNames },
  {
    weight: 4,
    arbitrary: fc.constantFrom("d:1:read", "d:1:2", "e.1", "f:1", "g:1:2", "d:1:read:3", "f:{x}", ...TEMPLATES),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
);

const proposal = fc.option(
  fc.record({ isDefault: fc.boolean(), restricted: fc.boolean(), resources: fewResources, aliases: fc.constant([]) }),
  { nil: undefined },
);

const scope: fc.Arbitrary<ScopeRecord> = fc
  .record({
    base: fewScopes,
    name: fc.oneof(fewNames, fewNames, fc.constantFrom("d:{x}:read", "g:{x}:{y}", "e.{x}")),
    proposal,
    deprecated: fc.boolean(),
    isRenamed: fc.boolean(),
  })
  .map(({ base, name, isRenamed, ...rest }) => {
    const alias = name.includes("{") ? name.replace(/^./, "f") : `old.${name}`.slice(0, 255);
    return { ...base, name, ...rest, aliases: isRenamed ? [alias] : [] };
  });

const known = fc.oneof(requestedName, fc.constantFrom("old.a", "old.b", "f.{x}", "f:{x}:read", "f.1"));

const client = fc
  .record({
    allowedScopes: fc.oneof(fc.constant([]), fc.array(known, { maxLength: 6 })),
    defaultScopes: fc.oneof(fc.constant([]), fc.array(known, { maxLength: 4 })),
    grantedScopes: fc.array(known, { maxLength: 4 }),
  })
  .map(plainClient);

/** Some scopes, and a client that has a policy or has not. */
export const fewWorlds: fc.Arbitrary<World> = fc
  .record({
    scopes: fc.uniqueArray(scope, { selector: ({ name }) => name, maxLength: 8 }),
    shop: fc.option(client, { nil: undefined }),
  })
  .map(({ scopes, shop }) => ({ scopes, clients: shop === undefined ? [] : [shop] }));

/** Requests of that client, of another one, and of none. */
export const fewRequests: fc.Arbitrary<JudgeRequest> = fc.record({
  scopes: fc.array(known, { maxLength: 6 }),
  clientId: fc.constantFrom("", "shop", "shop", "nobody"),
  resources: fewResources,
  mode: fc.constantFrom("ALL_OR_NOTHING", "NARROW"),
  consentLocales: fc.constant(undefined),
});
