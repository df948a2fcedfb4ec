import type { DescService } from "@bufbuild/protobuf";
import { ScopeRegistry as ScopeRegistryService } from "@scope-registry/client/messages";
import type { Logger } from "pino";
import type { Freshness, FreshnessListener } from "./registry/log-position.ts";
import type { ScopeRegistry } from "./registry/scope-registry.ts";
import type { GrpcServer } from "./transport/grpc/grpc-server.ts";
import type { ServerStatus } from "./transport/http/probes.ts";

/**
 * The health service that tells whether the store can be written. The server itself stays SERVING without the store, since
 * reads go on from memory: a load balancer must not take all servers out because MongoDB is away.
 */
export const WRITES_SERVICE = `${ScopeRegistryService.typeName}/writes`;

/** How often the log says how old the state is while the store is away, in milliseconds. */
const REMINDER_MS = 30_000;

/** The server's health, as probes and the log show it. */
export interface ServerHealth {
  readonly onFreshness: FreshnessListener;
  readonly status: () => ServerStatus;
  /** The server takes no more calls. */
  stop(): void;
}

/** What is watched, and where it is told. */
export interface ServerHealthParts {
  readonly registry: ScopeRegistry;
  readonly grpc: GrpcServer;
  readonly services: readonly DescService[];
  readonly logger: Logger;
}

/** Tells health checkers, `/readyz` and the log how the server is. */
export function reportHealth({ registry, grpc, services, logger }: ServerHealthParts): ServerHealth {
  let stopping = false;
  let reminder: NodeJS.Timeout | undefined;

  function logAge(): void {
    const { asOf } = registry.freshness;
    const age = Math.round((Date.now() - asOf) / 1_000);
    logger.warn(
      { as_of: new Date(asOf).toISOString(), age_seconds: age, revision: registry.revision },
      "The store is away: reads go on from memory, nothing can be registered",
    );
  }

  function onFreshness({ storeReachable }: Freshness, cause?: unknown): void {
    grpc.setHealth(WRITES_SERVICE, storeReachable && !stopping ? "SERVING" : "NOT_SERVING");
    clearInterval(reminder);
    if (storeReachable) {
      logger.info({ revision: registry.revision }, "The store is back");
      return;
    }
    logger.warn({ err: cause }, "The store does not answer as it should");
    logAge();
    reminder = setInterval(logAge, REMINDER_MS).unref();
  }

  const readServices = ["", ...services.map(({ typeName }) => typeName)];
  for (const service of [...readServices, WRITES_SERVICE]) grpc.setHealth(service, "SERVING");
  if (!registry.freshness.storeReachable) onFreshness(registry.freshness);

  return {
    onFreshness,
    status() {
      const { asOf, storeReachable } = registry.freshness;
      const reason = stopping ? "stopping" : storeReachable ? "" : "store_unavailable";
      return { ready: !stopping, reason, revision: registry.revision, asOf, writes: storeReachable && !stopping };
    },
    stop() {
      stopping = true;
      clearInterval(reminder);
      for (const service of [...readServices, WRITES_SERVICE]) grpc.setHealth(service, "NOT_SERVING");
    },
  };
}
