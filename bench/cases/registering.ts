import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atLeast, type Figure, figureOf } from "../harness/figure.ts";
import { latencyFigures } from "../load/load-figures.ts";
import { type LoadGenerator, openLoad, type ServedLoad } from "../load/load-generator.ts";
import { startMongodbPeer } from "../peers/mongodb-peer.ts";
import type { TransactionsQuestion } from "../peers/transaction-registrations.ts";
import type { MongodbShare } from "../registry/bench-mongodb.ts";
import { prepareMongodbRegistries } from "../registry/mongodb-registry.ts";
import { REGISTER_PATH, registrationHeaders, registrationMessages } from "../registry/registrations.ts";
import type { RegistryProcess } from "../registry/registry-process.ts";

const CALLERS = { few: 64, many: 256 };
/** Where nothing is to be measured: transactions that wait for each other take long. */
const SMOKE_CALLERS = { few: 4, many: 8 };
/** How many registrations a round has for each millisecond of its time: about as many as are made in it. */
const PER_MILLISECOND = 1;
/** For what part of a round transactions are begun: those that wait for others then take seconds to end. */
const BEGINNING = 0.5;

/** What registering costs beside a transaction for each registration, which is what registries usually do. */
export const registering: Benchmark = {
  name: "registering",
  title: "Resource servers register ten new scopes each, on MongoDB",
  async run(context) {
    const { scale, stack } = context;
    const callers = scale.isSmoke ? SMOKE_CALLERS : CALLERS;
    const { mongodb, start } = await prepareMongodbRegistries(context, 0);
    const registry = await start();
    const peer = stack.use(
      await startMongodbPeer<TransactionsQuestion>("transaction-registrations.ts", mongodb.uri("transactions")),
    );
    const requests = Math.round(scale.roundMs * PER_MILLISECOND);
    const milliseconds = scale.roundMs * BEGINNING;
    // One more round than counts, to warm up.
    const all = requests * (scale.rounds + 1);
    const few = stack.use(await openRegistering(registry, callers.few, all));
    const many = stack.use(await openRegistering(registry, callers.many, all));

    const rounds = await alternate(context, {
      few: () => mongodb.beside(() => few.run({ requests })),
      fewTransactions: () => mongodb.beside(() => peer.run({ callers: callers.few, milliseconds })),
      many: () => mongodb.beside(() => many.run({ requests })),
      manyTransactions: () => mongodb.beside(() => peer.run({ callers: callers.many, milliseconds })),
    });
    return {
      figures: [
        ...registeringFigures(callers.few, rounds.few, rounds.fewTransactions),
        ...registeringFigures(callers.many, rounds.many, rounds.manyTransactions),
      ],
    };
  },
};

/** Callers with a connection each. Each registration of theirs is of names that none has had before. */
async function openRegistering(registry: RegistryProcess, callers: number, count: number): Promise<LoadGenerator> {
  const headers = await registrationHeaders(registry, callers, callers);
  const messages = registrationMessages(count, callers);
  return openLoad(
    { address: registry.grpcAddress, path: REGISTER_PATH, headers, messages, connections: callers, inFlight: 1 },
    registry.usage,
  );
}

type Round = ServedLoad & MongodbShare;

function registeringFigures(
  callers: number,
  ours: readonly Round[],
  transactions: readonly Round[],
): readonly Figure[] {
  const name = `registering ten new scopes, ${callers} callers`;
  const referenceName = "a transaction each";
  const compared = (what: string, unit: string, of: (round: Round) => number) => ({
    name: `${name}: ${what}`,
    unit,
    values: ours.map(of),
    reference: { name: referenceName, values: transactions.map(of) },
  });
  return [
    figureOf({ ...compared("registrations a second", "/s", (round) => round.perSecond), target: atLeast(10) }),
    figureOf(compared("CPU a registration", "µs", (round) => round.cpuMicros + round.mongodbMicros)),
    figureOf(compared("of which MongoDB", "µs", (round) => round.mongodbMicros)),
    ...latencyFigures(name, ours, referenceName, transactions),
  ];
}
