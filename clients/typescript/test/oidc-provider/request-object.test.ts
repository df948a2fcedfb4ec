import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryReplica } from "./memory-replica.ts";
import { authorize } from "./oauth-client.ts";
import { CALLBACK, type RunningProvider, startProvider, usualConfiguration } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";
const SECRET = createHmac("sha512", "tests only").digest("hex");

describe("a request object (RFC 9101)", () => {
  const assertJwtClaimsAndHeader = vi.fn();
  let running: RunningProvider;

  beforeEach(async () => {
    const { features = {} } = await usualConfiguration();
    running = await startProvider({
      replica: createMemoryReplica({ scopes: [{ name: "invoices:read", resources: [BILLING] }] }),
      configuration: {
        features: { ...features, requestObjects: { enabled: true, assertJwtClaimsAndHeader } },
        clients: [{ client_id: "signer", client_secret: SECRET, redirect_uris: [CALLBACK] }],
      },
    });
  });
  afterEach(() => running[Symbol.asyncDispose]());

  async function ask(claims: Record<string, unknown>): Promise<Record<string, string>> {
    const common = { client_id: "signer", response_type: "code", redirect_uri: CALLBACK };
    const challenge = { code_challenge: "x".repeat(43), code_challenge_method: "S256" };
    const request = await new SignJWT({ ...common, ...challenge, ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer("signer")
      .setAudience(running.issuer)
      .setExpirationTime("1m")
      .sign(Buffer.from(SECRET));
    const { callback } = await authorize(running.issuer, { ...common, scope: "openid", request });
    return Object.fromEntries(callback);
  }

  it("is judged by the scopes in it", async () => {
    expect(await ask({ scope: "invoices:read", resource: [BILLING] })).toHaveProperty("code");
    expect(await ask({ scope: "unknown" })).toMatchObject({ error: "invalid_scope" });
    expect(assertJwtClaimsAndHeader).toHaveBeenCalledTimes(2);
  });

  it.each([[[]], [[[BILLING]]], [[null, BILLING]]])(
    "is refused with the resource %j, which is none",
    async (resource) => {
      expect(await ask({ scope: "openid unknown", resource })).toMatchObject({ error: "invalid_target" });
      expect(running.pages).toEqual([]);
    },
  );
});
