import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { cpuOf, latencyFigures, throughputFigure } from "../load/load-figures.ts";
import { startPeer } from "../peers/start-peer.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";
import { openValidateLoad, validateCalls } from "../registry/validate-load.ts";

/** What ValidateScopes costs beside servers that receive and send the same bytes. */
export const validateScopes: Benchmark = {
  name: "validate",
  title: "ValidateScopes over gRPC: ten names of 100,000, an authenticated caller",
  async run(context) {
    const { scale, folder, progress, stack } = context;
    const scopes = scale.size(100_000);
    const registry = stack.use(await startSeededRegistry(folder, scopes, progress));
    const logging = stack.use(await startSeededRegistry(folder, scopes, progress, { logLevel: "info" }));
    const noop = stack.use(await startPeer("noop-server.ts"));
    const fixed = stack.use(await startPeer("fixed-frame-server.ts"));
    const calls = await validateCalls(registry, 10, scopes);
    const { token } = await validateCalls(logging, 10, scopes);
    await noop.ask({ answer: { method: "ValidateScopes", message: calls.answer } });
    await fixed.ask({ answer: { message: calls.answer } });

    const loads = {
      registry: stack.use(await openValidateLoad(registry.grpcAddress, calls, registry.usage)),
      logging: stack.use(await openValidateLoad(logging.grpcAddress, { ...calls, token }, logging.usage)),
      noop: stack.use(await openValidateLoad(noop.address, calls, noop.usage)),
      fixed: stack.use(await openValidateLoad(fixed.address, calls, fixed.usage)),
    };
    const extent = { milliseconds: scale.roundMs };
    const rounds = await alternate(context, {
      registry: () => loads.registry.run(extent),
      logging: () => loads.logging.run(extent),
      noop: () => loads.noop.run(extent),
      fixed: () => loads.fixed.run(extent),
    });
    const cpu = { unit: "µs", values: cpuOf(rounds.registry) };
    const doingNothing = { name: "grpc-js that does nothing", values: cpuOf(rounds.noop) };
    return {
      figures: [
        figureOf({
          ...cpu,
          name: "ValidateScopes, ten names: CPU a request",
          reference: doingNothing,
          target: atMost(1.25),
        }),
        figureOf({
          ...cpu,
          name: "ValidateScopes, ten names: CPU a request",
          reference: { name: "node:http2 with a fixed frame", values: cpuOf(rounds.fixed) },
          target: atMost(2.5),
        }),
        figureOf({
          name: "the same, each call written to the log (info)",
          unit: "µs",
          values: cpuOf(rounds.logging),
          reference: doingNothing,
        }),
        throughputFigure("ValidateScopes, ten names", rounds.registry, "grpc-js that does nothing", rounds.noop),
        ...latencyFigures("ValidateScopes, ten names", rounds.registry, "grpc-js that does nothing", rounds.noop),
      ],
    };
  },
};
