/** How much work one guess costs: of scrypt (RFC 7914 §2) the logarithm of N, r and p. */
export interface HashCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** What a client's secret is kept as. */
export interface ClientSecretHash {
  readonly cost: HashCost;
  readonly salt: Buffer;
  readonly digest: Buffer;
}

/** The bytes of a digest. */
export const DIGEST_BYTES = 32;

/** The most memory that one guess may take, in bytes. */
export const MAX_HASH_BYTES = 128 * 1024 * 1024;

const MIN_LN = 14;
const FORM = /^\$scrypt\$ln=(\d{2}),r=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Reads the form that {@link formatClientSecretHash} writes. Undefined: it is another, or its cost is out of bounds. */
export function parseClientSecretHash(text: string): ClientSecretHash | undefined {
  const [, ln, r, p, salt = "", digest = ""] = FORM.exec(text) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isBounded = cost.ln >= MIN_LN && cost.r > 0 && cost.p > 0 && 128 * cost.r * 2 ** cost.ln <= MAX_HASH_BYTES;
  return isBounded ? { cost, salt: Buffer.from(salt, "base64"), digest: Buffer.from(digest, "base64") } : undefined;
}

/** Writes a hash as the Password Hashing Competition has them: `$scrypt$ln=15,r=8,p=1$<salt>$<digest>`, in base64 without padding. */
export function formatClientSecretHash({ cost: { ln, r, p }, salt, digest }: ClientSecretHash): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(digest)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
