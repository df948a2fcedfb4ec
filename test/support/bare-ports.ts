/** Both ports as they are, on a pipeline that a test makes: for what happens on the wire, whatever the registry behind it does. */
import { ScopeRegistry } from "@scope-registry/client";
import pino from "pino";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { type GrpcServer, startGrpcServer } from "../../src/transport/grpc/grpc-server.ts";
import { type HttpServer, startHttpServer } from "../../src/transport/http/http-server.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";

/** What the ports stand on. */
export interface BarePortsOptions {
  readonly pipeline: CallPipeline;
  /** Default: as large as a server's. */
  readonly unread?: UnreadBudget;
  /** How long readers may take nothing, in milliseconds. Default: as long as with a server. */
  readonly readMs?: number;
}

/** The ports, open on the loopback and without TLS. */
export interface BarePorts {
  readonly grpc: GrpcServer;
  readonly http: HttpServer;
  /** Closes both at once, whatever is under way. */
  close(): Promise<void>;
}

/** Opens both ports for `ScopeRegistry`. */
export async function openBarePorts(options: BarePortsOptions): Promise<BarePorts> {
  const { pipeline, unread = new UnreadBudget(), readMs } = options;
  const parts = { services: [ScopeRegistry], pipeline, budget: new ArrivalBudget(), unread, tls: undefined };
  const grpc = await startGrpcServer({
    ...parts,
    address: "127.0.0.1:0",
    ...(readMs !== undefined && { readTimeoutMs: readMs }),
  });
  const http = await startHttpServer({
    ...parts,
    host: "127.0.0.1",
    port: 0,
    ...(readMs !== undefined && { limits: { readMs } }),
    status: () => ({ ready: true, reason: "", revision: 1, asOf: 0, writes: true }),
    logger: pino({ level: "silent" }),
  });
  return {
    grpc,
    http,
    async close() {
      await grpc.close(0);
      await http.close(0);
    },
  };
}
