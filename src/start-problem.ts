import { DevIssuerError } from "./auth/dev-issuer.ts";
import { formatListenAddress } from "./config/listen-address.ts";
import type { Settings } from "./config/settings.ts";
import { variableName } from "./config/settings-table.ts";
import { OwnScopeTakenError } from "./registry/own-scopes.ts";
import { RegistryError } from "./registry/registry-error.ts";
import { StoreSetupError, StoreUnavailableError } from "./store/store-errors.ts";

/** The exit code of a server that cannot start, other than by its settings. */
export const EXIT_FAILED = 1;

/** Why the server cannot start, for the person who starts it; undefined: by a fault of its own. */
export function startProblem(error: unknown, settings: Settings): string | undefined {
  if (
    error instanceof StoreSetupError ||
    error instanceof StoreUnavailableError ||
    error instanceof OwnScopeTakenError ||
    error instanceof DevIssuerError ||
    error instanceof RegistryError
  ) {
    return error.message;
  }
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // In a worker it is "bind" that fails, as the primary listens.
  if (syscall === "listen" || syscall === "bind" || syscall === "getaddrinfo") {
    return cannotBind("httpAddress", settings, code);
  }
  // grpc-js reports an address that it cannot bind as text alone.
  if (/^(No address added|Name resolution failed)/.test(error.message)) {
    return cannotBind("grpcAddress", settings, /\bE[A-Z]{3,}\b/.exec(error.message)?.[0]);
  }
  return undefined;
}

function cannotBind(key: "grpcAddress" | "httpAddress", settings: Settings, code: string | undefined): string {
  const address = formatListenAddress(settings[key]);
  return code === "EADDRINUSE"
    ? `The address ${address} is in use: stop what uses it, or set ${variableName(key)} to another`
    : `The address ${address} cannot be bound (${code ?? "unknown host"}): set ${variableName(key)} to another`;
}
