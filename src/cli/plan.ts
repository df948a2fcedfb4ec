import {
  type RegisterScopesResponse,
  RegistrationMode,
  RegistrationModeSchema,
  RegistrationOutcome,
  RegistrationOutcomeSchema,
  type RegistrationResult,
  type Scope,
  ScopeSchema,
  ScopeState,
  type ScopeUsage,
} from "@scope-registry/client";
import { changedFields, type FieldChange } from "../changes/changed-fields.ts";
import { enumWord } from "./output/words.ts";

/** What a registration does to one scope. */
export interface PlannedScope {
  readonly name: string;
  readonly outcome: RegistrationOutcome;
  /** The name that the scope has by now, where the given one has become an alias of it, and nothing is done. */
  readonly renamedTo: string | undefined;
  /** The scopes of the owner whose place it takes, as their names become its aliases. */
  readonly takesPlaceOf: readonly string[];
  /** Whether it is disabled afterwards because an administrator has disabled it. */
  readonly isDisabledByAdmin: boolean;
  /** Who uses a scope that is disabled; undefined: it is not, or the caller may not know. */
  readonly usage: ScopeUsage | undefined;
  /** Whether it waits for a review afterwards. */
  readonly isPending: boolean;
  /** Undefined: what the scope was before is not known. */
  readonly fields: readonly FieldChange[] | undefined;
}

/** What is known of scopes before a registration, by name. */
export interface KnownBefore {
  /** Those that it touches, as they were; undefined: the caller may not read them. */
  readonly scopes: ReadonlyMap<string, Scope> | undefined;
  /** Who uses those that it disables, where the caller may know. */
  readonly usages: ReadonlyMap<string, ScopeUsage>;
}

/** What a registration does, before or after it is done. */
export interface Plan {
  /** Whether it has been done. */
  readonly isApplied: boolean;
  readonly mode: RegistrationMode;
  readonly release: bigint;
  /** The revision at which it holds. */
  readonly revision: bigint;
  readonly scopes: readonly PlannedScope[];
}

/**
 * How many scopes become what. Those that wait for a review, and those that an administrator has disabled, are counted by what
 * becomes of them, too.
 */
export type PlanSummary = Readonly<
  Record<"created" | "updated" | "disabled" | "unchanged" | "superseded" | "pending" | "disabledByAdmin", number>
>;

/** Makes the plan of a registration out of its answer. */
export function planOf(
  { mode = RegistrationMode.MERGE, release = 0n }: { readonly mode?: RegistrationMode; readonly release?: bigint },
  { results, revision }: RegisterScopesResponse,
  before: KnownBefore,
  isApplied: boolean,
): Plan {
  return { isApplied, mode, release, revision, scopes: results.map((result) => planScope(result, before)) };
}

function planScope({ name, outcome, scope }: RegistrationResult, { scopes, usages }: KnownBefore): PlannedScope {
  const takesPlaceOf = (scope?.aliases ?? []).filter((alias) => scopes?.has(alias));
  const isKnown = outcome === RegistrationOutcome.CREATED || scopes !== undefined;
  // What a renamed scope's definition leaves out, it takes over.
  const before = scopes?.get(name) ?? scopes?.get(takesPlaceOf[0] ?? "");
  const changed = isKnown && scope !== undefined ? changedFields(ScopeSchema, before, scope) : undefined;
  return {
    name,
    outcome,
    renamedTo: scope === undefined || scope.name === name ? undefined : scope.name,
    takesPlaceOf,
    isDisabledByAdmin: scope?.disabledByAdmin === true && scope.state === ScopeState.DISABLED,
    usage: usages.get(name),
    isPending: scope?.state === ScopeState.PENDING,
    fields: isTouched(outcome) ? changed : [],
  };
}

/** Whether a registration changes a scope that ends with this outcome. */
export function isTouched(outcome: RegistrationOutcome): boolean {
  return outcome !== RegistrationOutcome.UNCHANGED && outcome !== RegistrationOutcome.SUPERSEDED;
}

/** Counts what becomes of the scopes. */
export function summarise({ scopes }: Plan): PlanSummary {
  const count = (outcome: RegistrationOutcome) => scopes.filter((scope) => scope.outcome === outcome).length;
  return {
    created: count(RegistrationOutcome.CREATED),
    updated: count(RegistrationOutcome.UPDATED),
    disabled: count(RegistrationOutcome.DISABLED),
    unchanged: count(RegistrationOutcome.UNCHANGED),
    superseded: count(RegistrationOutcome.SUPERSEDED),
    pending: scopes.filter(({ isPending }) => isPending).length,
    disabledByAdmin: scopes.filter(({ isDisabledByAdmin }) => isDisabledByAdmin).length,
  };
}

/** Whether nothing is done at all, as a newer release is registered. */
export function isSuperseded({ scopes }: Plan): boolean {
  const isOlder = ({ outcome, renamedTo }: PlannedScope) =>
    outcome === RegistrationOutcome.SUPERSEDED && renamedTo === undefined;
  return scopes.length > 0 && scopes.every(isOlder);
}

/** Whether the registration would change anything. */
export function hasDifference(plan: Plan): boolean {
  const { created, updated, disabled } = summarise(plan);
  return created + updated + disabled > 0;
}

/** The plan as `apply --json` prints it: `scope-registry-plan/1`, described in docs/cli.md. */
export function planToJson(plan: Plan): string {
  const { isApplied, mode, release, revision, scopes } = plan;
  return JSON.stringify({
    format: "scope-registry-plan/1",
    applied: isApplied,
    mode: enumWord(RegistrationModeSchema, mode),
    release: String(release),
    revision: String(revision),
    summary: summarise(plan),
    scopes: scopes.map((scope) => ({
      name: scope.name,
      outcome: enumWord(RegistrationOutcomeSchema, scope.outcome),
      pending: scope.isPending,
      disabledByAdmin: scope.isDisabledByAdmin,
      renamedTo: scope.renamedTo,
      takesPlaceOf: scope.takesPlaceOf.length > 0 ? scope.takesPlaceOf : undefined,
      inUse: scope.usage?.inUse,
      fields: scope.fields,
    })),
  });
}
