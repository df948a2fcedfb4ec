/** A MongoDB replica set of three members for tests, each a mongod of its own. */
import { setTimeout as delay } from "node:timers/promises";
import type { Document } from "mongodb";
import { type Mongod, startMongod, WITH_FAIL_POINTS } from "./mongod.ts";
import { waitUntil } from "./wait-until.ts";

const NAME = "three";
const MEMBERS = 3;

/** How long the primary writes what nobody copies. */
const ALONE_MS = 500;
const ELECTION_TIMEOUT_MS = 1_000;

/** The set may need several elections, each with its pauses. */
const ELECTION = { everyMs: 100, forMs: 60_000 };

/** A replica set that runs. */
export interface ReplicaSet {
  /** Without a database name. */
  readonly uri: string;
  /**
   * Kills the primary and waits until another member has taken its place. Returns the one that was killed. The others
   * copy nothing for a moment before, so that it surely has written what nobody else has.
   */
  killPrimary(): Promise<Mongod>;
  /** Waits until every member is the primary or follows it. */
  untilHealthy(): Promise<void>;
  /** Kills all members and removes what they stored. */
  stop(): Promise<void>;
}

/** Starts three members and waits until they are one set. */
export async function startReplicaSet(): Promise<ReplicaSet> {
  const members = await Promise.all(
    Array.from({ length: MEMBERS }, () => startMongod({ replSet: NAME, initiate: false, args: WITH_FAIL_POINTS })),
  );
  const stop = async () => void (await Promise.all(members.map((member) => member.stop())));
  const uri = `mongodb://${members.map(({ port }) => `127.0.0.1:${port}`).join(",")}/?replicaSet=${NAME}`;
  const statesOf = (member: Mongod) =>
    member.command({ replSetGetStatus: 1 }).then((status) => {
      const states: readonly { stateStr: string }[] = status["members"];
      return states.map(({ stateStr }) => stateStr);
    });
  const primaryAmong = async (candidates: readonly Mongod[]) => {
    const answers = await Promise.all(candidates.map((member) => member.command({ hello: 1 })));
    return candidates.find((_, at) => answers[at]?.["isWritablePrimary"] === true);
  };
  const untilHealthy = () =>
    waitUntil(
      "all members are one set",
      async () => {
        const states = await Promise.all(members.map(statesOf));
        const healthy = states.flat().every((state) => state === "PRIMARY" || state === "SECONDARY");
        return healthy && states.every((seen) => seen.includes("PRIMARY"));
      },
      ELECTION,
    ).then(() => undefined);

  try {
    const [first] = members;
    if (first === undefined) throw new Error("A replica set has members");
    await first.command({
      replSetInitiate: {
        _id: NAME,
        members: members.map(({ port }, _id) => ({ _id, host: `127.0.0.1:${port}` })),
        settings: { electionTimeoutMillis: ELECTION_TIMEOUT_MS },
      },
    });
    await untilHealthy();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    uri,
    untilHealthy,
    stop,
    async killPrimary() {
      const primary = await waitUntil("there is a primary", () => primaryAmong(members), ELECTION);
      const others = members.filter((member) => member !== primary);
      await Promise.all(others.map((member) => member.command(stopCopying("alwaysOn"))));
      await delay(ALONE_MS);
      await primary.kill("SIGKILL");
      await Promise.all(others.map((member) => member.command(stopCopying("off"))));
      await waitUntil("another member is the primary", () => primaryAmong(others), ELECTION);
      return primary;
    },
  };
}

/** Turns MongoDB's own fault on or off by which a member stops copying the primary's log. */
function stopCopying(mode: "alwaysOn" | "off"): Document {
  return { configureFailPoint: "stopReplProducer", mode };
}
