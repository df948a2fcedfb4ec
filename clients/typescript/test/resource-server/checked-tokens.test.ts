import { describe, expect, it } from "vitest";
import type { CheckedToken } from "../../src/resource-server/access-token.ts";
import { type CheckedTokens, createCheckedTokens } from "../../src/resource-server/checked-tokens.ts";
import { TokenUncheckedError } from "../../src/tokens/token-errors.ts";

const GOOD: CheckedToken = {
  accessToken: {
    clientId: "client",
    subject: undefined,
    scopes: [],
    issuer: "https://login.example.com",
    audience: [],
    claims: {},
  },
  binding: undefined,
  validUntil: Number.POSITIVE_INFINITY,
};

function memoryOf(check: (token: string) => Promise<CheckedToken>): CheckedTokens {
  return createCheckedTokens({ check, maxUnknown: 1_000, maxRemembered: 10, refusedForMs: 1_000 });
}

describe("the memory of checked tokens", () => {
  it("checks a bounded number of tokens at once, and goes on when they are done", async () => {
    const held = Promise.withResolvers<CheckedToken>();
    const tokens = memoryOf(() => held.promise);
    const first = Array.from({ length: 1_000 }, (_, at) => tokens.get(`token-${at}`));
    await expect(tokens.get("one-more")).rejects.toThrow(TokenUncheckedError);
    const joined = tokens.get("token-7");
    held.resolve(GOOD);
    expect(await Promise.all([...first, joined])).toHaveLength(1_001);
    expect(await tokens.get("one-more")).toBe(GOOD);
  });

  it("checks a token that was accepted before in any case, also when it could not be checked since", async () => {
    let check = () => Promise.resolve({ ...GOOD, validUntil: 0 });
    const tokens = createCheckedTokens({ check: () => check(), maxUnknown: 0, maxRemembered: 10, refusedForMs: 0 });
    await expect(tokens.get("token")).rejects.toThrow("Too many tokens");
    const roomy = createCheckedTokens({ check: () => check(), maxUnknown: 1, maxRemembered: 10, refusedForMs: 0 });
    await roomy.get("token");
    check = () => Promise.reject(new TokenUncheckedError("Away", { retryAfterSeconds: 1 }));
    await expect(roomy.get("token")).rejects.toThrow("Away");
    const held = Promise.withResolvers<CheckedToken>();
    check = () => held.promise;
    const stranger = roomy.get("made-up");
    await expect(roomy.get("made-up-too")).rejects.toThrow("Too many tokens");
    const again = roomy.get("token");
    held.resolve(GOOD);
    expect(await Promise.all([stranger, again])).toEqual([GOOD, GOOD]);
  });

  it("does not remember that a token could not be checked, however that came about", async () => {
    let attempts = 0;
    const tokens = memoryOf(() => {
      attempts += 1;
      if (attempts === 1) throw new Error("Thrown at once");
      if (attempts === 2) return Promise.reject(new TokenUncheckedError("Away", { retryAfterSeconds: 1 }));
      return Promise.resolve(GOOD);
    });
    await expect(tokens.get("token")).rejects.toThrow("Thrown at once");
    await expect(tokens.get("token")).rejects.toThrow("Away");
    expect(await tokens.get("token")).toBe(GOOD);
    expect(await tokens.get("token")).toBe(GOOD);
    expect(attempts).toBe(3);
  });
});
