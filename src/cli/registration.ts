import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type RegisterScopesRequestSchema,
  RegistrationOutcome,
  type Scope,
} from "@scope-registry/client";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import { readPages } from "./pages.ts";
import { type Plan, planOf } from "./plan.ts";
import type { Session } from "./registry-command.ts";

/** How many names ListScopes takes. */
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
  { registry }: Pick<Session, "registry">,
  request: MessageInitShape<typeof RegisterScopesRequestSchema>,
): Promise<PlannedRegistration> {
  const planned = await registry.registerScopes({ ...request, validateOnly: true });
  const touched = planned.results.filter(({ outcome }) => TOUCHING.has(outcome)).map(({ name }) => name);
  const before = await readBefore(registry, touched, planned.revision);
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

const TOUCHING: ReadonlySet<RegistrationOutcome> = new Set([RegistrationOutcome.UPDATED, RegistrationOutcome.DISABLED]);

async function readBefore(
  registry: Session["registry"],
  names: readonly string[],
  minRevision: bigint,
): Promise<ReadonlyMap<string, Scope> | undefined> {
  const before = new Map<string, Scope>();
  try {
    for (let start = 0; start < names.length; start += MAX_NAMES) {
      const filters = { names: names.slice(start, start + MAX_NAMES), minRevision };
      const pages = readPages(async (page) => {
        const { scopes, nextPageToken } = await registry.listScopes({ ...filters, ...page });
        return { items: scopes, nextPageToken };
      });
      for await (const scopes of pages) for (const scope of scopes) before.set(scope.name, scope);
    }
  } catch (error) {
    if (error instanceof ConnectError && error.code === Code.PermissionDenied) return undefined;
    throw error;
  }
  return before;
}

function explainMismatch(error: unknown): never {
  if (!(error instanceof ConnectError) || error.code !== Code.Aborted) throw error;
  throw new CommandError(
    "Nothing was done, as the scopes have changed since the plan was made: run apply again to see what it would do now",
    EXIT.conflict,
    { cause: error },
  );
}
