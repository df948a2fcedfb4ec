import { create, toBinary } from "@bufbuild/protobuf";
import { WatchScopesRequestSchema, WatchScopesResponseSchema } from "@scope-registry/client/messages";
import type { ProcessUsage } from "../../test/support/process-usage.ts";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { type MeasuredProcess, startMeasuredProcess } from "../harness/measured-process.ts";
import { startPeer } from "../peers/start-peer.ts";
import { clientOf } from "../registry/registry-client.ts";
import { type RegistryProcess, startSeededRegistry } from "../registry/registry-process.ts";

const WATCHERS = 5_000;
const CONNECTIONS = 50;
/** One caller may have 2,500 readers. */
const CALLERS = 4;
const SCOPES = 10;
/** A change of ten scopes is larger than this, and a sign of life is not. */
const CHANGE_BYTES = 500;
const KIB = 1_024;

/** What it costs to tell many replicas of one change. */
export const watchers: Benchmark = {
  name: "watchers",
  title: "5,000 watchers and one change",
  async run(context) {
    const { folder, progress, scale, stack } = context;
    const registry = stack.use(await startSeededRegistry(folder, 400, progress));
    const broadcaster = stack.use(await startPeer("broadcast-server.ts"));
    const registrant = await clientOf(registry, "changing-api", "scope_registry.register");
    const change = (text: string) =>
      registrant.registerScopes({
        scopes: Array.from({ length: SCOPES }, (_, at) => ({ name: `changing:${at}`, description: text })),
      });
    const { revision } = await change("before");
    const resume = toBinary(WatchScopesRequestSchema, create(WatchScopesRequestSchema, { sinceRevision: revision }));
    const tokens = await Promise.all(
      Array.from({ length: CALLERS }, (_, at) => registry.token(`issuer-${at}`, "scope_registry.read")),
    );
    const headers = tokens.map((token) => ({ authorization: `Bearer ${token}` }));
    const count = scale.isSmoke ? 100 : WATCHERS;
    const open = { message: resume, headers, count };
    const own = await openWatchers(context, { ...open, address: registry.grpcAddress, usage: registry.usage });
    const theirs = await openWatchers(context, { ...open, address: broadcaster.address, usage: broadcaster.usage });

    // The bytes that the registry sends for such a change.
    const message = await nextChange(registry, revision, () => change("first"));
    // A round is over in a tenth of a second, so that whatever the machine does beside shows in it.
    const manyRounds = { ...scale, rounds: scale.isSmoke ? scale.rounds : scale.rounds * 3 };
    const rounds = await alternate(
      { ...context, scale: manyRounds },
      {
        registry: (round) => tell(own.watchers, registry.usage, () => change(`round ${round}`)),
        broadcaster: () => tell(theirs.watchers, broadcaster.usage, () => broadcaster.ask({ broadcast: message })),
      },
    );
    const reference = "a grpc-js server that writes the same bytes";
    const name = `one change to ${count.toLocaleString("en")} watchers`;
    const cpu = (side: readonly Told[]) => side.map(({ cpuMillis }) => cpuMillis);
    const seconds = (side: readonly Told[]) => side.map((told) => told.seconds);
    return {
      figures: [
        figureOf({
          name: `${name}: server CPU until the last has it`,
          unit: "ms",
          values: cpu(rounds.registry),
          reference: { name: reference, values: cpu(rounds.broadcaster) },
          target: atMost(1.3),
        }),
        figureOf({
          name: `${name}: time until the last has it`,
          unit: "s",
          values: seconds(rounds.registry),
          reference: { name: reference, values: seconds(rounds.broadcaster) },
        }),
        figureOf({ name: "memory of a watcher", unit: "KiB", values: [own.kibEach], target: atMost(20) }),
        figureOf({ name: "memory of a stream of that grpc-js server", unit: "KiB", values: [theirs.kibEach] }),
      ],
    };
  },
};

interface Told {
  readonly cpuMillis: number;
  readonly seconds: number;
}

interface WatchersOptions {
  readonly address: string;
  readonly headers: readonly Readonly<Record<string, string>>[];
  readonly message: Uint8Array;
  readonly count: number;
  usage(options?: { readonly collect?: boolean }): Promise<ProcessUsage>;
}

async function openWatchers(
  { stack, progress }: BenchmarkContext,
  { address, headers, message, count, usage }: WatchersOptions,
): Promise<{ readonly watchers: MeasuredProcess; readonly kibEach: number }> {
  progress("opening streams");
  const before = await usage({ collect: true });
  const watchers = stack.use(startMeasuredProcess({ file: "bench/load/watch-process.ts" }));
  const path = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
  const connections = Math.min(CONNECTIONS, count);
  await watchers.ask({ watch: { address, path, headers, message, connections, streamsEach: count / connections } });
  const after = await usage({ collect: true });
  return { watchers, kibEach: (after.residentBytes - before.residentBytes) / count / KIB };
}

async function tell(
  watchers: MeasuredProcess,
  usage: () => Promise<ProcessUsage>,
  change: () => Promise<unknown>,
): Promise<Told> {
  const before = await usage();
  await watchers.ask({ count: { bytes: CHANGE_BYTES } });
  await change();
  const { seconds } = await watchers.ask<{ seconds: number }>({ receive: true });
  const after = await usage();
  return { cpuMillis: (after.cpuMicros - before.cpuMicros) / 1_000, seconds };
}

async function nextChange(
  registry: RegistryProcess,
  sinceRevision: bigint,
  change: () => Promise<unknown>,
): Promise<Uint8Array> {
  const reader = await clientOf(registry, "issuer-0", "scope_registry.read");
  await change();
  for await (const answer of reader.watchScopes({ sinceRevision })) {
    if (answer.event.case === "change") return toBinary(WatchScopesResponseSchema, answer);
  }
  throw new Error("The registry has told of no change");
}
