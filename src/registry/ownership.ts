import type { ScopeDefinition } from "./registration.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";

/** How much of a list of names an error's metadata holds, in characters: errors travel in headers. */
const MAX_METADATA_CHARACTERS = 2_000;
/** The same of its message, which travels twice, once with up to three characters for one. */
const MAX_MESSAGE_CHARACTERS = 600;

/**
 * Refuses names that somebody else has.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, naming every one of them
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
    `${listInMessage(names)} belongs to ${whose}: register names of your own`,
    {
      metadata: { scopes: listInMetadata(names) },
    },
  );
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
  const message = `${listInMessage([...foreign])} is held by another resource server: leave it out`;
  throw new RegistryError("RESOURCE_NOT_OWNED", message, { metadata: { resources: listInMetadata([...foreign]) } });
}

/** Names parted by spaces, as many as an error's message holds; then how many more there are. */
export function listInMessage(names: readonly string[]): string {
  return listUpTo(MAX_MESSAGE_CHARACTERS, names);
}

/** Names parted by spaces, as many as an error's metadata holds; then how many more there are. */
export function listInMetadata(names: readonly string[]): string {
  return listUpTo(MAX_METADATA_CHARACTERS, names);
}

function listUpTo(length: number, names: readonly string[]): string {
  let listed = "";
  for (const [at, name] of names.entries()) {
    const next = at === 0 ? name : `${listed} ${name}`;
    if (at > 0 && next.length > length) return `${listed} and ${names.length - at} more`;
    listed = next;
  }
  return listed;
}
