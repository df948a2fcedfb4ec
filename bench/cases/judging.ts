import type { ScopeRecord } from "@scope-registry/client/judging";
import type { ScopeReplica } from "../../clients/typescript/src/replica/scope-replica.ts";
import { plainClient } from "../../clients/typescript/test/judging/few-scopes.ts";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { timePerCall } from "../harness/time-per-call.ts";
import { benchScope, namesOfApis, randomNames, scopeName } from "../registry/bench-scopes.ts";
import { openFileReplica, writeReplicaFile } from "../registry/file-replica.ts";

const NAMES = 10;
/** So many that their names are not in the processor's caches, as those of a real issuer are not. */
const REQUESTS = 50_000;
/** A client with a ceiling, and one of which the registry knows nothing. */
const CLIENT = { withPolicy: "shop", unknown: "web" };

/** What judging costs in a token issuer's own process. */
export const judging: Benchmark = {
  name: "judging",
  title: "A replica judges ten names of 100,000 in the issuer's own process",
  async run(context) {
    const { scale } = context;
    const size = scale.size(100_000);
    const replica = await replicaOf(
      context,
      "names",
      Array.from({ length: size }, (_, at) => benchScope(at)),
    );
    const counting = await replicaOf(context, "names", undefined);
    const families = await replicaOf(
      context,
      "templates",
      Array.from({ length: size }, (_, at) => ({ ...benchScope(at), name: templateName(at) })),
    );
    const map = new Map(Array.from(replica.scopes(), (scope) => [scope.name, scope]));
    // What most token requests name: scopes of one or two APIs.
    const requests = namesOfApis(REQUESTS, NAMES, 2, size);
    const scattered = randomNames(REQUESTS, NAMES, size);
    // As a request brings them: in one text, so that no name has been looked up before.
    const texts = requests.map((names) => names.join(" "));
    const instances = requests.map((names) => names.map((name) => `${name.replace(/:read$/, "")}:42:read`).join(" "));

    const measure = <T>(inputs: readonly T[], granted: (input: T) => number) =>
      timePerCall(inputs, scale.roundMs / 2, granted, NAMES);
    const rounds = await alternate(context, {
      lookUps: () => measure(requests, (names) => found(map, names)),
      judge: () => measure(requests, (scopes) => replica.judge({ scopes }).grantedScopes.length),
      allows: () => measure(requests, (scopes) => (replica.allows({ scopes }) ? NAMES : 0)),
      scatteredLookUps: () => measure(scattered, (names) => found(map, names)),
      scatteredJudge: () => measure(scattered, (scopes) => replica.judge({ scopes }).grantedScopes.length),
      withPolicy: () =>
        measure(
          requests,
          (scopes) => replica.judge({ scopes, clientId: CLIENT.withPolicy, mode: "NARROW" }).verdicts.length,
        ),
      counted: () =>
        measure(requests, (scopes) => counting.judge({ scopes, clientId: CLIENT.unknown }).grantedScopes.length),
      texts: () => measure(texts, (scope) => replica.judge({ scope }).grantedScopes.length),
      instances: () => measure(instances, (scope) => families.judge({ scope }).grantedScopes.length),
    });
    const lookUps = { name: "ten Map.get", values: rounds.lookUps };
    const row = (name: string, values: readonly number[], bound?: number) =>
      figureOf({
        name: `judging ten names, ${name}`,
        unit: "µs",
        values,
        reference: lookUps,
        ...(bound === undefined ? {} : { target: atMost(bound) }),
      });
    return {
      figures: [
        row("full answer", rounds.judge, 4),
        row("yes or no", rounds.allows, 1.5),
        figureOf({
          name: "judging ten names, of ten different APIs",
          unit: "µs",
          values: rounds.scatteredJudge,
          reference: { name: "ten Map.get", values: rounds.scatteredLookUps },
        }),
        row("for a client with a ceiling of 900 scopes", rounds.withPolicy),
        row("with usage counted", rounds.counted),
        row("out of a scope parameter", rounds.texts),
        figureOf({
          name: "judging ten instances of 100,000 templates",
          unit: "µs",
          values: rounds.instances,
          reference: { name: "ten names out of a scope parameter", values: rounds.texts },
        }),
      ],
    };
  },
};

function found(map: ReadonlyMap<string, ScopeRecord>, names: readonly string[]): number {
  let count = 0;
  for (const name of names) if (map.get(name) !== undefined) count++;
  return count;
}

function templateName(at: number): string {
  return scopeName(at).replace(/:read$/, ":{id}:read");
}

/** A replica that has these scopes from a file, or what the file holds already, with usage counted. */
async function replicaOf(
  context: BenchmarkContext,
  file: string,
  scopes: readonly ScopeRecord[] | undefined,
): Promise<ScopeReplica> {
  if (scopes !== undefined) {
    const ceiling = plainClient({ clientId: CLIENT.withPolicy, allowedScopes: scopes.slice(0, 900).map(nameOf) });
    await writeReplicaFile(context, file, scopes, [ceiling]);
  }
  return openFileReplica(context, file, { reportUsage: scopes === undefined });
}

function nameOf({ name }: ScopeRecord): string {
  return name;
}
