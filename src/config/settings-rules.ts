import { isLoopbackHost } from "@scope-registry/client/tokens";
import { catalogueProblems } from "./catalogue-settings.ts";
import { DEV_ISSUER_SETTINGS } from "./issuer-settings.ts";
import { formatListenAddress } from "./listen-address.ts";
import { ownerPrefixProblems } from "./owner-prefixes.ts";
import { type SettingKey, type SettingValues, variableName } from "./settings-table.ts";

/** The problems that several settings have together. `given` tells whether a setting was set, rightly or wrongly. */
export function settingsProblems(values: SettingValues, given: (key: SettingKey) => boolean): string[] {
  return [
    ...addressProblems(values, given),
    ...tlsProblems(given),
    ...storeProblems(values, given),
    ...workerProblems(values, given),
    ...issuerProblems(values, given),
    ...scopeNameProblems(values),
    ...catalogueProblems(values, given),
    ...collectorProblems(values),
  ];
}

function addressProblems(values: SettingValues, given: (key: SettingKey) => boolean): string[] {
  const problems: string[] = [];
  for (const key of ["grpcAddress", "httpAddress"] as const) {
    const address = values[key];
    if (address === undefined || isLoopbackHost(address.host)) {
      continue;
    }
    if (values.dev === true) {
      problems.push(`${variableName(key)} must be a loopback address in dev mode, whose tokens anyone here can make`);
    } else if (!given("tlsCert") && values.plaintext === false) {
      const remedy = `set ${variableName("tlsCert")} and ${variableName("tlsKey")}, or ${variableName("plaintext")}=true`;
      problems.push(`${variableName(key)} is not a loopback address, so tokens would travel in the clear: ${remedy}`);
    }
  }
  const { grpcAddress, httpAddress } = values;
  if (grpcAddress && httpAddress && grpcAddress.port !== 0) {
    if (formatListenAddress(grpcAddress) === formatListenAddress(httpAddress)) {
      problems.push(`${variableName("httpAddress")} must not be ${variableName("grpcAddress")}: choose another port`);
    }
  }
  return problems;
}

function tlsProblems(given: (key: SettingKey) => boolean): string[] {
  const problems: string[] = [];
  for (const [one, other] of [
    ["tlsCert", "tlsKey"],
    ["tlsKey", "tlsCert"],
    ["tlsClientCa", "tlsCert"],
  ] as const) {
    if (given(one) && !given(other)) {
      problems.push(`${variableName(one)} needs ${variableName(other)}`);
    }
  }
  return problems;
}

function storeProblems(values: SettingValues, given: (key: SettingKey) => boolean): string[] {
  if (values.dev !== false || given("mongodbUri") !== given("dataDir")) {
    return [];
  }
  const either = `either ${variableName("mongodbUri")} (MongoDB) or ${variableName("dataDir")} (embedded store)`;
  return [
    given("dataDir") ? `Set ${either}, not both` : `Set ${either}, so that it is clear where the registry is kept`,
  ];
}

function workerProblems({ workers = 1 }: SettingValues, given: (key: SettingKey) => boolean): string[] {
  if (workers === 1 || given("mongodbUri")) {
    return [];
  }
  const remedy = `set ${variableName("mongodbUri")}, or ${variableName("workers")}=1`;
  return [`${variableName("workers")} is ${workers}, and the embedded store is for one process: ${remedy}`];
}

function issuerProblems(values: SettingValues, given: (key: SettingKey) => boolean): string[] {
  if (values.dev === false && !given("issuers")) {
    return [`${variableName("issuers")} must name at least one issuer whose tokens are trusted, unless in dev mode`];
  }
  const issuers = [...(values.dev === true ? [DEV_ISSUER_SETTINGS] : []), ...(values.issuers ?? [])];
  return ownerPrefixProblems(issuers).map((problem) => `${variableName("issuers")} ${problem}`);
}

function scopeNameProblems(values: SettingValues): string[] {
  const problems: string[] = [];
  const keys = new Map<string, SettingKey>();
  for (const key of SCOPE_KEYS) {
    const name = values[key];
    const earlier = name === undefined ? undefined : keys.get(name);
    // Who may register at all may do so by the older protocol too.
    if (key === "dotDynamicScopes" && earlier === "scopeRegister") {
      continue;
    }
    if (earlier !== undefined) {
      problems.push(`${variableName(key)} must not be the same as ${variableName(earlier)}: choose another name`);
    } else if (name !== undefined) {
      keys.set(name, key);
    }
  }
  return problems;
}

const SCOPE_KEYS = [
  "scopeRegister",
  "scopeRegisterDefault",
  "scopeRead",
  "scopeValidate",
  "scopeIntrospect",
  "scopeIntrospectAll",
  "scopeAdmin",
  "dotDynamicScopes",
] as const satisfies readonly SettingKey[];

function collectorProblems({ otlpEndpoint, plaintext }: SettingValues): string[] {
  if (otlpEndpoint === undefined || plaintext === true) return [];
  const { protocol, hostname } = new URL(otlpEndpoint);
  if (protocol === "https:" || isLoopbackHost(hostname)) return [];
  return [
    `${variableName("otlpEndpoint")} is not a loopback address, so spans would travel in the clear: use https, or set ${variableName("plaintext")}=true`,
  ];
}
