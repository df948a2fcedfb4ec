import { SettingsError } from "./settings-error.ts";

/** Reads a list of web origins (RFC 6454 §6.2), or `*` alone for every one. @throws {SettingsError} */
export function parseOrigins(text: string): readonly string[] {
  const origins = text.split(",").map((origin) => origin.trim());
  if (origins.includes("*")) {
    if (origins.length > 1) throw new SettingsError(["must be * alone, or name origins"]);
    return origins;
  }
  if (!origins.every(isOrigin)) {
    throw new SettingsError([
      "must be origins parted by commas, as https://app.example.com: each without a path, and without a slash, capitals or the default port",
    ]);
  }
  return [...new Set(origins)];
}

function isOrigin(text: string): boolean {
  // A page's origin is compared as a whole: a pattern would never be met.
  if (text.includes("*") || !URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && origin === text;
}
