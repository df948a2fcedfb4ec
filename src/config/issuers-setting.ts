import { readFileSync } from "node:fs";
import { isSecureUrl, SAFE_ALGORITHMS } from "@scope-registry/client/tokens";
import { z } from "zod";
import { ACCESS_TOKEN_TYPES, type IssuerSettings } from "./issuer-settings.ts";
import { SettingsError } from "./settings-error.ts";

const SECURE_URL = "must be an https URL, or http on a loopback host, without user name, password and fragment";

const secureUrl = z.string().refine(isPlainSecureUrl, { error: SECURE_URL });

const issuerUrl = secureUrl.refine((text) => !text.includes("?"), { error: "must have no query (RFC 8414 §2)" });

const introspectionSchema = z
  .strictObject({
    endpoint: secureUrl,
    client_id: z.string().min(1),
    client_secret: z.string().min(1).optional(),
    client_secret_file: z.string().min(1).optional(),
    cache_seconds: z.int().min(0).max(300).default(30),
    for_jwts: z.boolean().default(false),
    audience_optional: z.boolean().default(false),
  })
  .transform((given, context) => ({
    endpoint: given.endpoint,
    clientId: given.client_id,
    clientSecret: clientSecret(given.client_secret, given.client_secret_file, context),
    cacheSeconds: given.cache_seconds,
    forJwts: given.for_jwts,
    audienceOptional: given.audience_optional,
  }));

const issuerSchema = z
  .strictObject({
    issuer: issuerUrl,
    jwks_uri: secureUrl.optional(),
    algorithms: z
      .array(z.enum(SAFE_ALGORITHMS))
      .min(1)
      .default([...SAFE_ALGORITHMS]),
    token_types: z
      .array(z.string().regex(/^[!-~]+$/, { error: "must be a media type, for example at+jwt" }))
      .min(1)
      .default([...ACCESS_TOKEN_TYPES]),
    client_id_claim: z.string().min(1).default("client_id"),
    scope_claim: z.string().min(1).default("scope"),
    owner_prefix: z
      .string()
      .regex(/^[!-~]{0,128}$/, { error: "must be at most 128 visible ASCII characters" })
      .default(""),
    introspection: introspectionSchema.optional(),
    clock_tolerance_seconds: z.int().min(0).max(60).default(0),
  })
  .transform(
    (given): IssuerSettings => ({
      issuer: given.issuer,
      jwksUri: given.jwks_uri,
      algorithms: given.algorithms,
      tokenTypes: given.token_types,
      clientIdClaim: given.client_id_claim,
      scopeClaim: given.scope_claim,
      ownerPrefix: given.owner_prefix,
      introspection: given.introspection,
      clockToleranceSeconds: given.clock_tolerance_seconds,
    }),
  );

const issuersSchema = z.array(issuerSchema).min(1);

/**
 * Parses the setting ISSUERS: issuer URLs parted by commas, a JSON array, or the path of a file that holds one. What the
 * text holds is not repeated in a problem, because it may hold a client secret.
 *
 * @throws {SettingsError} with every problem.
 */
export function parseIssuers(text: string): readonly IssuerSettings[] {
  const result = issuersSchema.safeParse(readIssuers(text.trim()));
  if (!result.success) {
    throw new SettingsError(result.error.issues.map(({ path, message }) => `${pathText(path)}${sentence(message)}`));
  }
  return result.data;
}

function readIssuers(text: string): unknown {
  if (/^[[{"]/.test(text)) {
    return parseJson(text, "is not valid JSON");
  }
  if (text.includes("://")) {
    return text.split(",").map((issuer) => ({ issuer: issuer.trim() }));
  }
  return parseJson(readText(text, "the file"), "names a file that is not valid JSON");
}

function parseJson(text: string, problem: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError([`${problem}: write a JSON array of issuers`]);
  }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SettingsError([
      `${what} ${path} cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and rights`,
    ]);
  }
}

function clientSecret(secret: string | undefined, file: string | undefined, context: z.core.$RefinementCtx): string {
  if ((secret === undefined) === (file === undefined)) {
    context.addIssue({ code: "custom", message: "needs either client_secret or client_secret_file" });
    return "";
  }
  if (secret !== undefined) {
    return secret;
  }
  try {
    const text = readText(file ?? "", "the file").replace(/\r?\n$/, "");
    if (text !== "") {
      return text;
    }
    context.addIssue({ code: "custom", message: "must not be an empty file", path: ["client_secret_file"] });
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as SettingsError).message, path: ["client_secret_file"] });
  }
  return "";
}

function isPlainSecureUrl(text: string): boolean {
  return /^[!-~]+$/.test(text) && !text.includes("#") && isSecureUrl(text);
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return text === "" ? "" : `${text.replace(/^\./, "")}: `;
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
