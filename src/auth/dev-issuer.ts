import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from "jose";
import { z } from "zod";
import { DEV_ISSUER } from "../config/issuer-settings.ts";

/** The name of the key's file in the data folder. */
export const DEV_ISSUER_FILE = "dev-issuer.jwk.json";

/** What a token of the dev issuer says. */
export interface DevTokenRequest {
  readonly clientId: string;
  /** Names parted by spaces; may be empty. */
  readonly scope: string;
  readonly ttlSeconds: number;
  readonly audience: string;
}

/** The built-in issuer of dev mode: whoever can read its key file can make tokens. */
export interface DevIssuer {
  readonly issuer: typeof DEV_ISSUER;
  readonly publicJwks: JSONWebKeySet;
  /** Makes a JWT access token (RFC 9068). */
  mint(request: DevTokenRequest): Promise<string>;
}

/** The dev issuer's key cannot be read or made. The message says what to do. */
export class DevIssuerError extends Error {
  override readonly name = "DevIssuerError";
}

const keySchema = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

/**
 * Opens the dev issuer whose key is in a data folder, making folder and key when there are none. Several processes may
 * do so at once: they agree on one key.
 *
 * @throws {DevIssuerError} if the key file is damaged, or the folder cannot be used.
 */
export async function openDevIssuer(
  dataDir: string,
  { now = Date.now }: { now?: () => number } = {},
): Promise<DevIssuer> {
  const path = join(dataDir, DEV_ISSUER_FILE);
  const text = await readOrCreate(dataDir, path);
  try {
    return await createDevIssuer(keySchema.parse(JSON.parse(text)), now);
  } catch {
    throw new DevIssuerError(
      `The dev issuer's key file ${path} is damaged: delete it, restart the server, and print new tokens`,
    );
  }
}

async function createDevIssuer(privateJwk: z.infer<typeof keySchema>, now: () => number): Promise<DevIssuer> {
  const key = await importJWK({ ...privateJwk }, "ES256");
  const { d: _, ...publicJwk } = privateJwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  const publicJwks: JSONWebKeySet = { keys: [{ ...publicJwk, kid, alg: "ES256", use: "sig" }] };
  const header = { alg: "ES256", typ: "at+jwt", kid };
  // Importing does not check that the two halves belong together.
  await jwtVerify(await new SignJWT().setProtectedHeader(header).sign(key), createLocalJWKSet(publicJwks));
  return {
    issuer: DEV_ISSUER,
    publicJwks,
    mint({ clientId, scope, ttlSeconds, audience }) {
      const iat = Math.floor(now() / 1000);
      return new SignJWT({ client_id: clientId, scope })
        .setProtectedHeader(header)
        .setIssuer(DEV_ISSUER)
        .setSubject(clientId)
        .setAudience(audience)
        .setIssuedAt(iat)
        .setExpirationTime(iat + ttlSeconds)
        .setJti(randomUUID())
        .sign(key);
    },
  };
}

async function readOrCreate(dataDir: string, path: string): Promise<string> {
  try {
    return (await readIfThere(path)) ?? (await create(dataDir, path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DevIssuerError(
      `The dev issuer's key file ${path} cannot be read or made (${code}): check the rights of the data folder`,
    );
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Writes a whole file beside and links it into place, so that nobody ever reads half a key, and the first one wins. */
async function create(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const ownPath = `${path}.${randomUUID()}`;
  const file = await open(ownPath, "wx", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(await newPrivateJwk())}\n`);
    await file.sync();
    await link(ownPath, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") {
        throw error;
      }
    });
  } finally {
    await file.close();
    await rm(ownPath);
  }
  return readFile(path, "utf8");
}

async function newPrivateJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return exportJWK(privateKey);
}
