import { type Client, credentials, makeGenericClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import type { ServerProcess } from "./server-process.ts";

/** A gRPC health checker (grpc.health.v1), as load balancers and orchestrators have one. */
export interface HealthClient extends Disposable {
  /** Asks once. */
  check(service: string): Promise<string>;
  /** Follows a service; the list grows with each status that the server sends. */
  watch(service: string): readonly string[];
}

type Status = { readonly status: string };
type Unary = (request: { service: string }, callback: (error: ServiceError | null, answer: Status) => void) => void;

/** Connects a health checker to a server's gRPC port. */
export function checkHealthOf(server: ServerProcess): HealthClient {
  const Health = makeGenericClientConstructor(service, "Health");
  const client = new Health(server.grpcAddress, credentials.createInsecure()) as unknown as Client & {
    check: Unary;
    watch(request: { service: string }): NodeJS.EventEmitter;
  };
  return {
    check: (name) =>
      new Promise((resolve, reject) => {
        client.check({ service: name }, (error, answer) => (error === null ? resolve(answer.status) : reject(error)));
      }),
    watch(name) {
      const statuses: string[] = [];
      const stream = client.watch({ service: name });
      stream.on("data", ({ status }: Status) => statuses.push(status));
      // The server closes under the stream when it stops.
      stream.on("error", () => undefined);
      return statuses;
    },
    [Symbol.dispose]: () => client.close(),
  };
}
