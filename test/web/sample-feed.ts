import type { ScopeQuery } from "../../src/web/navigation/place.ts";
import { ALL_SCOPES } from "../../src/web/navigation/place.ts";
import type { FeedMessage } from "../../src/web/registry/worker/read-feed-message.ts";
import type { FeedScope } from "../../src/web/registry/worker/read-scope.ts";
import { ScopeStore } from "../../src/web/registry/worker/scope-store.ts";

/** A scope as the feed brings it. */
export function feedScope(name: string, more: Partial<FeedScope> = {}): FeedScope {
  return {
    name,
    description: "",
    owner: "billing-api",
    state: "active",
    isDefault: false,
    restricted: false,
    unlisted: false,
    isProposed: false,
    replacedBy: "",
    resources: [],
    aliases: [],
    ...more,
  };
}

/** A query that narrows to no more than what is given. */
export function queryOf(query: Partial<ScopeQuery>): ScopeQuery {
  return { ...ALL_SCOPES, ...query };
}

/** A part of a snapshot of the registry `one`. */
export function snapshotPart(scopes: readonly FeedScope[], complete: boolean, revision = 7): FeedMessage {
  return { registryId: "one", event: { case: "snapshot", scopes, complete, revision } };
}

/** A revision's changes, or a part of them. */
export function changePart(
  revision: number,
  after: readonly FeedScope[],
  deleted: readonly string[] = [],
): FeedMessage {
  const changes = [
    ...after.map((scope) => ({ name: scope.name, after: scope })),
    ...deleted.map((name) => ({ name, after: undefined })),
  ];
  return { registryId: "one", event: { case: "change", revision, changes, continued: false } };
}

/** A store that holds these scopes, at revision 7. */
export function storeOf(scopes: readonly FeedScope[]): ScopeStore {
  const store = new ScopeStore();
  const sorted = [...scopes].sort((one, other) => (one.name < other.name ? -1 : 1));
  store.apply(snapshotPart(sorted, true), 0);
  return store;
}

/** The names in a store, in order. */
export function namesIn(store: ScopeStore): readonly string[] {
  return store.entries().map(({ row }) => row.name);
}
