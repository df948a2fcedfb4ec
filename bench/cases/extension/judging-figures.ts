import { connectScopeRegistry } from "../../../clients/typescript/src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../../../clients/typescript/src/replica/create-scope-replica.ts";
import type { ScopeReplica } from "../../../clients/typescript/src/replica/scope-replica.ts";
import type { Scale } from "../../harness/benchmark.ts";
import { atMost, type Figure, figureOf } from "../../harness/figure.ts";
import { timePerCall } from "../../harness/time-per-call.ts";
import type { Django, DjangoJudging } from "../../peers/django/start-django.ts";
import { namesOfApis } from "../../registry/bench-scopes.ts";
import type { RegistryProcess } from "../../registry/registry-process.ts";
import { JUDGING } from "./figure-names.ts";
import { TOKEN_SCOPES } from "./side.ts";

const NAMES = TOKEN_SCOPES.length;
const REQUESTS = 10_000;

/** What both issuers spend in their own processes on judging the scopes of one request, of so many that there are. */
export async function judgingFigures(
  scale: Scale,
  registry: RegistryProcess,
  django: Django,
  scopes: number,
  describe: (operation: string) => string,
): Promise<readonly Figure[]> {
  await using stack = new AsyncDisposableStack();
  const replica = await openReplica(registry, stack);
  const requests = namesOfApis(REQUESTS, NAMES, 1, scopes);
  const ours: number[] = [];
  const theirs: DjangoJudging[] = [];
  for (let round = 0; round < scale.rounds; round++) {
    theirs.push(await django.timeJudging(requests, scale.roundMs / 2_000));
    const judge = (names: readonly string[]) => replica.judge({ scopes: names }).grantedScopes.length;
    ours.push(timePerCall(requests, scale.roundMs / 2, judge, NAMES));
  }
  return (["warm", "cold"] as const).map((cache) =>
    figureOf({
      name: describe(JUDGING),
      unit: "µs",
      values: ours,
      reference: { name: `Django, its cache ${cache}`, values: theirs.map((round) => round[cache]) },
      target: atMost(1),
    }),
  );
}

async function openReplica(registry: RegistryProcess, stack: AsyncDisposableStack): Promise<ScopeReplica> {
  const token = await registry.token("judge", "scope_registry.read", "scope_registry.validate");
  const connection = stack.use(connectScopeRegistry({ address: registry.grpcAddress, credentials: { token } }));
  const replica = stack.use(createScopeReplica({ connection }));
  await replica.ready;
  return replica;
}
