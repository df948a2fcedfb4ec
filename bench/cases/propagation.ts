import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { ascending, quantile } from "../harness/statistics.ts";
import { openBareInserts } from "../registry/bare-inserts.ts";
import type { Delivery } from "../registry/delivery.ts";
import { openLiveRegistrations } from "../registry/live-registrations.ts";
import { prepareMongodbRegistries } from "../registry/mongodb-registry.ts";

/** How many changes a round has for each millisecond of its time. */
const PER_MILLISECOND = 0.1;
const SHARES = { p50: 0.5, p99: 0.99 };

/**
 * How soon what is registered at one server counts at all others.
 *
 * The clock starts when the caller is told that its scope is registered, and stops when a replica that follows another server
 * judges it to be valid; 0, where the replica was faster than the answer. MongoDB's part in that is to deliver a change, and
 * it begins with the insert: from its own acknowledgement on nothing is left to compare with, for MongoDB acknowledges a
 * majority's write and delivers it in the same moment. So that is what the target is about, and beside it stands the whole
 * time from the call on, of which the registration itself is most: it is a transaction, and a bare insert is none.
 */
export const propagation: Benchmark = {
  name: "propagation",
  title: "From a registration at one server to a replica that follows another, on MongoDB",
  async run(context) {
    const { scale, stack } = context;
    const { mongodb, start } = await prepareMongodbRegistries(context, scale.size(10_000));
    const registrations = stack.use(await openLiveRegistrations(await start(), await start()));
    const inserts = stack.use(await openBareInserts(mongodb.uri("inserts")));
    const changes = Math.round(scale.roundMs * PER_MILLISECOND);

    const rounds = await alternate(context, {
      registrations: () => oneByOne(changes, registrations.register),
      inserts: () => oneByOne(changes, inserts.insert),
    });
    const insert = "a bare insert, until delivered";
    const figure = (share: keyof typeof SHARES, bound: number) => {
      const delivered = { name: insert, values: quantiles(rounds.inserts, share, fromCall) };
      const of = (rest: string, milliseconds: (delivery: Delivery) => number) => ({
        name: `${rest}: ${share}`,
        unit: "ms",
        values: quantiles(rounds.registrations, share, milliseconds),
        reference: delivered,
      });
      return [
        figureOf({
          ...of("acknowledged by one server, until a replica of another judges it", fromAcknowledgement),
          target: atMost(bound),
        }),
        figureOf(of("the same, from the call on", fromCall)),
        figureOf({
          name: `a bare insert acknowledged, until delivered: ${share}`,
          unit: "ms",
          values: quantiles(rounds.inserts, share, fromAcknowledgement),
        }),
      ];
    };
    return { figures: [...figure("p50", 3), ...figure("p99", 5)] };
  },
};

async function oneByOne(count: number, change: () => Promise<Delivery>): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  while (deliveries.length < count) deliveries.push(await change());
  return deliveries;
}

function quantiles(
  rounds: readonly (readonly Delivery[])[],
  share: keyof typeof SHARES,
  milliseconds: (delivery: Delivery) => number,
): readonly number[] {
  return rounds.map((deliveries) => quantile(deliveries.map(milliseconds).sort(ascending), SHARES[share]));
}

function fromCall({ called, delivered }: Delivery): number {
  return delivered - called;
}

function fromAcknowledgement({ acknowledged, delivered }: Delivery): number {
  return Math.max(0, delivered - acknowledged);
}
