import { Code, type ConnectError } from "@connectrpc/connect";
import { type RegistryRefusal, refusalOf } from "../connection/refusal.ts";
import { retry } from "../connection/retry.ts";
import type { ScopeRegistryConnection } from "../connection/scope-registry-connection.ts";
import { backoffDelay } from "../connection/wait.ts";
import { RegistrationMode } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { tell } from "../tell.ts";
import { type RegisteredScopes, readRegisteredScopes } from "./registered-scopes.ts";
import { RegistrationRefusedError, RegistrationTimeoutError } from "./registration-errors.ts";
import { type ScopeDefinitionInput, toScopeDefinition } from "./scope-definition-input.ts";
import { readScopeFile } from "./scope-file.ts";

const DEFAULT_DEADLINE_MS = 60_000;

/** How long one attempt may take, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 10_000;

const BACKOFF = { firstMs: 200, mostMs: 5_000 };

/** What a resource server registers when it starts: scopes from code, or from a file that {@link readScopeFile} reads. */
export type StartupRegistration = RegistrationOptions &
  ({ readonly scopes: readonly ScopeDefinitionInput[] } | { readonly file: string });

/** How to register. `mode`, `release` and `displayName` win over those of a file. */
export interface RegistrationOptions {
  readonly connection: ScopeRegistryConnection;
  /** MERGE (the default) leaves scopes alone that are not named; REPLACE disables the resource server's other scopes. */
  readonly mode?: "MERGE" | "REPLACE" | undefined;
  /** A number that rises with each deployment, at most 2^53 - 1: an older replica that restarts then changes nothing. */
  readonly release?: number | bigint | undefined;
  /** The resource server's name for people: at most 200 characters. */
  readonly displayName?: string | undefined;
  /** How long to try while the registry is away, in milliseconds, above 0; 60,000 if not given. */
  readonly deadlineMs?: number | undefined;
  /** Ends the trying. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of each attempt that failed and will be repeated, for the log. What it throws or rejects with is ignored. */
  readonly onRetry?: ((retry: RegistrationRetry) => void) | undefined;
}

/** An attempt that failed. */
export interface RegistrationRetry {
  /** Counted from 1. */
  readonly attempt: number;
  /** How long it is waited before the next, in milliseconds. */
  readonly delayMs: number;
  readonly error: ConnectError;
}

/**
 * Registers a resource server's scopes: await it before listening, so that nothing runs unprotected. While the registry or
 * the authorization server is away it is tried again; registering is idempotent.
 *
 * @throws {RegistrationRefusedError} at once, if the registry refuses
 * @throws {RegistrationTimeoutError} if the registry could not be reached until the deadline
 * @throws {ScopeFileError} if the file cannot be used
 * @throws {TypeError} if `deadlineMs`, `release` or a `sunsetTime` cannot be used
 * @throws {ConnectError} at once, if there is no token to be had, or TLS does not come about
 */
export async function registerAtStartup(registration: StartupRegistration): Promise<RegisteredScopes> {
  const { connection, deadlineMs = DEFAULT_DEADLINE_MS, signal = new AbortController().signal, onRetry } = registration;
  if (!(deadlineMs > 0)) throw new TypeError("deadlineMs must be a number of milliseconds above 0");
  const file = "file" in registration ? await readScopeFile(registration.file) : undefined;
  const definitions = "scopes" in registration ? registration.scopes : (file?.scopes ?? []);
  const request = {
    scopes: definitions.map(toScopeDefinition),
    mode: RegistrationMode[registration.mode ?? file?.mode ?? "MERGE"],
    release: toRelease(registration.release ?? file?.release ?? 0),
    displayName: registration.displayName ?? file?.displayName ?? "",
  };
  const startedAt = performance.now();
  const left = () => deadlineMs - (performance.now() - startedAt);

  async function register(): Promise<RegisteredScopes> {
    const timeoutMs = Math.max(1, Math.min(ATTEMPT_TIMEOUT_MS, left()));
    return readRegisteredScopes(await connection.registry.registerScopes(request, { timeoutMs, signal }), definitions);
  }

  return retry(register, signal, (error, attempt) => {
    const refusal = refusalOf(error);
    if (!mayPass(error, refusal)) throw refusal === undefined ? error : new RegistrationRefusedError(refusal, error);
    const delayMs = Math.max(backoffDelay(attempt, BACKOFF), refusal?.retryAfterMs ?? 0);
    if (delayMs >= left()) throw new RegistrationTimeoutError(attempt, performance.now() - startedAt, error);
    tell(onRetry, { attempt, delayMs, error });
    return delayMs;
  });
}

function toRelease(release: number | bigint): bigint {
  if (release < 0 || release > Number.MAX_SAFE_INTEGER || (typeof release === "number" && !Number.isInteger(release))) {
    throw new TypeError("release must be a whole number from 0 up to 2^53 - 1");
  }
  return BigInt(release);
}

/** Whether the cause of a failure goes away by itself. */
function mayPass({ code }: ConnectError, refusal: RegistryRefusal | undefined): boolean {
  return code === Code.Unavailable || code === Code.DeadlineExceeded || refusal?.reason === "OVERLOADED";
}
