import { Client, credentials } from "@grpc/grpc-js";
import { freePort } from "../../../test/support/free-port.ts";
import { type ProcessUsage, readUsage } from "../../../test/support/process-usage.ts";
import { startForeignProcess } from "../foreign-process.ts";
import type { OpenfgaStore, OpenfgaTuple } from "./check-messages.ts";

const MODEL = {
  schema_version: "1.1",
  type_definitions: [
    { type: "user" },
    {
      type: "scope",
      relations: { grantee: { this: {} } },
      metadata: { relations: { grantee: { directly_related_user_types: [{ type: "user" }] } } },
    },
  ],
};
const SETTINGS = [
  "--datastore-engine=memory",
  "--log-level=error",
  "--playground-enabled=false",
  "--metrics-enabled=false",
];

/** How to run it. */
export interface OpenfgaOptions {
  readonly binary: string;
  /** What it is told. At most 100. */
  readonly tuples: readonly OpenfgaTuple[];
  /** Whether it answers by what it answered up to ten seconds ago, which it does not by itself. */
  readonly queryCache: boolean;
}

/** An OpenFGA with a store. */
export interface Openfga extends AsyncDisposable {
  readonly address: string;
  readonly store: OpenfgaStore;
  usage(): Promise<ProcessUsage>;
  /** Sends a message to a method of `openfga.v1.OpenFGAService`, and gives its answer's bytes. */
  call(method: string, message: Uint8Array): Promise<Uint8Array>;
}

/** Where a method of `openfga.v1.OpenFGAService` is called. */
export function openfgaPath(method: string): string {
  return `/openfga.v1.OpenFGAService/${method}`;
}

/** Starts an OpenFGA that keeps in memory what it is told. */
export async function startOpenfga({ binary, tuples, queryCache }: OpenfgaOptions): Promise<Openfga> {
  await using parts = new AsyncDisposableStack();
  const address = `127.0.0.1:${await freePort()}`;
  const http = `127.0.0.1:${await freePort()}`;
  const { pid } = parts.use(
    await startForeignProcess({
      command: binary,
      args: [
        ...["run", ...SETTINGS, `--check-query-cache-enabled=${queryCache}`],
        ...[`--grpc-addr=${address}`, `--http-addr=${http}`],
      ],
      isReady: async () => (await fetch(`http://${http}/healthz`)).ok,
    }),
  );
  const { id: storeId } = await post<{ id: string }>(`http://${http}/stores`, { name: "bench" });
  const stored = `http://${http}/stores/${storeId}`;
  const model = await post<{ authorization_model_id: string }>(`${stored}/authorization-models`, MODEL);
  const modelId = model.authorization_model_id;
  await post(`${stored}/write`, { authorization_model_id: modelId, writes: { tuple_keys: tuples } });
  const client = parts.adopt(new Client(address, credentials.createInsecure()), (each) => each.close());

  const all = parts.move();
  return {
    address,
    store: { storeId, modelId },
    usage: () => readUsage(pid),
    call: (method, message) =>
      new Promise((resolve, reject) => {
        const same = (bytes: Buffer) => bytes;
        client.makeUnaryRequest(openfgaPath(method), same, same, Buffer.from(message), (error, answer) =>
          error === null && answer !== undefined ? resolve(answer) : reject(error),
        );
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`OpenFGA answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
