import { toBinary } from "@bufbuild/protobuf";
import { WatchScopesResponseSchema } from "@scope-registry/client/messages";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { startMeasuredProcess } from "../harness/measured-process.ts";
import { clientOf } from "../registry/registry-client.ts";
import { type RegistryProcess, startSeededRegistry } from "../registry/registry-process.ts";

interface Started {
  readonly cpuMicros: number;
  readonly seconds: number;
  readonly size: number;
}

/** What a token issuer waits for when it starts: a connection, and a replica of everything. */
export const replicaStart: Benchmark = {
  name: "replica",
  title: "A TypeScript replica of 100,000 scopes: from its connection until it is ready",
  async run(context) {
    const { scale, folder, progress, stack } = context;
    const size = scale.size(100_000);
    const registry = stack.use(await startSeededRegistry(folder, size, progress));
    const token = await registry.token("auth-server", "scope_registry.read", "scope_registry.validate");
    const codec = stack.use(startMeasuredProcess({ file: "bench/load/codec-process.ts" }));
    await codec.ask({ take: { type: "WatchScopesResponse", messages: await snapshot(registry) } });
    const issuer = stack.use(startMeasuredProcess({ file: "bench/load/replica-process.ts" }));
    const rounds = await alternate(context, {
      replica: async () => {
        const started = await issuer.ask<Started>({ start: { address: registry.grpcAddress, token } });
        if (started.size < size) throw new Error(`The replica has ${started.size} scopes`);
        return started;
      },
      decoding: () => codec.ask<{ cpuMicros: number }>({ decode: {} }),
    });
    const decoding = rounds.decoding.map(({ cpuMicros }) => cpuMicros / 1_000);
    return {
      figures: [
        figureOf({
          name: "connection and replica of 100,000 scopes: CPU of the issuer's process",
          unit: "ms",
          values: rounds.replica.map(({ cpuMicros }) => cpuMicros / 1_000),
          reference: { name: "decoding the same bytes", values: decoding },
          target: atMost(2),
        }),
        figureOf({
          name: "connection and replica of 100,000 scopes: time until ready",
          unit: "ms",
          values: rounds.replica.map(({ seconds }) => seconds * 1_000),
          reference: { name: "decoding the same bytes", values: decoding },
        }),
      ],
    };
  },
};

async function snapshot(registry: RegistryProcess): Promise<readonly Uint8Array[]> {
  const reader = await clientOf(registry, "auth-server", "scope_registry.read", "scope_registry.validate");
  const parts: Uint8Array[] = [];
  for await (const answer of reader.watchScopes({ includeClientPolicies: true })) {
    parts.push(toBinary(WatchScopesResponseSchema, answer));
    if (answer.event.case === "snapshot" && answer.event.value.complete) break;
  }
  return parts;
}
