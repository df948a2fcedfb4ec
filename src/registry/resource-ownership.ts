import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import type { ScopeDefinition } from "./registration.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";

/**
 * Refuses names that somebody else has.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, naming them
 */
export function refuseForeignNames(view: RegistryView, owner: string, scopes: readonly ScopeDefinition[]): void {
  const foreign = scopes.map(({ name }) => view.scope(name)).filter((scope) => scope && scope.owner !== owner);
  const first = foreign[0];
  if (first === undefined) return;
  const names = foreign.map((scope) => scope?.name ?? "");
  const holders = new Set(foreign.map((scope) => (scope?.owner ? scope.owner : "the registry itself")));
  const whose = holders.size === 1 ? [...holders][0] : "other resource servers";
  throw new RegistryError(
    "SCOPE_NOT_OWNED",
    `${namesInMessage(names)} belongs to ${whose}: register names of your own`,
    { metadata: namesInMetadata("scopes", names) },
  );
}

/**
 * Refuses resource URIs that another resource server holds, so that nobody can put another API's audience into tokens.
 *
 * @throws {RegistryError} RESOURCE_NOT_OWNED, naming them
 */
export function refuseForeignResources(view: RegistryView, owner: string, scopes: readonly ScopeDefinition[]): void {
  const named = new Set(scopes.flatMap(({ resources }) => resources));
  const foreign = [...named].filter((uri) => {
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
