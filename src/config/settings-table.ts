import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isScopeName } from "@scope-registry/client/judging";
import { parseCatalogue } from "./catalogue-setting.ts";
import { parseCollectorUrl } from "./collector-url.ts";
import { parseIntrospectionClients, readClientsFile } from "./introspection-clients.ts";
import type { IssuerSettings } from "./issuer-settings.ts";
import { parseIssuers } from "./issuers-setting.ts";
import { type ListenAddress, parseListenAddress } from "./listen-address.ts";
import { parseOrigins } from "./origins-setting.ts";
import { SettingsError } from "./settings-error.ts";

/** The levels of the log, the least talkative last. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Who may read metrics: everybody, who has a token with the scope to read, or nobody as there are none. */
export const METRICS_READERS = ["open", "token", "off"] as const;

/** One of {@link METRICS_READERS}. */
export type MetricsReaders = (typeof METRICS_READERS)[number];

/** What the names of all environment variables begin with. */
export const VARIABLE_PREFIX = "SCOPE_REGISTRY_";

/** How many processes may serve behind the same two ports. */
export const MAX_WORKERS = 256;

/** One setting. */
export interface SettingDefinition<T> {
  /** The variable's name without {@link VARIABLE_PREFIX}; the flag is the same in kebab-case. */
  readonly name: string;
  /** What it does, for the README. */
  readonly description: string;
  /** Its text when it is not given. Undefined: none. */
  readonly default?: string;
  /** Whether it holds secrets, which are redacted when it is printed. */
  readonly secret?: true;
  /** Whether its flag takes no value. */
  readonly boolean?: true;
  /** Reads the text. @throws {SettingsError} whose problems go on after the setting's name, and do not repeat secrets. */
  readonly parse: (text: string) => T;
}

/** Every setting, once. */
export const SETTINGS = {
  dev: {
    name: "DEV",
    description: "Dev mode: loopback only, and a built-in issuer whose tokens `npm run token` prints",
    default: "false",
    boolean: true,
    parse: parseBoolean,
  },
  mongodbUri: {
    name: "MONGODB_URI",
    description: "MongoDB replica set or sharded cluster to keep the registry in",
    secret: true,
    parse: parseMongodbUri,
  },
  dataDir: {
    name: "DATA_DIR",
    description: "Folder of the embedded store, and of the dev issuer's key. Outside dev mode set this or MONGODB_URI",
    default: "data",
    parse: parseText,
  },
  grpcAddress: {
    name: "GRPC_ADDRESS",
    description: "Where gRPC is served: host:port or [IPv6]:port; port 0 takes a free one",
    default: "127.0.0.1:50051",
    parse: parseListenAddress,
  },
  httpAddress: {
    name: "HTTP_ADDRESS",
    description: "Where HTTP (Connect, gRPC-Web, gRPC, JSON, health) is served",
    default: "127.0.0.1:8080",
    parse: parseListenAddress,
  },
  issuers: {
    name: "ISSUERS",
    description: "Trusted token issuers: URLs parted by commas, a JSON array, or the path of a file that holds one",
    secret: true,
    parse: parseIssuers,
  },
  audience: {
    name: "AUDIENCE",
    description: "What callers' tokens must have in `aud`",
    default: "scope-registry",
    parse: parseText,
  },
  scopeRegister: {
    name: "SCOPE_REGISTER",
    description: "Name of the scope needed to register scopes",
    default: "scope_registry.register",
    parse: parseScopeName,
  },
  scopeRegisterDefault: {
    name: "SCOPE_REGISTER_DEFAULT",
    description: "Name of the scope needed to make a scope a default",
    default: "scope_registry.register_default",
    parse: parseScopeName,
  },
  scopeRead: {
    name: "SCOPE_READ",
    description: "Name of the scope needed to list and watch",
    default: "scope_registry.read",
    parse: parseScopeName,
  },
  scopeValidate: {
    name: "SCOPE_VALIDATE",
    description: "Name of the scope needed to validate",
    default: "scope_registry.validate",
    parse: parseScopeName,
  },
  scopeIntrospect: {
    name: "SCOPE_INTROSPECT",
    description: "Name of the scope needed to introspect",
    default: "scope_registry.introspect",
    parse: parseScopeName,
  },
  scopeIntrospectAll: {
    name: "SCOPE_INTROSPECT_ALL",
    description: "Name of the scope that shows an introspecting caller the scopes of every resource server",
    default: "scope_registry.introspect_all",
    parse: parseScopeName,
  },
  scopeAdmin: {
    name: "SCOPE_ADMIN",
    description: "Name of the scope needed for governance",
    default: "scope_registry.admin",
    parse: parseScopeName,
  },
  dotDynamicScopes: {
    name: "DOT_DYNAMIC_SCOPES",
    description:
      "Lets resource servers with dot-dynamic-scopes register, at `/compat/dot-dynamic-scopes/register_scope/`: name of the scope that their tokens have (its REGISTER_SCOPE_SCOPE)",
    parse: parseScopeName,
  },
  catalogue: {
    name: "CATALOGUE",
    description:
      "The web page at `/` of the HTTP port: off, open (anybody may read), or sign-in. If not set, open in dev mode, else sign-in where CATALOGUE_CLIENT_ID is set, else off",
    parse: parseCatalogue,
  },
  catalogueClientId: {
    name: "CATALOGUE_CLIENT_ID",
    description:
      "Public OAuth client by which people sign in to the catalogue; its redirect URI ends in `/sign-in/callback`",
    parse: parseText,
  },
  catalogueIssuer: {
    name: "CATALOGUE_ISSUER",
    description: "Which of ISSUERS people sign in at; the first one if not set",
    parse: parseText,
  },
  publicGrpcAddress: {
    name: "PUBLIC_GRPC_ADDRESS",
    description: "host:port that lines to copy out of the catalogue call; GRPC_ADDRESS if not set",
    parse: parsePublicAddress,
  },
  corsOrigins: {
    name: "CORS_ORIGINS",
    description:
      "Origins of web pages elsewhere that may call by HTTP, parted by commas; `*` for every one. None if not set",
    parse: parseOrigins,
  },
  introspectionClients: {
    name: "INTROSPECTION_CLIENTS",
    description:
      "JSON file of clients that may introspect at `/oauth2/introspect` by id and secret; `scope-registry hash-secret` makes its entries",
    parse: parseClientsFile,
  },
  tlsCert: {
    name: "TLS_CERT",
    description: "PEM file of the server's certificate chain; needs TLS_KEY",
    parse: parsePemFile,
  },
  tlsKey: {
    name: "TLS_KEY",
    description: "PEM file of the certificate's private key; needs TLS_CERT",
    parse: parsePemFile,
  },
  tlsClientCa: {
    name: "TLS_CLIENT_CA",
    description: "PEM file of the CA that client certificates are verified against (mTLS); needs TLS_CERT",
    parse: parsePemFile,
  },
  plaintext: {
    name: "PLAINTEXT",
    description: "Allows an address that is not loopback without TLS, behind a proxy or mesh that encrypts",
    default: "false",
    boolean: true,
    parse: parseBoolean,
  },
  workers: {
    name: "WORKERS",
    description: `How many processes serve behind the two ports: 1 to ${MAX_WORKERS}, or auto, one for each CPU. Above 1 needs MONGODB_URI`,
    default: "1",
    parse: parseWorkers,
  },
  metrics: {
    name: "METRICS",
    description:
      "Metrics for Prometheus at `/metrics` of the HTTP port: open (to everybody, as health is), token (to who has the scope to read), or off",
    default: "open",
    parse: parseMetrics,
  },
  otlpEndpoint: {
    name: "OTLP_ENDPOINT",
    description:
      "Switches traces on: base URL of an OpenTelemetry collector that takes OTLP over HTTP; spans go to `/v1/traces` below it",
    secret: true,
    parse: parseCollectorUrl,
  },
  logLevel: {
    name: "LOG_LEVEL",
    description: `How much is logged: ${LOG_LEVELS.join(", ")}`,
    default: "info",
    parse: parseLogLevel,
  },
} as const satisfies Record<
  string,
  SettingDefinition<boolean | number | string | ListenAddress | readonly IssuerSettings[] | readonly string[]>
>;

/** The key of a setting in {@link SETTINGS}. */
export type SettingKey = keyof typeof SETTINGS;

/** What each setting's text is read as. Undefined: it is not given and has no default, or could not be read. */
export type SettingValues = { readonly [K in SettingKey]: ReturnType<(typeof SETTINGS)[K]["parse"]> | undefined };

/** The environment variable of a setting. */
export function variableName(key: SettingKey): string {
  return VARIABLE_PREFIX + SETTINGS[key].name;
}

/** The flag of a setting, without its two dashes. */
export function flagName(key: SettingKey): string {
  return SETTINGS[key].name.toLowerCase().replaceAll("_", "-");
}

function parseBoolean(text: string): boolean {
  if (text !== "true" && text !== "false") {
    throw new SettingsError(["must be true or false"]);
  }
  return text === "true";
}

function parseText(text: string): string {
  if (text.trim() !== text || /\p{Cc}/u.test(text)) {
    throw new SettingsError(["must have no space at its ends and no control characters"]);
  }
  return text;
}

function parsePublicAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address.port === 0) {
    throw new SettingsError(["must name the port that callers find it at, not 0"]);
  }
  return address;
}

function parseMongodbUri(text: string): string {
  if (!/^mongodb(\+srv)?:\/\/\S+$/.test(text)) {
    throw new SettingsError(["must begin with mongodb:// or mongodb+srv:// and name a host"]);
  }
  return text;
}

function parseScopeName(text: string): string {
  if (!isScopeName(text)) {
    throw new SettingsError([
      "must be a scope name: 1 to 255 visible ASCII characters, none of them a quote or backslash",
    ]);
  }
  return text;
}

function parsePemFile(path: string): string {
  if (path.includes("-----")) {
    throw new SettingsError(["must be the path of a PEM file, not what the file holds"]);
  }
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch (error) {
    throw new SettingsError([
      `names the file ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and rights`,
    ]);
  }
  if (!text.includes("-----BEGIN ")) {
    throw new SettingsError([`names the file ${path}, which is not in PEM format`]);
  }
  return path;
}

function parseClientsFile(path: string): string {
  parseIntrospectionClients(path, readClientsFile(path));
  return path;
}

function parseWorkers(text: string): number {
  if (text === "auto") {
    return Math.min(availableParallelism(), MAX_WORKERS);
  }
  const workers = Number(text);
  if (!/^[1-9]\d*$/.test(text) || workers > MAX_WORKERS) {
    throw new SettingsError([`must be a whole number from 1 to ${MAX_WORKERS}, or auto`]);
  }
  return workers;
}

function parseMetrics(text: string): MetricsReaders {
  const readers = METRICS_READERS.find((known) => known === text);
  if (readers === undefined) {
    throw new SettingsError([`must be one of ${METRICS_READERS.join(", ")}`]);
  }
  return readers;
}

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) {
    throw new SettingsError([`must be one of ${LOG_LEVELS.join(", ")}`]);
  }
  return level;
}
