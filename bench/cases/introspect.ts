import { create, toBinary } from "@bufbuild/protobuf";
import { IntrospectRequestSchema, IntrospectResponseSchema } from "@scope-registry/client/messages";
import type { ProcessUsage } from "../../test/support/process-usage.ts";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark, BenchmarkContext } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { cpuOf, latencyFigures } from "../load/load-figures.ts";
import { openLoad, type ServedLoad } from "../load/load-generator.ts";
import { startPeer } from "../peers/start-peer.ts";
import { scopeName } from "../registry/bench-scopes.ts";
import { clientOf } from "../registry/registry-client.ts";
import { type RegistryProcess, startSeededRegistry } from "../registry/registry-process.ts";
import { ISSUER_SHAPE } from "../registry/validate-load.ts";

/** How many tokens are shown in a round: as many for the first time, and these again. */
const TOKENS = 3_000;
/** How often each of them is shown again. */
const AGAIN = 2;
const IN_FLIGHT = ISSUER_SHAPE.connections * ISSUER_SHAPE.inFlight;

/** What it costs a resource server's registry to look into tokens. */
export const introspect: Benchmark = {
  name: "introspect",
  title: "Introspect of a JWT, for the first time and again",
  async run(context) {
    const { folder, progress, scale, stack } = context;
    const registry = stack.use(await startSeededRegistry(folder, scale.size(10_000), progress));
    const noop = stack.use(await startPeer("noop-server.ts"));
    const verifier = stack.use(await startPeer("jwt-verifier.ts"));
    const count = scale.isSmoke ? 50 : TOKENS;
    const tokens = await mint(context, registry, count * (scale.rounds + 1));
    const tokensOf = (round: number) => tokens.slice(round * count, (round + 1) * count);
    const caller = await registry.token("api-0", "scope_registry.introspect");
    await noop.ask({ answer: { method: "Introspect", message: await firstAnswer(registry) } });
    const { publicJwks } = registry.issuer;

    const show = async (address: string, usage: () => Promise<ProcessUsage>, round: number, times: number) => {
      const load = await openLoad(
        {
          address,
          path: "/scoperegistry.v1.ScopeRegistry/Introspect",
          headers: [{ authorization: `Bearer ${caller}` }],
          messages: tokensOf(round).map((token) =>
            toBinary(IntrospectRequestSchema, create(IntrospectRequestSchema, { token })),
          ),
          ...ISSUER_SHAPE,
        },
        usage,
      );
      await using _ = load;
      const first = await load.run({ requests: count });
      return { first, again: await load.run({ requests: count * times }) };
    };
    const rounds = await alternate(context, {
      registry: (round) => show(registry.grpcAddress, registry.usage, round, AGAIN),
      noop: async (round) => (await show(noop.address, noop.usage, round, AGAIN)).again,
      jwtVerify: (round) =>
        verifier.ask<{ cpuMicros: number }>({
          verify: { jwks: publicJwks, tokens: tokensOf(round), inFlight: IN_FLIGHT },
        }),
    });
    const first = rounds.registry.map((round) => round.first);
    const again = rounds.registry.map((round) => round.again);
    return {
      figures: [
        figureOf({
          name: "Introspect of a JWT for the first time: CPU a request, beyond a no-op RPC",
          unit: "µs",
          values: beyond(first, rounds.noop),
          reference: { name: "jose.jwtVerify", values: rounds.jwtVerify.map(({ cpuMicros }) => cpuMicros) },
          target: atMost(1.5),
        }),
        figureOf({
          name: "Introspect of a JWT again: CPU a request",
          unit: "µs",
          values: cpuOf(again),
          reference: { name: "a no-op RPC of grpc-js", values: cpuOf(rounds.noop) },
          target: atMost(1.25),
        }),
        ...latencyFigures("Introspect of a JWT again", again, "a no-op RPC of grpc-js", rounds.noop),
      ],
    };
  },
};

function beyond(rounds: readonly ServedLoad[], noop: readonly ServedLoad[]): readonly number[] {
  const nothing = cpuOf(noop);
  return cpuOf(rounds).map((cpu, round) => cpu - (nothing[round] ?? Number.NaN));
}

function mint({ progress }: BenchmarkContext, registry: RegistryProcess, count: number): Promise<readonly string[]> {
  progress("minting tokens");
  const scopes = Array.from({ length: 5 }, (_, at) => scopeName(at));
  return Promise.all(Array.from({ length: count }, (_, at) => registry.token(`shop-${at}`, ...scopes)));
}

async function firstAnswer(registry: RegistryProcess): Promise<Uint8Array> {
  const client = await clientOf(registry, "api-0", "scope_registry.introspect");
  const token = await registry.token("shop", scopeName(0), scopeName(1), scopeName(2), scopeName(3), scopeName(4));
  const answer = await client.introspect({ token });
  if (answer.scope.split(" ").length !== 5) throw new Error(`The registry answers ${answer.scope || "nothing"}`);
  return toBinary(IntrospectResponseSchema, answer);
}
