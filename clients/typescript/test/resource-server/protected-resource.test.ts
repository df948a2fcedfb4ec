import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createProtectedResource,
  type ProtectedResource,
  type ProtectedResourceOptions,
} from "../../src/resource-server/protected-resource.ts";
import { TokenUncheckedError } from "../../src/tokens/token-errors.ts";
import { readChallenge } from "./challenge-reader.ts";
import { fixedTokens } from "./fixed-tokens.ts";

function createResource(options: Partial<ProtectedResourceOptions> = {}): ProtectedResource {
  return createProtectedResource({
    resource: "https://billing.example.com/v1",
    authorizationServers: ["https://login.example.com"],
    tokens: fixedTokens({ good: ["a", "b"] }),
    scopesSupported: ["a", "b"],
    ...options,
  });
}

const name = fc.stringMatching(/^[a-f]$/);

describe("a protected resource", () => {
  it("lets a token in exactly if it has all the scopes that are needed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), fc.uniqueArray(name), async (carried, requiredScopes) => {
        const resource = createResource({ tokens: fixedTokens({ good: carried }) });
        const decision = await resource.authorize({ authorization: "Bearer good", requiredScopes });
        expect(decision.granted).toBe(requiredScopes.every((scope) => carried.includes(scope)));
        if (decision.granted) return;
        expect(decision.refusal.status).toBe(403);
        expect(readChallenge(decision.refusal.headers["www-authenticate"] ?? "")).toMatchObject({
          error: "insufficient_scope",
          scope: requiredScopes.join(" "),
        });
      }),
    );
  });

  it("lets no header in that does not hold a good token", async () => {
    const resource = createResource();
    const header = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined), fc.constant("bearer good "));
    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        const decision = await resource.authorize({ authorization, requiredScopes: [] });
        expect(decision.granted).toBe(false);
        if (decision.granted) return;
        expect([400, 401]).toContain(decision.refusal.status);
        const challenge = readChallenge(decision.refusal.headers["www-authenticate"] ?? "");
        expect(challenge["resource_metadata"]).toBe(resource.metadataUrl);
      }),
    );
  });

  it("answers 503 and when to try again while tokens cannot be checked, and reports why", async () => {
    const reported: unknown[] = [];
    const unchecked = new TokenUncheckedError("The issuer is away: try again later", { retryAfterSeconds: 7 });
    const resource = createResource({
      tokens: () => ({ check: () => Promise.reject(unchecked) }),
      onError: (error) => reported.push(error),
    });
    const decision = await resource.authorize({ authorization: "Bearer good", requiredScopes: ["a"] });
    expect(decision).toMatchObject({ granted: false, refusal: { status: 503, headers: { "retry-after": "7" } } });
    expect(decision).not.toHaveProperty("refusal.headers.www-authenticate");
    expect(reported).toEqual([unchecked]);
  });

  it("tells the log why tokens cannot be checked, and not the sender", async () => {
    const reported: unknown[] = [];
    const cause = new Error("The registry at 10.0.0.7 cannot be reached");
    const unchecked = new TokenUncheckedError("It is away: try again later", { retryAfterSeconds: 7, cause });
    const resource = createResource({
      tokens: () => ({ check: () => Promise.reject(unchecked) }),
      onError: (error) => reported.push(error),
    });
    const decision = await resource.authorize({ authorization: "Bearer good", requiredScopes: [] });
    expect(String(reported[0])).toBe(
      "TokenUncheckedError: It is away: try again later; the cause: The registry at 10.0.0.7 cannot be reached",
    );
    expect(reported[0]).toMatchObject({ retryAfterSeconds: 7, cause });
    expect(decision).toMatchObject({ refusal: { description: "It is away: try again later" } });
    expect(JSON.stringify(decision)).not.toContain("10.0.0.7");
  });

  it("answers 500 for a fault, without its text, even if the log fails too", async () => {
    const resource = createResource({
      tokens: () => ({
        check: () => {
          throw new Error("secret 42");
        },
      }),
      onError: () => {
        throw new Error("The log is full");
      },
      scopesSupported: () => {
        throw new Error("secret 43");
      },
    });
    const decision = await resource.authorize({ authorization: "Bearer good", requiredScopes: [] });
    expect(decision).toMatchObject({ granted: false, refusal: { status: 500, reason: "server_error" } });
    expect(JSON.stringify([decision, resource.metadataAnswer()])).not.toMatch(/secret|42|43|full/);
    expect(resource.metadataAnswer().status).toBe(500);
  });

  it("answers also where the log fails later", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const resource = createResource({
      tokens: () => ({ check: () => Promise.reject(new Error("A fault")) }),
      onError: () => Promise.reject(new Error("The log is full")),
    });
    const decision = await resource.authorize({ authorization: "Bearer good", requiredScopes: [] });
    expect(decision).toMatchObject({ granted: false, refusal: { status: 500 } });
    // Rejections that nobody handles are told of after the microtasks.
    await setImmediate();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it.each([
    ["https://billing.example.com", "https://billing.example.com/.well-known/oauth-protected-resource"],
    ["https://billing.example.com/", "https://billing.example.com/.well-known/oauth-protected-resource"],
    ["https://example.com:8443/billing/v1", "https://example.com:8443/.well-known/oauth-protected-resource/billing/v1"],
    ["http://127.0.0.1:3000/mcp", "http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp"],
  ])("has the metadata of %s at %s", (resource, url) => {
    const guarded = createResource({ resource, resourceName: "Billing" });
    expect(guarded.metadataUrl).toBe(url);
    expect(new URL(url).pathname).toBe(guarded.metadataPath);
    expect(guarded.metadata()).toMatchObject({ resource, resource_name: "Billing" });
  });

  it("names the scopes that are registered now", () => {
    let scopes = ["a"];
    const resource = createResource({ scopesSupported: () => scopes });
    scopes = ["a", "c"];
    expect(JSON.parse(resource.metadataAnswer().body)).toMatchObject({ scopes_supported: ["a", "c"] });
  });

  it.each<[string, Partial<ProtectedResourceOptions>]>([
    ["https", { resource: "billing" }],
    ["https", { resource: "http://billing.example.com" }],
    ["query or a fragment", { resource: "https://billing.example.com?a" }],
    ["query or a fragment", { resource: "https://billing.example.com/#" }],
    ["credentials", { resource: "https://user:hush@billing.example.com" }],
    ["name at least one", { authorizationServers: [] }],
    ["https", { authorizationServers: ["http://login.example.com"] }],
  ])("is not made with what has %s", (message, options) => {
    expect(() => createResource(options)).toThrow(message);
  });
});
