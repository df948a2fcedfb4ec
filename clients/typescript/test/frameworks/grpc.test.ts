import {
  Client,
  credentials,
  Metadata,
  type Server,
  ServerCredentials,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBillingApi, INVOICES } from "../../examples/grpc.ts";
import { guardGrpc } from "../../src/frameworks/grpc.ts";
import { jwtTokens } from "../../src/resource-server/jwt-tokens.ts";
import { createProtectedResource } from "../../src/resource-server/protected-resource.ts";
import { BILLING, BILLING_METADATA_URL, type BillingRegistry, startBillingRegistry } from "./billing-registry.ts";

describe("guardGrpc", () => {
  let registry: BillingRegistry;
  let server: Server;
  let client: Client;
  beforeAll(async () => {
    registry = await startBillingRegistry();
    server = createBillingApi({ issuer: registry.issuer.issuer, scopes: registry.scopes });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    server.forceShutdown();
    await registry.stop();
  });

  function call(method: keyof typeof INVOICES, authorization?: string): Promise<object> {
    const { path, requestSerialize, responseDeserialize } = INVOICES[method];
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set("authorization", authorization);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, metadata, (error, answer) =>
        error === null ? resolve(answer ?? {}) : reject(error),
      );
    });
  }

  async function refusalOf(refused: Promise<unknown>) {
    const error = await refused.then(
      () => undefined,
      (thrown: ServiceError) => thrown,
    );
    return { code: error?.code, details: error?.details, challenge: error?.metadata.get("www-authenticate")[0] };
  }

  const METADATA = `resource_metadata="${BILLING_METADATA_URL}"`;

  it("lets a call through whose token has the scopes, and shows the handler its token", async () => {
    const token = await registry.tokenWith("invoices:read invoices:write");
    expect(await call("list", `Bearer ${token}`)).toEqual({
      clientId: "web-shop",
      subject: "alice",
      scopes: ["invoices:read", "invoices:write"],
    });
    expect(await call("create", `Bearer ${token}`)).toEqual({ created: true });
  });

  it("refuses a call without a token, and one with a token that is not valid", async () => {
    expect(await refusalOf(call("list"))).toMatchObject({
      code: status.UNAUTHENTICATED,
      challenge: `Bearer scope="invoices:read", ${METADATA}`,
    });
    const elsewhere = await registry.tokenWith("invoices:read", { aud: "https://other.example.com/" });
    const refusal = await refusalOf(call("list", `Bearer ${elsewhere}`));
    expect(refusal.code).toBe(status.UNAUTHENTICATED);
    expect(refusal.challenge).toContain('error="invalid_token"');
    expect((await refusalOf(call("list", "Bearer a b"))).code).toBe(status.UNAUTHENTICATED);
  });

  it("refuses a token without all the scopes, and says which are needed", async () => {
    const token = await registry.tokenWith("invoices:read");
    expect(await refusalOf(call("create", `Bearer ${token}`))).toEqual({
      code: status.PERMISSION_DENIED,
      details: "The token lacks invoices:write",
      challenge:
        'Bearer error="insufficient_scope", error_description="The token lacks invoices:write", ' +
        `scope="invoices:read invoices:write", ${METADATA}`,
    });
  });

  it("lets anybody call a public method, and nobody one that is in no list", async () => {
    expect(await call("rates")).toEqual({ EUR: 1 });
    const token = await registry.tokenWith("invoices:read invoices:write");
    for (const authorization of [undefined, `Bearer ${token}`]) {
      const refusal = await refusalOf(call("purge", authorization));
      expect(refusal.code).toBe(status.PERMISSION_DENIED);
      expect(refusal.details).toContain("/billing.v1.Invoices/Purge");
    }
  });

  it("refuses lists that contradict each other or name no method or scope, when it is set up", () => {
    const resource = createProtectedResource({
      resource: BILLING,
      authorizationServers: [registry.issuer.issuer],
      tokens: jwtTokens({ issuer: registry.issuer.issuer }),
      scopesSupported: [],
    });
    expect(() => guardGrpc(resource, { methods: { "/a.B/C": "x" }, publicMethods: ["/a.B/C"] })).toThrow("decide");
    expect(() => guardGrpc(resource, { methods: { "a.B/C": "x" } })).toThrow("is no path");
    expect(() => guardGrpc(resource, { methods: { "/a.B/C": 'x"y' } })).toThrow("is no scope name");
  });
});
