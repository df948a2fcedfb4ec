import { parseTemplate } from "@scope-registry/client/judging";
import {
  refuseForeignInstances,
  refuseInstancesOfDisabled,
  refuseInstancesOfOthers,
  refuseOverlaps,
  templatesAmong,
} from "./families.ts";
import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import { holderOfName } from "./name-holders.ts";
import type { PrefixClaim } from "./prefix-claims.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";

/**
 * Refuses names that a resource server may not take although nobody has them: by claims on prefixes, by what the registry
 * requires, and by what templates stand for. Names that somebody has already are passed over.
 *
 * @throws {RegistryError} PREFIX_NOT_OWNED, SCOPE_NOT_OWNED, TEMPLATE_OVERLAP, REGISTRATION_TOO_LARGE
 */
export function refuseUnfitNames(view: RegistryView, owner: string, names: readonly string[]): void {
  const holders = names.map((name) => holderOfName(view, name));
  const free = names.filter((_, at) => holders[at] === undefined);
  refuseForeignClaims(view, owner, free);
  refuseInstancesOfOthers(view, owner, free, "register names of your own");
  refuseInstancesOfDisabled(view, free);
  refuseUnclaimedNames(view, owner, free);
  // A reserved template stands for nothing: what it stood for may be another template's of the owner's by now.
  const templates = templatesAmong(names.filter((_, at) => holders[at]?.scope === undefined));
  if (templates.length === 0) return;
  refuseOverlaps(view, owner, templates);
  refuseForeignInstances(view, owner, templates);
}

/**
 * Refuses names under another's prefix.
 *
 * @throws {RegistryError} PREFIX_NOT_OWNED, naming the holder
 */
export function refuseForeignClaims(view: RegistryView, owner: string, names: readonly string[]): void {
  const claimed = names.flatMap((name) => {
    const claim = foreignClaim(view, owner, name);
    return claim === undefined ? [] : [{ name, claim }];
  });
  const [first] = claimed;
  if (first !== undefined) {
    const { prefix, holder } = first.claim;
    const refused = claimed.map(({ name }) => name);
    throw new RegistryError(
      "PREFIX_NOT_OWNED",
      `${namesInMessage(refused)} is under the prefix "${prefix}" of ${holder}: choose names outside of it`,
      { metadata: { ...namesInMetadata("scopes", refused), prefix, holder } },
    );
  }
}

/**
 * Refuses names under no prefix of the owner's, where the registry requires one.
 *
 * @throws {RegistryError} PREFIX_NOT_OWNED
 */
export function refuseUnclaimedNames(view: RegistryView, owner: string, names: readonly string[]): void {
  if (view.policy?.names !== "PREFIX_REQUIRED") return;
  const outside = names.filter((name) => view.claimOver(literalBeginning(name))?.holder !== owner);
  if (outside.length === 0) return;
  throw new RegistryError(
    "PREFIX_NOT_OWNED",
    `${namesInMessage(outside)} is under no prefix that ${owner} holds, as this registry requires: ask an administrator for one`,
    { metadata: namesInMetadata("scopes", outside) },
  );
}

/** Another's claim that a name lies under, or that an instance of a template may lie under. */
function foreignClaim(view: RegistryView, owner: string, name: string): PrefixClaim | undefined {
  const beginning = literalBeginning(name);
  const claims = [view.claimOver(beginning), ...(beginning === name ? [] : view.claimsUnder(beginning))];
  return claims.find((claim) => claim !== undefined && claim.holder !== owner);
}

function literalBeginning(name: string): string {
  return parseTemplate(name)?.head ?? name;
}
