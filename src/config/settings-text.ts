import { formatListenAddress } from "./listen-address.ts";
import type { Settings } from "./settings.ts";
import { flagName, SETTINGS, type SettingKey, variableName } from "./settings-table.ts";

const REDACTED = "[redacted]";

/** The settings as a Markdown table, for the README. */
export function describeSettings(): string {
  const rows = (Object.keys(SETTINGS) as SettingKey[]).map((key) => {
    const setting = SETTINGS[key];
    const fallback = "default" in setting ? `\`${setting.default}\`` : "";
    const meaning =
      "secret" in setting ? `${setting.description}. Secrets in it are never logged` : setting.description;
    return `| \`${variableName(key)}\` | \`--${flagName(key)}\` | ${fallback} | ${meaning} |`;
  });
  return ["| Variable | Flag | Default | Meaning |", "|---|---|---|---|", ...rows].join("\n");
}

/** The settings for the log, without secrets. */
export function redactedSettings(settings: Settings): Record<string, unknown> {
  return {
    ...settings,
    mongodbUri: settings.mongodbUri === undefined ? undefined : REDACTED,
    grpcAddress: formatListenAddress(settings.grpcAddress),
    httpAddress: formatListenAddress(settings.httpAddress),
    // The path may be a key: some who take spans name their customers by it.
    otlpEndpoint: settings.otlpEndpoint === undefined ? undefined : new URL(settings.otlpEndpoint).origin,
    issuers: settings.issuers.map((issuer) => ({
      ...issuer,
      introspection: issuer.introspection && { ...issuer.introspection, clientSecret: REDACTED },
    })),
  };
}
