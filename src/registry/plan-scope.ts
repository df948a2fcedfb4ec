import type { ConsentText, ScopeRecord } from "@scope-registry/client/judging";
import type { Registration, RegistrationOutcomeName, ScopeDefinition } from "./registration.ts";
import type { RegistryView, Stamp } from "./registry-view.ts";
import { declaredScope, proposalOf, underReview, validState } from "./review.ts";
import { sameList } from "./same-list.ts";

/** What a registration does to one scope. */
export interface PlannedScope {
  readonly name: string;
  readonly outcome: RegistrationOutcomeName;
  /** What is registered under the name before. */
  readonly before: ScopeRecord | undefined;
  /** The scope afterwards; undefined if it was superseded and is not registered. */
  readonly scope: ScopeRecord | undefined;
}

/** Decides what a definition makes of its scope. Everything that the scope may not become is for others to refuse. */
export function planScope(
  view: RegistryView,
  owner: string,
  mode: Registration["mode"],
  definition: ScopeDefinition,
  stamp: Stamp,
): PlannedScope {
  const { name } = definition;
  const before = view.scope(name);
  const after = definedScope(view, owner, mode, definition, before, stamp);
  if (before === undefined) return { name, outcome: "CREATED", before, scope: after };
  if (sameDefinition(before, after)) return { name, outcome: "UNCHANGED", before, scope: before };
  return { name, outcome: "UPDATED", before, scope: after };
}

function definedScope(
  view: RegistryView,
  owner: string,
  mode: Registration["mode"],
  definition: ScopeDefinition,
  before: ScopeRecord | undefined,
  stamp: Stamp,
): ScopeRecord {
  // What a definition leaves out is as it was declared last; of a renamed scope, as it was under its old name.
  const model = before ?? renamedScope(view, definition);
  const known = model && declaredScope(model);
  // On the wire an empty list and one that is left out are the same: the mode decides what it means.
  const lists = mode === "MERGE" ? known : undefined;
  const deprecated = definition.deprecated ?? known?.deprecated ?? false;
  const hasTexts = Object.keys(definition.consentTexts).length > 0;
  const declared: ScopeRecord = {
    name: definition.name,
    description: definition.description,
    isDefault: definition.isDefault ?? known?.isDefault ?? false,
    owner,
    state: "ACTIVE",
    restricted: definition.restricted ?? known?.restricted ?? false,
    resources: definition.resources.length > 0 ? definition.resources : (lists?.resources ?? []),
    consentTexts: hasTexts ? definition.consentTexts : (lists?.consentTexts ?? {}),
    deprecated,
    replacedBy: definition.replacedBy ?? known?.replacedBy ?? "",
    sunsetTime: definition.sunsetTime ?? (definition.deprecated === false ? undefined : known?.sunsetTime),
    unlisted: definition.unlisted ?? known?.unlisted ?? false,
    aliases: definition.aliases.length > 0 ? definition.aliases : (lists?.aliases ?? []),
    disabledByAdmin: before?.disabledByAdmin ?? false,
    proposal: undefined,
    refusedProposal: undefined,
    createTime: before?.createTime ?? stamp.time,
    updateTime: stamp.time,
    revision: stamp.revision,
  };
  // Who gets it when it is enabled, and by which names, is as the administrator has seen it.
  if (before?.disabledByAdmin) return { ...declared, ...proposalOf(before), state: "DISABLED" };
  const valid = { ...declared, state: validState(declared) };
  return view.resourceServer(owner)?.mode === "REVIEW" ? underReview(before, valid) : valid;
}

/** The scope whose place a new one takes: the first that is registered under one of its aliases. */
function renamedScope(view: RegistryView, { aliases }: ScopeDefinition): ScopeRecord | undefined {
  for (const alias of aliases) {
    const scope = view.scope(alias);
    if (scope !== undefined) return scope;
  }
  return undefined;
}

function sameDefinition(a: ScopeRecord, b: ScopeRecord): boolean {
  const [from, to] = [declaredScope(a), declaredScope(b)];
  return (
    a.state === b.state &&
    from.description === to.description &&
    from.isDefault === to.isDefault &&
    from.restricted === to.restricted &&
    from.deprecated === to.deprecated &&
    from.replacedBy === to.replacedBy &&
    from.sunsetTime === to.sunsetTime &&
    from.unlisted === to.unlisted &&
    sameList(from.resources, to.resources) &&
    sameList(from.aliases, to.aliases) &&
    sameTexts(from.consentTexts, to.consentTexts)
  );
}

function sameTexts(a: Readonly<Record<string, ConsentText>>, b: Readonly<Record<string, ConsentText>>): boolean {
  const tags = Object.keys(a);
  return (
    tags.length === Object.keys(b).length &&
    tags.every((tag) => a[tag]?.title === b[tag]?.title && a[tag]?.description === b[tag]?.description)
  );
}
