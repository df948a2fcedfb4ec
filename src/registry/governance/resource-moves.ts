import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange } from "../../store/scope-log.ts";
import { namesInMessage, namesInMetadata } from "../listed-names.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryView, Stamp } from "../registry-view.ts";
import { resourceIdentity } from "../resource-identity.ts";
import { refuseTooManyResources } from "../resource-ownership.ts";
import { newResourceServer } from "../resource-server-record.ts";
import { declaredScope } from "../review.ts";

/**
 * What becomes of the resources of scopes that go to another resource server: they go with them, as a resource has one holder.
 * The records of all resource servers concerned say that something has changed.
 *
 * @param most how many resources the new owner may hold then
 * @throws {RegistryError} RESOURCE_IN_USE if scopes that stay are tied to one of them; REGISTRATION_TOO_LARGE
 */
export function planResourceMoves(
  view: RegistryView,
  moving: readonly ScopeRecord[],
  newOwner: string,
  most: number,
  stamp: Stamp,
): readonly RecordChange[] {
  const movingNames = new Set(moving.map(({ name }) => name));
  const arriving: string[] = [];
  const givers = [...new Set(moving.map(({ owner }) => owner))];
  const changes = givers.map((owner) => {
    const tied = identitiesOf(moving.filter((scope) => scope.owner === owner));
    const staying = view.scopesOf(owner).filter(({ name }) => !movingNames.has(name));
    refuseShared(tied, staying);
    const held = view.resourceServer(owner)?.resources ?? [];
    const leaves = (uri: string) => tied.has(resourceIdentity(uri));
    arriving.push(...held.filter(leaves));
    return holdingChange(
      view,
      owner,
      held.filter((uri) => !leaves(uri)),
      stamp,
    );
  });
  const held = [...(view.resourceServer(newOwner)?.resources ?? []), ...arriving];
  refuseTooManyResources(newOwner, held.length, most);
  return [...changes, holdingChange(view, newOwner, held, stamp)];
}

function identitiesOf(scopes: readonly ScopeRecord[]): ReadonlySet<string> {
  return new Set(scopes.flatMap(tiedTo).map(resourceIdentity));
}

/** The resources that a scope is tied to, or is to be. */
export function tiedTo(scope: ScopeRecord): readonly string[] {
  return [...scope.resources, ...declaredScope(scope).resources];
}

function refuseShared(leaving: ReadonlySet<string>, staying: readonly ScopeRecord[]): void {
  const shared = staying.filter((scope) => [...identitiesOf([scope])].some((uri) => leaving.has(uri)));
  if (shared.length === 0) return;
  const [first] = shared;
  const uri = first && tiedTo(first).find((each) => leaving.has(resourceIdentity(each)));
  throw resourceInUse(shared, uri ?? "", "transfer them too, or tie them to others");
}

/** Scopes that stay are tied to a resource that is to go. */
export function resourceInUse(scopes: readonly ScopeRecord[], resource: string, advice: string): RegistryError {
  const names = scopes.map(({ name }) => name);
  return new RegistryError("RESOURCE_IN_USE", `${namesInMessage(names)} is tied to ${resource}: ${advice}`, {
    metadata: { ...namesInMetadata("scopes", names), resource },
  });
}

/** What becomes of a resource server that holds other resources than before. */
export function holdingChange(
  view: RegistryView,
  name: string,
  resources: readonly string[],
  stamp: Stamp,
): RecordChange {
  const before = view.resourceServer(name);
  const { time: updateTime, revision } = stamp;
  const after = { ...(before ?? newResourceServer(name, stamp)), resources, updateTime, revision };
  return { kind: "resourceServer", name, before, after };
}
