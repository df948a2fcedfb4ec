import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../src/auth/authenticator.ts";
import { tokenInvalid } from "../../src/auth/refusals.ts";
import { MAX_TOKEN_LENGTH } from "../../src/auth/token-resolver.ts";

const seen: string[] = [];
const authenticator = createAuthenticator({
  resolver: {
    async resolve(token) {
      seen.push(token);
      throw tokenInvalid("The resolver was asked");
    },
  },
  audience: "scope-registry",
});

async function outcome(authorization: string | undefined): Promise<{ reason: string; message: string }> {
  try {
    await authenticator.authenticate(authorization);
  } catch (error) {
    return error as { reason: string; message: string };
  }
  throw new Error("The caller was accepted");
}

const TOKEN68 = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{1,40}={0,2}$/);

describe("the authorization header", () => {
  it("is the scheme in any case, spaces, and one token68", async () => {
    const scheme = fc.mixedCase(fc.constant("bearer"));
    const spaces = fc.stringMatching(/^ {1,3}$/);
    await fc.assert(
      fc.asyncProperty(scheme, spaces, TOKEN68, async (word, gap, token) => {
        expect((await outcome(`${word}${gap}${token}`)).message).toBe("The resolver was asked");
        expect(seen.pop()).toBe(token);
      }),
    );
  });

  it.each([
    undefined,
    "",
    " ",
    "Bearer",
    "Bearer ",
    "Bearer   ",
    "Basic dTpw",
    "DPoP abc",
    "Bearerabc",
    "Bearer\tabc",
    " Bearer abc",
  ])("has no bearer token in %j", async (header) => {
    expect((await outcome(header)).reason).toBe("TOKEN_MISSING");
  });

  it.each([
    "Bearer a b",
    "Bearer a,b",
    "Bearer a, Bearer b",
    "Bearer a=b",
    "Bearer =",
    "Bearer ä",
    'Bearer realm="x"',
    "Bearer a ",
  ])("is refused as %j", async (header) => {
    expect((await outcome(header)).message).toContain("exactly one bearer token");
  });

  it("never comes back in a message, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 8, unit: "binary" }), async (text) => {
        const { reason, message } = await outcome(`Bearer ${text}`);
        expect(["TOKEN_INVALID", "TOKEN_MISSING"]).toContain(reason);
        fc.pre(text.trim() !== "");
        expect(message).not.toContain(text);
      }),
    );
  });

  it("is refused unread when the token is too long", async () => {
    seen.length = 0;
    expect((await outcome(`Bearer ${"a".repeat(MAX_TOKEN_LENGTH + 1)}`)).message).toContain("longer than 16384");
    expect(seen).toEqual([]);
    await outcome(`Bearer ${"a".repeat(MAX_TOKEN_LENGTH)}`);
    expect(seen).toHaveLength(1);
  });
});
