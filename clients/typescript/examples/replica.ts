/** A token issuer that judges what clients ask for in its own process, and goes on doing so while the registry is away. */
import { createScopeReplica, type ScopeRegistryConnection, type ScopeReplica } from "@scope-registry/client";

/** What the issuer needs. */
export interface IssuerOptions {
  readonly connection: ScopeRegistryConnection;
  /** Where the newest scopes are kept, so that the issuer starts without the registry too. */
  readonly snapshotFile: string;
  readonly log: (line: string) => void;
}

/** The token endpoint's answer (RFC 6749 §5.1, §5.2), as far as scopes decide it. */
export type ScopeDecision =
  | { readonly scope: string; readonly aud: readonly string[] }
  | { readonly error: string; readonly error_description: string };

/** Starts following the registry; resolves when there is something to judge by. */
export async function followScopes({ connection, snapshotFile, log }: IssuerOptions): Promise<ScopeReplica> {
  const replica = createScopeReplica({
    connection,
    snapshotFile,
    onProblem: ({ message, retryInMs }) => log(`${message}; next try in ${Math.round(retryInMs)} ms`),
  });
  replica.onChange(({ revision, names }) => log(`Revision ${revision}: ${names?.join(" ") ?? "everything read anew"}`));
  await replica.ready;
  log(`Judging ${replica.size} scopes, known to be the newest ${Math.round(replica.lag)} ms ago`);
  return replica;
}

/** Judges a token request: no waiting, no network. */
export function decide(
  replica: ScopeReplica,
  request: { readonly client_id: string; readonly scope: string; readonly resource?: string },
): ScopeDecision {
  const { client_id: clientId, scope, resource } = request;
  const judgement = replica.judge({ clientId, scope, resources: resource === undefined ? [] : [resource] });
  if (!judgement.valid) return { error: judgement.error, error_description: judgement.errorDescription };
  return { scope: judgement.grantedScopes.join(" "), aud: judgement.audiences };
}
