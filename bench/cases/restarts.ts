import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, type Figure, figureOf, type Target } from "../harness/figure.ts";
import { openLoad, type ServedLoad } from "../load/load-generator.ts";
import type { FindOnesQuestion } from "../peers/find-ones.ts";
import { startMongodbPeer } from "../peers/mongodb-peer.ts";
import { startPeer } from "../peers/start-peer.ts";
import type { MongodbShare } from "../registry/bench-mongodb.ts";
import { openLogMeter } from "../registry/log-meter.ts";
import { prepareMongodbRegistries } from "../registry/mongodb-registry.ts";
import { REGISTER_PATH, registrationHeaders, registrationMessages, repeatedAnswer } from "../registry/registrations.ts";

const CONNECTIONS = 50;

/**
 * What it costs when all resource servers start at once, as after an outage, and register what is registered. Each shows a
 * token that the registry has not seen, as a new process does. Beside it stand the look-ups of the simplest implementation: as
 * they are, from one process that nobody calls, and behind a gRPC server that does nothing else. On two cores the load
 * generator, which the bare look-ups do without, takes a third of what there is.
 */
export const restarts: Benchmark = {
  name: "restarts",
  title: "Resource servers start at once and register what has not changed, on MongoDB",
  async run(context) {
    const { scale, stack } = context;
    const { uri, mongodb, start } = await prepareMongodbRegistries(context, 0);
    const registry = await start();
    const owners = scale.size(2_000);
    const peer = stack.use(await startMongodbPeer<FindOnesQuestion>("find-ones.ts", uri));
    const meter = stack.use(await openLogMeter(uri));
    // For the registrations that come first, the round that does not count, and those that do.
    const headers = await registrationHeaders(registry, owners * (scale.rounds + 2), owners);
    const messages = registrationMessages(owners, owners);
    const spec = { address: registry.grpcAddress, path: REGISTER_PATH, headers, messages };
    const inFlight = Math.ceil(owners / CONNECTIONS);
    const load = stack.use(await openLoad({ ...spec, connections: CONNECTIONS, inFlight }, registry.usage));
    const atOnce = { requests: owners };
    await load.run(atOnce);
    const server = stack.use(await startPeer("find-one-server.ts", [uri]));
    await server.ask({ answer: { message: await repeatedAnswer(registry, owners) } });
    const serverLoad = stack.use(
      await openLoad({ ...spec, address: server.address, connections: CONNECTIONS, inFlight }, server.usage),
    );

    const rounds = await alternate(context, {
      restarts: async () => {
        const { result, traffic } = await meter.during(() => mongodb.beside(() => load.run(atOnce)));
        return { ...result, traffic };
      },
      findOnes: () => mongodb.beside(() => peer.run({ owners })),
      server: () => mongodb.beside(() => serverLoad.run(atOnce)),
    });
    const name = `${owners.toLocaleString("en")} restarts at once, nothing changed`;
    const traffic = (what: string, unit: string, values: readonly number[]) => ({
      name: `${name}: ${what}`,
      unit,
      values,
    });
    return {
      figures: [
        ...comparedFigures(name, rounds.restarts, "a findOne each", rounds.findOnes, atMost(1)),
        ...comparedFigures(name, rounds.restarts, "a gRPC server with a findOne each", rounds.server),
        figureOf({
          ...traffic(
            "written, but for the proof of its head that a registry makes every 2 s",
            "documents",
            rounds.restarts.map((round) => round.traffic.writes),
          ),
          target: atMost(0),
        }),
        figureOf(
          traffic(
            "read, but for that proof",
            "look-ups",
            rounds.restarts.map((round) => round.traffic.reads),
          ),
        ),
      ],
    };
  },
};

type Round = ServedLoad & MongodbShare;

function comparedFigures(
  name: string,
  ours: readonly Round[],
  referenceName: string,
  reference: readonly Round[],
  target?: Target,
): readonly Figure[] {
  const figure = (what: string, unit: string, of: (round: Round) => number, wanted?: Target) =>
    figureOf({
      name: `${name}: ${what}`,
      unit,
      values: ours.map(of),
      reference: { name: referenceName, values: reference.map(of) },
      ...(wanted === undefined ? {} : { target: wanted }),
    });
  return [
    figure("until all are answered", "ms", (round) => round.seconds * 1_000, target),
    figure("MongoDB's CPU a caller", "µs", (round) => round.mongodbMicros, target),
    figure("CPU a caller, with MongoDB's", "µs", (round) => round.cpuMicros + round.mongodbMicros),
  ];
}
