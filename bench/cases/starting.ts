import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { type MeasuredProcess, startMeasuredProcess } from "../harness/measured-process.ts";
import { startBenchMongodb } from "../registry/bench-mongodb.ts";
import { seedStore, startRegistry } from "../registry/registry-process.ts";

/** What a registry takes to start, and in memory. */
export const starting: Benchmark = {
  name: "starting",
  title: "Start with 100,000 scopes in MongoDB, and the memory of 1,000,000",
  async run(context) {
    const { scale, folder, progress, stack } = context;
    const mongodbUri = (await startBenchMongodb(context)).uri("bench");
    const size = scale.size(100_000);
    await seedStore({ folder, mongodbUri }, size, progress);
    const rounds = await alternate(context, {
      registry: () => timed(() => startRegistry({ folder, mongodbUri })),
      reading: () =>
        timed(async () => {
          const reader = startMeasuredProcess({
            file: "bench/peers/document-reader.ts",
            args: [mongodbUri, String(size)],
          });
          await reader.printed(/read/);
          return reader;
        }),
    });
    progress("loading scopes into memory");
    const index = stack.use(
      startMeasuredProcess({ file: "bench/load/index-process.ts", nodeArgs: ["--max-old-space-size=4096"] }),
    );
    const { bytesEach } = await index.ask<{ bytesEach: number }>({ load: { scopes: scale.size(1_000_000) } });
    return {
      figures: [
        figureOf({
          name: "start with 100,000 scopes in MongoDB until SERVING",
          unit: "ms",
          values: rounds.registry,
          reference: { name: "a process that reads the same documents", values: rounds.reading },
          target: atMost(1.5),
        }),
        figureOf({
          name: "memory of a scope in the index, of 1,000,000",
          unit: "bytes",
          values: [bytesEach],
          target: atMost(500),
        }),
      ],
    };
  },
};

/** Milliseconds until a process is ready. It is ended after them. */
async function timed(start: () => Promise<MeasuredProcess>): Promise<number> {
  const begun = performance.now();
  await using _ = await start();
  return performance.now() - begun;
}
