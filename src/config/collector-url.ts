import { SettingsError } from "./settings-error.ts";

/** Parses the base URL of a collector, without slashes at its end. @throws {SettingsError} that does not quote it */
export function parseCollectorUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new SettingsError([
      "must be an http or https URL without a query, such as https://collector.example.com:4318",
    ]);
  }
  if (url.username !== "" || url.password !== "") {
    throw new SettingsError(["must hold no credentials: set them as headers, in OTEL_EXPORTER_OTLP_HEADERS"]);
  }
  if (/\/v1\/traces\/*$/.test(url.pathname)) {
    throw new SettingsError(["must be the collector's base URL: /v1/traces is put behind it"]);
  }
  return url.href.replace(/\/+$/, "");
}
