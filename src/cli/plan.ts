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
} from "@scope-registry/client";
import { changedFields, type FieldChange } from "./output/field-changes.ts";
import { enumWord } from "./output/words.ts";

/** What a registration does to one scope. */
export interface PlannedScope {
  readonly name: string;
  readonly outcome: RegistrationOutcome;
  /** Whether it waits for a review afterwards. */
  readonly isPending: boolean;
  /** Undefined: what the scope was before is not known. */
  readonly fields: readonly FieldChange[] | undefined;
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

/** How many scopes become what. Those that wait for a review are counted by what becomes of them, too. */
export type PlanSummary = Readonly<
  Record<"created" | "updated" | "disabled" | "unchanged" | "superseded" | "pending", number>
>;

/**
 * Makes the plan of a registration out of its answer.
 *
 * @param before the scopes as they were, by name; undefined: the caller may not read them
 */
export function planOf(
  { mode = RegistrationMode.MERGE, release = 0n }: { readonly mode?: RegistrationMode; readonly release?: bigint },
  { results, revision }: RegisterScopesResponse,
  before: ReadonlyMap<string, Scope> | undefined,
  isApplied: boolean,
): Plan {
  return { isApplied, mode, release, revision, scopes: results.map((result) => planScope(result, before)) };
}

function planScope(
  { name, outcome, scope }: RegistrationResult,
  before: ReadonlyMap<string, Scope> | undefined,
): PlannedScope {
  const isKnown = outcome === RegistrationOutcome.CREATED || before !== undefined;
  return {
    name,
    outcome,
    isPending: scope?.state === ScopeState.PENDING,
    fields: isKnown && scope !== undefined ? changedFields(ScopeSchema, before?.get(name), scope) : undefined,
  };
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
  };
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
    scopes: scopes.map(({ name, outcome, isPending, fields }) => ({
      name,
      outcome: enumWord(RegistrationOutcomeSchema, outcome),
      pending: isPending,
      fields,
    })),
  });
}
