/** Replicas of real registries, in tests. */
import type { TestContext } from "vitest";
import type { ServerProcess } from "../../../../test/support/server-process.ts";
import type { TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { createScopeReplica } from "../../src/replica/create-scope-replica.ts";
import type { ReplicaOptions, ReplicaProblem } from "../../src/replica/replica-options.ts";
import type { ScopeReplica } from "../../src/replica/scope-replica.ts";

/** A replica, and the problems that it told of. */
export interface Followed {
  readonly replica: ScopeReplica;
  readonly problems: ReplicaProblem[];
}

/** A replica that ends with the test. */
export function follow(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  { address, token }: { readonly address: string; readonly token: string },
  options: Partial<ReplicaOptions> = {},
): Followed {
  const connection = connectScopeRegistry({ address, credentials: { token } });
  const problems: ReplicaProblem[] = [];
  const replica = createScopeReplica({ connection, onProblem: (problem) => void problems.push(problem), ...options });
  onTestFinished(async () => {
    await replica.close();
    await connection.close();
  });
  return { replica, problems };
}

/** Where a server is, with the token of a reader that may judge. */
export async function readerOf(server: TestServer | ServerProcess, address = server.grpcAddress) {
  const token =
    "tokenFor" in server
      ? await server.tokenFor({ client: "auth-server", scopes: ["read", "validate"] })
      : await server.token("auth-server", "scope_registry.read", "scope_registry.validate");
  return { address, token };
}
