import type { ScopeRecord } from "@scope-registry/client/judging";
import { MAX_RESOURCES_HELD } from "./limits.ts";
import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";

/**
 * Refuses resource URIs that another resource server holds, so that nobody can put another API's audience into tokens.
 *
 * @throws {RegistryError} RESOURCE_NOT_OWNED, naming them
 */
export function refuseForeignResources(view: RegistryView, owner: string, resources: Iterable<string>): void {
  const foreign = [...new Set(resources)].filter((uri) => {
    const holder = view.holderOf(uri);
    return holder !== undefined && holder !== owner;
  });
  if (foreign.length === 0) return;
  throw new RegistryError(
    "RESOURCE_NOT_OWNED",
    `${namesInMessage(foreign)} is held by another resource server, in this or another spelling: leave it out`,
    { metadata: namesInMetadata("resources", foreign) },
  );
}

/** The resources that a scope is tied to. One that was never approved is tied to none yet, so that it claims none. */
export function resourcesInForce({ state, proposal, resources }: ScopeRecord): readonly string[] {
  return state === "PENDING" && proposal === undefined ? [] : resources;
}

/**
 * Refuses a resource server to hold more resources than it may.
 *
 * @throws {RegistryError} REGISTRATION_TOO_LARGE
 */
export function refuseTooManyResources(owner: string, count: number, most = MAX_RESOURCES_HELD): void {
  if (count <= most) return;
  throw new RegistryError(
    "REGISTRATION_TOO_LARGE",
    `Resource server ${owner} would hold ${count} resources: at most ${most} are allowed`,
    { metadata: { limit: String(most) } },
  );
}
