/**
 * Every setting of the server, read once at start and passed on as one object. The composition root reads it; of the
 * other folders, only types and the names of the registry's own scopes are for them.
 */
import { type CatalogueSettings, catalogueSettings } from "./catalogue-settings.ts";
import { readGivenSettings } from "./given-settings.ts";
import { DEV_ISSUER_SETTINGS, type IssuerSettings } from "./issuer-settings.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { RegistryScopeNames } from "./registry-scope-names.ts";
import { SettingsError } from "./settings-error.ts";
import { settingsProblems } from "./settings-rules.ts";
import {
  type LogLevel,
  type MetricsReaders,
  SETTINGS,
  type SettingKey,
  type SettingValues,
  variableName,
} from "./settings-table.ts";

/** The files of TLS, in PEM. They were readable when the settings were loaded. */
export interface TlsSettings {
  readonly certFile: string;
  readonly keyFile: string;
  /** Set: clients must show a certificate that this CA has signed. */
  readonly clientCaFile: string | undefined;
}

/** The settings of the server. */
export interface Settings {
  readonly dev: boolean;
  /** Secret. Undefined: the embedded store in `dataDir` is used. */
  readonly mongodbUri: string | undefined;
  readonly dataDir: string;
  readonly grpcAddress: ListenAddress;
  readonly httpAddress: ListenAddress;
  /** The trusted issuers; in dev mode the dev issuer is the first. Holds secrets. */
  readonly issuers: readonly IssuerSettings[];
  readonly audience: string;
  readonly scopeNames: RegistryScopeNames;
  /** Undefined: there is no catalogue page. */
  readonly catalogue: CatalogueSettings | undefined;
  /** Origins of web pages elsewhere that may call by HTTP; `*`: every one. */
  readonly corsOrigins: readonly string[];
  /** The file of introspection clients, which was right when the settings were loaded; undefined: there are none. */
  readonly introspectionClients: string | undefined;
  /** Undefined: plaintext. */
  readonly tls: TlsSettings | undefined;
  /** How many processes serve behind the two ports; above 1 only on MongoDB. */
  readonly workers: number;
  readonly metrics: MetricsReaders;
  /** Base URL of the collector that traces are sent to, without a slash at its end. Undefined: none are made. */
  readonly otlpEndpoint: string | undefined;
  readonly logLevel: LogLevel;
}

/**
 * Reads the settings from environment variables `SCOPE_REGISTRY_*` and from flags of the same name, which win
 * (`SCOPE_REGISTRY_GRPC_ADDRESS`, `--grpc-address`).
 *
 * @throws {SettingsError} with every problem: unknown names, wrong values, and values that do not go together.
 */
export function loadSettings(env: NodeJS.ProcessEnv, argv: readonly string[]): Settings {
  const { texts, problems: strays } = readGivenSettings(env, argv);
  const problems = [...strays];
  const values = parseTexts(texts, problems);
  problems.push(...settingsProblems(values, (key) => texts.has(key)));
  if (problems.length > 0) {
    throw new SettingsError(problems);
  }
  return toSettings(values);
}

function parseTexts(texts: ReadonlyMap<SettingKey, string>, problems: string[]): SettingValues {
  const values: Partial<Record<SettingKey, unknown>> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const setting = SETTINGS[key];
    const text = texts.get(key) ?? ("default" in setting ? setting.default : undefined);
    if (text === undefined) {
      continue;
    }
    try {
      values[key] = setting.parse(text);
    } catch (error) {
      if (!(error instanceof SettingsError)) {
        throw error;
      }
      problems.push(...error.problems.map((problem) => `${variableName(key)} ${problem}`));
    }
  }
  return values as SettingValues;
}

function toSettings(values: SettingValues): Settings {
  const dev = set(values.dev);
  return {
    dev,
    mongodbUri: values.mongodbUri,
    dataDir: set(values.dataDir),
    grpcAddress: set(values.grpcAddress),
    httpAddress: set(values.httpAddress),
    issuers: [...(dev ? [DEV_ISSUER_SETTINGS] : []), ...(values.issuers ?? [])],
    audience: set(values.audience),
    scopeNames: {
      register: set(values.scopeRegister),
      registerDefault: set(values.scopeRegisterDefault),
      read: set(values.scopeRead),
      validate: set(values.scopeValidate),
      introspect: set(values.scopeIntrospect),
      introspectAll: set(values.scopeIntrospectAll),
      admin: set(values.scopeAdmin),
      ...(values.dotDynamicScopes !== undefined && { dotDynamicScopes: values.dotDynamicScopes }),
    },
    catalogue: catalogueSettings(values),
    corsOrigins: values.corsOrigins ?? [],
    introspectionClients: values.introspectionClients,
    tls:
      values.tlsCert === undefined
        ? undefined
        : { certFile: values.tlsCert, keyFile: set(values.tlsKey), clientCaFile: values.tlsClientCa },
    workers: set(values.workers),
    metrics: set(values.metrics),
    otlpEndpoint: values.otlpEndpoint,
    logLevel: set(values.logLevel),
  };
}

function set<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("A setting without a problem has no value");
  }
  return value;
}
