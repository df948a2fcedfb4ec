import type { ScopeDefinition } from "./registration.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";

/** How much of a list of names fits into an error, in characters: errors travel in headers. */
const MAX_LISTED_CHARACTERS = 2_000;

/**
 * Refuses names that somebody else has.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, naming every one of them
 */
export function refuseForeignNames(view: RegistryView, owner: string, scopes: readonly ScopeDefinition[]): void {
  const foreign = scopes.map(({ name }) => view.scope(name)).filter((scope) => scope && scope.owner !== owner);
  const first = foreign[0];
  if (first === undefined) return;
  const names = listNames(foreign.map((scope) => scope?.name ?? ""));
  const holders = new Set(foreign.map((scope) => (scope?.owner ? scope.owner : "the registry itself")));
  const whose = holders.size === 1 ? [...holders][0] : "other resource servers";
  throw new RegistryError("SCOPE_NOT_OWNED", `${names} belongs to ${whose}: register names of your own`, {
    metadata: { scopes: names },
  });
}

/**
 * Refuses resource URIs that another resource server holds, so that nobody can put another API's audience into tokens.
 *
 * @throws {RegistryError} RESOURCE_NOT_OWNED, naming every one of them
 */
export function refuseForeignResources(view: RegistryView, owner: string, scopes: readonly ScopeDefinition[]): void {
  const foreign = new Set(
    scopes
      .flatMap(({ resources }) => resources)
      .filter((uri) => {
        const holder = view.holderOf(uri);
        return holder !== undefined && holder !== owner;
      }),
  );
  if (foreign.size === 0) return;
  const resources = listNames([...foreign]);
  throw new RegistryError("RESOURCE_NOT_OWNED", `${resources} is held by another resource server: leave it out`, {
    metadata: { resources },
  });
}

/** Names parted by spaces, as many as fit into an error; then how many more there are. */
export function listNames(names: readonly string[]): string {
  let listed = "";
  for (const [at, name] of names.entries()) {
    const next = at === 0 ? name : `${listed} ${name}`;
    if (at > 0 && next.length > MAX_LISTED_CHARACTERS) return `${listed} and ${names.length - at} more`;
    listed = next;
  }
  return listed;
}
