import { ConnectError } from "@connectrpc/connect";
import { connectTo, type RegistryConnection } from "./registry-connection.ts";
import type { ServerProcess } from "./server-process.ts";
import { type WaitOptions, waitUntil } from "./wait-until.ts";

/** How many scopes one registration of a storm has. */
export const STORM_SCOPES = 5;

const WORKERS = 16;

/** A registration that the registry acknowledged. */
export interface Acknowledged {
  /** What the names of its scopes begin with, up to and with the last colon. */
  readonly prefix: string;
  readonly revision: number;
}

/** Many resource servers that register at once, each one registration after the other, until it is stopped. */
export interface RegistrationStorm {
  readonly acknowledged: readonly Acknowledged[];
  /** What calls that were not acknowledged failed with. */
  readonly failures: readonly ConnectError[];
  /** Waits until so many registrations are acknowledged. */
  untilAcknowledged(count: number, patience?: Pick<WaitOptions, "forMs">): Promise<void>;
  /** Starts no further registration and waits for those under way. */
  stop(): Promise<void>;
}

/** What a storm's resource server does when a call fails: end, or go on with the next registration. */
export type AfterFailure = "end" | "goOn";

/** Lets resource servers whose names begin with `name` register at one server. */
export async function startStorm(
  server: ServerProcess,
  name: string,
  afterFailure: AfterFailure,
): Promise<RegistrationStorm> {
  const acknowledged: Acknowledged[] = [];
  const failures: ConnectError[] = [];
  const connection = connectTo(server);
  let stopping = false;

  async function work(owner: string): Promise<void> {
    const client = connection.as(await server.token(owner, "scope_registry.register"));
    for (let nth = 1; !stopping; nth++) {
      const prefix = `${owner}:${nth}:`;
      try {
        const { revision } = await client.registerScopes({ scopes: stormScopes(prefix) });
        acknowledged.push({ prefix, revision: Number(revision) });
      } catch (error) {
        failures.push(ConnectError.from(error));
        if (afterFailure === "end") return;
      }
    }
  }

  const workers = Array.from({ length: WORKERS }, (_, at) => work(`${name}-${at}`));
  return {
    acknowledged,
    failures,
    async untilAcknowledged(count, patience) {
      await waitUntil(`${count} registrations are acknowledged`, () => acknowledged.length >= count, {
        everyMs: 5,
        ...patience,
      });
    },
    async stop() {
      stopping = true;
      await endAll(workers, connection);
    },
  };
}

async function endAll(workers: readonly Promise<void>[], connection: RegistryConnection): Promise<void> {
  await Promise.all(workers);
  connection[Symbol.dispose]();
}

function stormScopes(prefix: string): { name: string; description: string }[] {
  return Array.from({ length: STORM_SCOPES }, (_, at) => ({ name: `${prefix}${at}`, description: `Scope ${at}` }));
}
