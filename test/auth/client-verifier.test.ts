import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { hashSecret, matchesHash } from "../../src/auth/introspection-clients/client-secrets.ts";
import { createClientVerifier } from "../../src/auth/introspection-clients/client-verifier.ts";
import { type ClientSecretHash, parseClientSecretHash } from "../../src/config/client-secret-hash.ts";
import type { RegistryError } from "../../src/registry/registry-error.ts";

const NAMES = { introspect: "introspect", introspectAll: "introspect_all" };
const SECRET = "a secret that is long enough";
const OLD = "an old secret that is long enough";

const hash = async (secret: string) => {
  const parsed = parseClientSecretHash(await hashSecret(secret, { ln: 14, r: 8, p: 1 }));
  if (parsed === undefined) throw new Error("What was hashed cannot be read");
  return parsed;
};

async function verifierOf(matches = matchesHash) {
  const clients = [
    { clientId: "billing-api", owner: "billing", secretHashes: [await hash(SECRET)], introspectAll: false },
    { clientId: "gateway", owner: "gateway", secretHashes: [await hash(OLD), await hash(SECRET)], introspectAll: true },
  ];
  return createClientVerifier(clients, NAMES, matches);
}

const outcome = async (verify: () => unknown) => {
  try {
    await verify();
    return "let in";
  } catch (error) {
    return (error as RegistryError).reason;
  }
};

describe("a client verifier", () => {
  it("knows a client by each of its secrets, as one who may introspect and nothing else", async () => {
    const { verify } = await verifierOf();
    expect(await verify({ clientId: "billing-api", secret: SECRET })).toEqual({
      clientId: "billing-api",
      owner: "billing",
      issuer: "",
      scopes: new Set(["introspect"]),
    });
    for (const secret of [OLD, SECRET]) {
      expect(await verify({ clientId: "gateway", secret })).toMatchObject({
        scopes: new Set(["introspect", "introspect_all"]),
      });
    }
  });

  it.each([
    ["billing-api", OLD],
    ["billing-api", `${SECRET} `],
    ["billing-api", ""],
    ["Billing-api", SECRET],
    ["", SECRET],
    ["__proto__", SECRET],
    ["billing-api", "x".repeat(100_000)],
  ])("refuses %j with another secret, each time", async (clientId, secret) => {
    const { verify } = await verifierOf();
    for (let time = 0; time < 2; time += 1) {
      expect(await outcome(() => verify({ clientId, secret }))).toBe("CLIENT_INVALID");
    }
  });

  it("remembers what was right and what was wrong", async () => {
    const compared: ClientSecretHash[] = [];
    const { verify } = await verifierOf(async (secret, hash) => {
      compared.push(hash);
      return matchesHash(secret, hash);
    });
    const right = { clientId: "billing-api", secret: SECRET };
    await Promise.all(Array.from({ length: 100 }, () => verify(right)));
    expect(verify(right)).not.toBeInstanceOf(Promise);
    expect(compared).toHaveLength(1);
    for (let time = 0; time < 3; time += 1) await outcome(() => verify({ ...right, secret: OLD }));
    expect(compared).toHaveLength(1 + 2);
  });

  it("takes as much to refuse a client that there is not as one with one secret or two", async () => {
    const costs: string[][] = [];
    const { verify } = await verifierOf(async (_secret, { cost }) => {
      costs.at(-1)?.push(JSON.stringify(cost));
      return false;
    });
    for (const clientId of ["billing-api", "gateway", "nobody"]) {
      costs.push([]);
      await outcome(() => verify({ clientId, secret: "a wrong one" }));
    }
    const once = JSON.stringify({ ln: 14, r: 8, p: 1 });
    expect(costs).toEqual([
      [once, once],
      [once, once],
      [once, once],
    ]);
  });

  it("compares few at once, turns away who guesses too much, and keeps nobody else waiting for them", async () => {
    const order: string[] = [];
    let underWay = 0;
    let most = 0;
    const { verify } = await verifierOf(async (secret) => {
      most = Math.max(most, ++underWay);
      order.push(secret);
      await nextTurn();
      underWay -= 1;
      return secret === SECRET;
    });
    const guesses = Array.from({ length: 200 }, (_, at) => [
      outcome(() => verify({ clientId: "gateway", secret: `guess ${at}` })),
      outcome(() => verify({ clientId: `nobody-${at}`, secret: `guess ${at}` })),
    ]).flat();
    expect(await outcome(() => verify({ clientId: "billing-api", secret: SECRET }))).toBe("let in");
    expect(order.indexOf(SECRET)).toBeLessThan(8);
    const outcomes = await Promise.all(guesses);
    expect(new Set(outcomes)).toEqual(new Set(["CLIENT_INVALID", "OVERLOADED"]));
    expect(outcomes.filter((reason) => reason === "CLIENT_INVALID")).toHaveLength(2 * 17);
    expect(most).toBe(2);
    expect(await outcome(() => verify({ clientId: "gateway", secret: "guess 199" }))).toBe("CLIENT_INVALID");
  });

  it("holds no secret, and none of a hash, in what it throws", async () => {
    const { verify } = await verifierOf();
    const error = await Promise.resolve(verify({ clientId: "billing-api", secret: OLD })).catch(
      (thrown: unknown) => thrown,
    );
    expect(inspect(error, { depth: 10 })).not.toContain(OLD);
  });
});
