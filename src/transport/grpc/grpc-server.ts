/**
 * The gRPC port. grpc-js keeps its connections and serves health and reflection; the calls of the registry's own methods are served
 * here, on their HTTP/2 streams. It holds no rule: see `../call-pipeline.ts`.
 */
import { promisify } from "node:util";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { firstWithin } from "../../first-within.ts";
import type { ArrivalBudget } from "../arrival-budget.ts";
import { MAX_MESSAGE_BYTES } from "../call.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { READ_TIMEOUT_MS } from "../slow-reader.ts";
import type { TlsMaterial } from "../tls-material.ts";
import type { UnreadBudget } from "../unread-budget.ts";
import { CallCounter } from "./call-counter.ts";
import { OpenRequests, REQUEST_LIMITS, type RequestLimits } from "./open-requests.ts";
import { takeStreams } from "./own-streams.ts";
import { ReadTimeouts } from "./read-timeouts.ts";
import { addReflection } from "./reflection.ts";
import { ServedCall } from "./served-call.ts";
import { strangerLimits } from "./stranger-limits.ts";

/** Beyond this grpc-js receives nothing, also where a message unpacks to it. A little below it the registry gives the reason. */
const HARD_MESSAGE_BYTES = MAX_MESSAGE_BYTES + 1024;
const MAX_STREAMS_PER_CONNECTION = 1_024;
const MAX_HEADER_BYTES = 64 * 1024;
const KEEPALIVE_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;
/** How long a connection may stay without a call before it is told to go, in milliseconds. Clients open another at need. */
const IDLE_MS = 15 * 60_000;
/** How long the last answers have to leave the process when it stops, in milliseconds. */
const FLUSH_MS = 200;

/** How much of the registry works: the names are those of `grpc.health.v1.HealthCheckResponse.ServingStatus`. */
export type ServingStatus = "SERVING" | "NOT_SERVING";

/** The gRPC port. */
export interface GrpcServer {
  /** The port that it listens on. */
  readonly port: number;
  /** Tells health checkers how a service is; the empty name is the server as a whole. */
  setHealth(service: string, status: ServingStatus): void;
  /** Lets calls under way end, for at most so many milliseconds, and closes. */
  close(graceMs: number): Promise<void>;
}

/** What the gRPC port needs. */
export interface GrpcServerOptions {
  /** `host:port`; port 0: any free one. */
  readonly address: string;
  readonly services: readonly DescService[];
  readonly pipeline: CallPipeline;
  readonly budget: ArrivalBudget;
  readonly unread: UnreadBudget;
  /** Undefined: plaintext. */
  readonly tls: TlsMaterial | undefined;
  /** What requests may take until they are complete; {@link REQUEST_LIMITS} where not given. */
  readonly requestLimits?: Partial<RequestLimits>;
  /** How long the reader of a stream may take for one message, in milliseconds; {@link READ_TIMEOUT_MS} if not given. */
  readonly readTimeoutMs?: number;
  /** How long a connection may stay without a call, in milliseconds; 15 minutes if not given. */
  readonly idleMs?: number;
}

/** Opens the gRPC port. Rejects if the address cannot be bound. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const { address, services, pipeline, budget, unread, tls, requestLimits } = options;
  const { idleMs = IDLE_MS, readTimeoutMs = READ_TIMEOUT_MS } = options;
  // What it would print beside the log comes as errors too.
  setLogVerbosity(logVerbosity.NONE);
  const calls = new CallCounter();
  const timeouts = new ReadTimeouts(readTimeoutMs);
  const requests = new OpenRequests({ ...REQUEST_LIMITS, ...requestLimits }, budget);
  const server = new Server({
    interceptors: [strangerLimits(requests)],
    "grpc.max_receive_message_length": HARD_MESSAGE_BYTES,
    "grpc.max_concurrent_streams": MAX_STREAMS_PER_CONNECTION,
    "grpc.max_metadata_size": MAX_HEADER_BYTES,
    "grpc.keepalive_time_ms": KEEPALIVE_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    "grpc.max_connection_idle_ms": idleMs,
    "grpc.enable_channelz": 0,
  });
  const methods = new Map(services.flatMap((service) => service.methods.map((method) => [pathOf(method), method])));
  const parts = { pipeline, calls, requests, timeouts, unread };
  takeStreams(server, (stream, headers) => {
    const method = methods.get(headers[":path"] ?? "");
    if (method === undefined || !headers["content-type"]?.startsWith("application/grpc")) return false;
    new ServedCall(method, stream, headers, parts).begin();
    return true;
  });
  const health = new HealthImplementation({ "": "SERVING" });
  health.addToServer(server);
  addReflection(server);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind(address, credentials(tls)).catch((error: unknown) => {
    requests.close();
    timeouts.close();
    throw error;
  });

  return {
    port,
    setHealth: (service, status) => health.setStatus(service, status),
    async close(graceMs) {
      // A client that leaves in this moment may take the last connection with it, of whose end grpc-js never tells.
      const closed = promisify(server.tryShutdown.bind(server))();
      await firstWithin(graceMs, closed, calls.ended());
      // What is open now are streams, which have no end of their own. Answers on their way get the time to leave. The rest
      // is cut here: forceShutdown of grpc-js 1.14 forgets to where channelz is off.
      await firstWithin(FLUSH_MS, closed);
      requests.close();
      timeouts.close();
      server.forceShutdown();
    },
  };
}

/** Where a method is called. */
function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function credentials(tls: TlsMaterial | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const keyPair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  const clientCa = tls.clientCa === undefined ? null : Buffer.from(tls.clientCa);
  return ServerCredentials.createSsl(clientCa, [keyPair], clientCa !== null);
}
