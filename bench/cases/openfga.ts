import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext, Findings } from "../harness/benchmark.ts";
import { atLeast, atMost, type Figure, figureOf } from "../harness/figure.ts";
import { cpuOf, latencyFigures, throughputFigure } from "../load/load-figures.ts";
import { type LoadGenerator, openLoad, type ServedLoad } from "../load/load-generator.ts";
import { batchCheckRequest, checkRequest, countAllowed, isAllowed } from "../peers/openfga/check-messages.ts";
import { findOpenfga } from "../peers/openfga/openfga-binary.ts";
import { type Openfga, openfgaPath, startOpenfga } from "../peers/openfga/start-openfga.ts";
import { unlessMissing } from "../peers/peer-missing-error.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";
import { ISSUER_SHAPE, openValidateLoad, validateCalls } from "../registry/validate-load.ts";

const NAMES = 10;
/**
 * Its memory store compares each tuple that it holds, one after the other, so that a hundred thousand would say nothing of its
 * server: it holds what is asked for and no more.
 */
const TUPLES = Array.from({ length: NAMES }, (_, at) => ({
  user: "user:web-shop",
  relation: "grantee",
  object: `scope:resource-${at}`,
}));

/** What a question to the registry costs beside one to a service that answers questions of any kind. */
export const openfga: Benchmark = {
  name: "openfga",
  title: "ValidateScopes with 100,000 scopes beside OpenFGA's Check and BatchCheck with ten tuples in memory",
  run: (context) => unlessMissing(() => compare(context)),
};

async function compare(context: BenchmarkContext): Promise<Findings> {
  const { scale, folder, progress, stack } = context;
  const binary = await findOpenfga(context);
  const peer = stack.use(await startOpenfga({ binary, tuples: TUPLES, queryCache: false }));
  const caching = stack.use(await startOpenfga({ binary, tuples: TUPLES, queryCache: true }));
  const scopes = scale.size(100_000);
  const registry = stack.use(await startSeededRegistry(folder, scopes, progress));
  const openOurs = async (names: number) =>
    stack.use(
      await openValidateLoad(registry.grpcAddress, await validateCalls(registry, names, scopes), registry.usage),
    );
  const loads = {
    one: await openOurs(1),
    check: stack.use(await openCheckLoad(peer)),
    cachedCheck: stack.use(await openCheckLoad(caching)),
    ten: await openOurs(NAMES),
    batchCheck: stack.use(await openBatchCheckLoad(peer)),
    cachedBatchCheck: stack.use(await openBatchCheckLoad(caching)),
  };
  const extent = { milliseconds: scale.roundMs };
  const rounds = await alternate(
    // Six sides take their time, and lie so far apart that four rounds tell.
    { progress, scale: { ...scale, rounds: Math.min(scale.rounds, 4) } },
    {
      one: () => loads.one.run(extent),
      check: () => loads.check.run(extent),
      cachedCheck: () => loads.cachedCheck.run(extent),
      ten: () => loads.ten.run(extent),
      batchCheck: () => loads.batchCheck.run(extent),
      cachedBatchCheck: () => loads.cachedBatchCheck.run(extent),
    },
  );
  const one = "ValidateScopes, one name";
  const ten = "ValidateScopes, ten names";
  const cachedCheck = "OpenFGA Check, its query cache on";
  const cachedBatchCheck = "OpenFGA BatchCheck, its query cache on";
  return {
    figures: [
      ...costFigures(one, rounds.one, "OpenFGA Check", rounds.check),
      ...costFigures(one, rounds.one, cachedCheck, rounds.cachedCheck),
      ...latencyFigures(one, rounds.one, cachedCheck, rounds.cachedCheck),
      ...costFigures(ten, rounds.ten, "OpenFGA BatchCheck", rounds.batchCheck),
      ...costFigures(ten, rounds.ten, cachedBatchCheck, rounds.cachedBatchCheck),
      ...latencyFigures(ten, rounds.ten, cachedBatchCheck, rounds.cachedBatchCheck),
    ],
  };
}

async function openCheckLoad(peer: Openfga): Promise<LoadGenerator> {
  const messages = TUPLES.map((tuple) => checkRequest(peer.store, tuple));
  const answer = await peer.call("Check", messages[0] ?? new Uint8Array());
  if (!isAllowed(answer)) throw new Error("OpenFGA does not allow what it was told");
  return openOpenfgaLoad(peer, "Check", messages);
}

async function openBatchCheckLoad(peer: Openfga): Promise<LoadGenerator> {
  const message = batchCheckRequest(peer.store, TUPLES);
  const answer = await peer.call("BatchCheck", message);
  if (countAllowed(answer) !== NAMES) throw new Error("OpenFGA does not allow all that it was told");
  return openOpenfgaLoad(peer, "BatchCheck", [message]);
}

function openOpenfgaLoad(peer: Openfga, method: string, messages: readonly Uint8Array[]): Promise<LoadGenerator> {
  const spec = { address: peer.address, path: openfgaPath(method), headers: [{}], messages, ...ISSUER_SHAPE };
  return openLoad(spec, peer.usage);
}

function costFigures(
  name: string,
  ours: readonly ServedLoad[],
  peer: string,
  theirs: readonly ServedLoad[],
): readonly Figure[] {
  const cpu = { unit: "µs", values: cpuOf(ours), reference: { name: peer, values: cpuOf(theirs) } };
  return [
    figureOf({ ...cpu, name: `${name}: CPU a request`, target: atMost(1) }),
    throughputFigure(name, ours, peer, theirs, atLeast(1)),
  ];
}
