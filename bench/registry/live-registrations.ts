import { connectScopeRegistry } from "../../clients/typescript/src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../../clients/typescript/src/replica/create-scope-replica.ts";
import type { Delivery } from "./delivery.ts";
import type { RegistryProcess } from "./registry-process.ts";

/** Registrations at one server that a replica follows at another, all seen from one process. */
export interface LiveRegistrations extends AsyncDisposable {
  /** Registers a new scope, and waits until the replica judges it to be valid. */
  register(): Promise<Delivery>;
}

/** Connects to the two servers, and waits until the replica is ready. */
export async function openLiveRegistrations(
  registeredAt: RegistryProcess,
  followedAt: RegistryProcess,
): Promise<LiveRegistrations> {
  const owner = connectScopeRegistry({
    address: registeredAt.grpcAddress,
    credentials: { token: await registeredAt.token("live-api", "scope_registry.register") },
  });
  const issuer = connectScopeRegistry({
    address: followedAt.grpcAddress,
    credentials: { token: await followedAt.token("issuer", "scope_registry.read", "scope_registry.validate") },
  });
  const replica = createScopeReplica({ connection: issuer, reportUsage: false });
  await replica.ready;
  let registered = 0;

  function untilJudgedValid(name: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const stop = replica.onChange(() => {
      if (!replica.judge({ scopes: [name] }).valid) return;
      resolve(performance.now());
      stop();
    });
    return promise;
  }

  return {
    async register() {
      registered += 1;
      const name = `live-api:${registered}:read`;
      const delivered = untilJudgedValid(name);
      const called = performance.now();
      await owner.registry.registerScopes({ scopes: [{ name, description: "Read what is live" }] });
      const acknowledged = performance.now();
      return { called, acknowledged, delivered: await delivered };
    },
    async [Symbol.asyncDispose]() {
      await replica.close();
      await Promise.all([owner.close(), issuer.close()]);
    },
  };
}
