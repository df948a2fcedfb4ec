import { ScopeState } from "../gen/scoperegistry/v1/scope_pb.ts";
import type { RegisterScopesResponse, RegistrationResult } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { RegistrationOutcome, RegistrationOutcomeSchema } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { parseTemplate } from "../judging/scope-template.ts";
import type { ScopeDefinitionInput } from "./scope-definition-input.ts";

/** What became of one scope: the names of the wire's `RegistrationOutcome`. */
export type RegistrationOutcomeName = "CREATED" | "UPDATED" | "UNCHANGED" | "DISABLED" | "SUPERSEDED";

/** What became of a registration. */
export interface RegisteredScopes {
  /** By name, in the order of the registration; after them those that REPLACE has disabled. */
  readonly outcomes: ReadonlyMap<string, RegistrationOutcomeName>;
  /**
   * The names that are valid now and may be shown in public: what `scopes_supported` (RFC 9728 §2) lists. Without templates,
   * which nobody can ask for by their own names. An answer about thousands of scopes may leave out what the registry has stored
   * of them: of these only those whose definition says `unlisted: false`.
   */
  readonly scopes: readonly string[];
  /**
   * The names that wait for a review by an administrator of the registry. Nobody is granted a new one until then; one that was
   * widened is granted as it was before. Left out, as above, in an answer about thousands of scopes.
   */
  readonly pending: readonly string[];
  /** Whether a newer release has registered already, so that nothing was changed. */
  readonly superseded: boolean;
  /** The revision at which the answer holds. */
  readonly revision: number;
  /** The digest of all the resource server's definitions. */
  readonly contentHash: string;
}

/** Reads the registry's answer to a registration of these definitions. */
export function readRegisteredScopes(
  response: RegisterScopesResponse,
  definitions: readonly ScopeDefinitionInput[],
): RegisteredScopes {
  const listed = new Set(definitions.filter(({ unlisted }) => unlisted === false).map(({ name }) => name));
  const outcomes = new Map(response.results.map(({ name, outcome }) => [name, outcomeName(outcome)]));
  return {
    outcomes,
    scopes: [...new Set(response.results.filter((result) => isPublic(result, listed)).map(nameNow))],
    pending: response.results.filter(({ scope }) => scope?.state === ScopeState.PENDING).map(({ name }) => name),
    superseded: outcomes.size > 0 && [...outcomes.values()].every((outcome) => outcome === "SUPERSEDED"),
    revision: Number(response.revision),
    contentHash: response.contentHash,
  };
}

/** A definition from before a renaming is answered with the scope that has its name as an alias now. */
function nameNow({ name, scope }: RegistrationResult): string {
  return scope?.name ?? name;
}

/** A scope that was stored as unlisted stays so where its definition does not tell. */
function isPublic({ name, scope, outcome }: RegistrationResult, listed: ReadonlySet<string>): boolean {
  if (parseTemplate(name) !== undefined) return false;
  if (scope === undefined) {
    const done = outcome !== RegistrationOutcome.DISABLED && outcome !== RegistrationOutcome.SUPERSEDED;
    return done && listed.has(name);
  }
  const { state, proposal, unlisted } = scope;
  const isValid = state === ScopeState.ACTIVE || state === ScopeState.DEPRECATED || proposal !== undefined;
  return isValid && !unlisted;
}

function outcomeName(outcome: RegistrationOutcome): RegistrationOutcomeName {
  return RegistrationOutcomeSchema.value[outcome]?.localName as RegistrationOutcomeName;
}
