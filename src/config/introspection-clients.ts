import { readFileSync } from "node:fs";
import { z } from "zod";
import { type ClientSecretHash, parseClientSecretHash } from "./client-secret-hash.ts";
import { SettingsError } from "./settings-error.ts";

/** A client that introspects by credentials of its own, without a token of an issuer. */
export interface IntrospectionClientSettings {
  readonly clientId: string;
  /** What its secret is kept as: several while it is changed. */
  readonly secretHashes: readonly ClientSecretHash[];
  /** The resource server whose scopes it is shown. */
  readonly owner: string;
  /** Whether it is shown those of every resource server. */
  readonly introspectAll: boolean;
}

/** The most hashes of one client: of the secret of now, and of the one before or after. */
export const MAX_SECRET_HASHES = 2;

const MAX_CLIENTS = 10_000;

const party = z.string().regex(/^[ -~]{1,255}$/, { error: "must be 1 to 255 printable ASCII characters" });

const secretHash = z.string().transform((text, context) => {
  const hash = parseClientSecretHash(text);
  if (hash !== undefined) return hash;
  context.addIssue({ code: "custom", message: "must be a hash as scope-registry hash-secret prints it" });
  return z.NEVER;
});

const clientSchema = z
  .strictObject({
    client_id: party,
    secret_hashes: z.array(secretHash).min(1).max(MAX_SECRET_HASHES),
    owner: party.optional(),
    introspect_all: z.boolean().default(false),
  })
  .transform(
    (given): IntrospectionClientSettings => ({
      clientId: given.client_id,
      secretHashes: given.secret_hashes,
      owner: given.owner ?? given.client_id,
      introspectAll: given.introspect_all,
    }),
  );

const clientsSchema = z.array(clientSchema).max(MAX_CLIENTS).superRefine(refuseRepeated);

/**
 * Reads what a file of introspection clients holds: a JSON array of objects with `client_id`, `secret_hashes`, and if needed `owner`
 * and `introspect_all`. It is not repeated in a problem.
 *
 * @param path for the problems
 * @throws {SettingsError} with every problem
 */
export function parseIntrospectionClients(path: string, text: string): readonly IntrospectionClientSettings[] {
  const result = clientsSchema.safeParse(parseJson(path, text));
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map((issue) => `names the file ${path}, in which ${placeOf(issue.path)}: ${sentence(issue)}`),
  );
}

/** What a file of introspection clients holds. @throws {SettingsError} if it cannot be read */
export function readClientsFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError([`names the file ${path}, which cannot be read (${code}): check its path and rights`]);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError([`names the file ${path}, which is not valid JSON: write an array of clients`]);
  }
}

function refuseRepeated(clients: readonly IntrospectionClientSettings[], context: z.core.$RefinementCtx): void {
  const seen = new Set<string>();
  for (const [at, { clientId }] of clients.entries()) {
    if (seen.has(clientId)) {
      context.addIssue({
        code: "custom",
        message: "is there twice: name it once, with two hashes",
        path: [at, "client_id"],
      });
    }
    seen.add(clientId);
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return text === "" ? "all of it" : text;
}

function sentence({ message }: { readonly message: string }): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
