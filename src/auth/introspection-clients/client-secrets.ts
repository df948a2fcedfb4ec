import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import {
  type ClientSecretHash,
  DIGEST_BYTES,
  formatClientSecretHash,
  type HashCost,
  MAX_HASH_BYTES,
} from "../../config/client-secret-hash.ts";

/** The cost of new hashes: 32 MiB, and some 100 ms of one core. */
export const USUAL_COST: HashCost = { ln: 15, r: 8, p: 1 };

/** The fewest characters of a secret. */
export const MIN_SECRET_LENGTH = 16;

/** The most characters of a secret. */
export const MAX_SECRET_LENGTH = 1_024;

const SALT_BYTES = 16;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Hashes a secret: what stands in the file of introspection clients. */
export async function hashSecret(secret: string, cost: HashCost = USUAL_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return formatClientSecretHash({ cost, salt, digest: await digestOf(secret, salt, cost) });
}

/** Whether a secret is the one that was hashed. In a thread of its own: it takes time and memory, see {@link USUAL_COST}. */
export async function matchesHash(secret: string, { cost, salt, digest }: ClientSecretHash): Promise<boolean> {
  return timingSafeEqual(await digestOf(secret, salt, cost), digest);
}

/** A hash that no secret matches, which takes as much to find out as one of that cost. */
export function unmatchedHash(cost: HashCost): ClientSecretHash {
  return { cost, salt: randomBytes(SALT_BYTES), digest: randomBytes(DIGEST_BYTES) };
}

function digestOf(secret: string, salt: Buffer, { ln, r, p }: HashCost): Promise<Buffer> {
  return derive(secret, salt, DIGEST_BYTES, { N: 2 ** ln, r, p, maxmem: 2 * MAX_HASH_BYTES });
}
