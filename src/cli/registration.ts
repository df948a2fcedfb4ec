import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type RegisterScopesRequestSchema,
  RegistrationOutcome,
  type Scope,
  type ScopeUsage,
} from "@scope-registry/client";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import { ifAllowed } from "./if-allowed.ts";
import { readPages } from "./pages.ts";
import { isTouched, type Plan, planOf } from "./plan.ts";
import type { Session } from "./registry-command.ts";

/** How many names ListScopes and ListScopeUsages take. */
const MAX_NAMES = 1_000;

/** A registration that is known before it is done. */
export interface PlannedRegistration {
  readonly plan: Plan;
  /**
   * Does what was planned.
   *
   * @throws {CommandError} if the caller's scopes have changed since
   */
  apply(): Promise<Plan>;
}

/** Asks the registry what a registration would do, and what it would do it to, where the caller may read that. */
export async function planRegistration(
  { registry, admin }: Pick<Session, "registry" | "admin">,
  request: MessageInitShape<typeof RegisterScopesRequestSchema>,
): Promise<PlannedRegistration> {
  const planned = await registry.registerScopes({ ...request, validateOnly: true });
  const touched = planned.results.filter(({ outcome }) => isTouched(outcome));
  // Under an alias that is new, a scope may be registered whose place is taken.
  const names = touched.flatMap(({ name, scope }) => [name, ...(scope?.aliases ?? [])]);
  const disabled = touched.filter(({ outcome }) => outcome === RegistrationOutcome.DISABLED).map(({ name }) => name);
  const before = {
    scopes: await ifAllowed(() => readScopes(registry, [...new Set(names)], planned.revision)),
    usages: (await ifAllowed(() => readUsages(admin, disabled))) ?? new Map<string, ScopeUsage>(),
  };
  return {
    plan: planOf(request, planned, before, false),
    async apply() {
      // What was planned is what is done: with anything changed in between the registry refuses.
      const done = await registry
        .registerScopes({ ...request, expectedRevision: planned.revision })
        .catch(explainMismatch);
      return planOf(request, done, before, true);
    },
  };
}

async function readScopes(
  registry: Session["registry"],
  names: readonly string[],
  minRevision: bigint,
): Promise<ReadonlyMap<string, Scope>> {
  const found = new Map<string, Scope>();
  for (const some of inParts(names)) {
    const pages = readPages(async (page) => {
      const { scopes, nextPageToken } = await registry.listScopes({ names: some, minRevision, ...page });
      return { items: scopes, nextPageToken };
    });
    for await (const scopes of pages) for (const scope of scopes) found.set(scope.name, scope);
  }
  return found;
}

async function readUsages(admin: Session["admin"], names: readonly string[]): Promise<ReadonlyMap<string, ScopeUsage>> {
  const found = new Map<string, ScopeUsage>();
  for (const some of inParts(names)) {
    const { usages } = await admin.listScopeUsages({ names: some });
    for (const usage of usages) found.set(usage.name, usage);
  }
  return found;
}

function* inParts(names: readonly string[]): Generator<string[]> {
  for (let start = 0; start < names.length; start += MAX_NAMES) yield names.slice(start, start + MAX_NAMES);
}

function explainMismatch(error: unknown): never {
  if (!(error instanceof ConnectError) || error.code !== Code.Aborted) throw error;
  throw new CommandError(
    "Nothing was done, as the scopes have changed since the plan was made: run apply again to see what it would do now",
    EXIT.conflict,
    { cause: error },
  );
}
