import { once } from "node:events";
import { connect } from "node:http2";
import { createServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { Client, credentials, Metadata, ServerCredentials, status } from "@grpc/grpc-js";
import { fastify } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Certificate, createAuthority } from "../../../../test/support/certificates.ts";
import { startTestIssuer, type TestIssuer } from "../../../../test/support/test-issuer.ts";
import { createBillingApi } from "../../examples/express.ts";
import { createBillingApi as createGrpcApi, INVOICES } from "../../examples/grpc.ts";
import { guardFastify } from "../../src/frameworks/fastify.ts";
import { jwtTokens } from "../../src/resource-server/jwt-tokens.ts";
import { createProtectedResource } from "../../src/resource-server/protected-resource.ts";
import { BILLING } from "./billing-registry.ts";
import { listen } from "./listen.ts";

describe("a token that is bound to a client certificate (RFC 8705)", () => {
  const authority = createAuthority("authority");
  const [server, shop, thief] = ["server", "shop", "thief"].map((name) => authority.issue(name)) as [
    Certificate,
    Certificate,
    Certificate,
  ];
  const serverTls = { cert: server.cert, key: server.key, ca: authority.cert };
  const clientTls = ({ cert, key }: Certificate) => ({ ca: authority.cert, cert, key });
  let issuer: TestIssuer;
  let authorization: string;
  beforeAll(async () => {
    issuer = await startTestIssuer();
    const claims = { aud: BILLING, scope: "invoices:read", cnf: { "x5t#S256": shop.thumbprint } };
    authorization = `Bearer ${await issuer.mint(claims)}`;
  });
  afterAll(() => issuer.stop());

  it("is accepted by HTTP/1 from the client with that certificate, and from nobody else", async () => {
    const app = createBillingApi({ issuer: issuer.issuer, scopes: [] });
    const tls = { ...serverTls, requestCert: true, rejectUnauthorized: false };
    const api = await listen(createServer(tls, app));
    const { port } = new URL(api.url);
    const statusWith = async (client: { ca: string; cert?: string; key?: string }) => {
      const target = { host: "127.0.0.1", port, path: "/invoices", agent: false as const };
      const request = httpsRequest({ ...target, headers: { authorization }, ...client }).end();
      const [response] = await once(request, "response");
      response.resume();
      return response.statusCode;
    };
    expect(await statusWith(clientTls(shop))).toBe(200);
    expect(await statusWith(clientTls(thief))).toBe(401);
    expect(await statusWith({ ca: authority.cert })).toBe(401);
    await api.stop();
  });

  it("is accepted by HTTP/2 from that client only", async () => {
    const app = fastify({ http2: true, https: { ...serverTls, requestCert: true } });
    const resource = createProtectedResource({
      resource: BILLING,
      authorizationServers: [issuer.issuer],
      tokens: jwtTokens({ issuer: issuer.issuer }),
      scopesSupported: [],
    });
    app.get("/", { onRequest: guardFastify(resource).requireScopes("invoices:read") }, async () => ({}));
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const statusWith = async (certificate: Certificate) => {
      const session = connect(`https://127.0.0.1:${port}`, clientTls(certificate));
      const stream = session.request({ ":path": "/", authorization });
      const [headers] = await once(stream, "response");
      session.destroy();
      return headers[":status"];
    };
    expect(await statusWith(shop)).toBe(200);
    expect(await statusWith(thief)).toBe(401);
    await app.close();
  });

  it("is accepted by gRPC from that client only", async () => {
    const api = createGrpcApi({ issuer: issuer.issuer, scopes: [] });
    const [ca, cert, key] = [authority.cert, server.cert, server.key].map((pem) => Buffer.from(pem)) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    const tls = ServerCredentials.createSsl(ca, [{ cert_chain: cert, private_key: key }], true);
    const port = await new Promise<number>((resolve, reject) =>
      api.bindAsync("127.0.0.1:0", tls, (error, bound) => (error === null ? resolve(bound) : reject(error))),
    );
    const statusWith = (certificate: Certificate) => {
      const own = credentials.createSsl(ca, Buffer.from(certificate.key), Buffer.from(certificate.cert));
      // Node refuses an IP address as the server's name in TLS.
      const client = new Client(`127.0.0.1:${port}`, own, { "grpc.ssl_target_name_override": "localhost" });
      const { path, requestSerialize, responseDeserialize } = INVOICES.list;
      const metadata = new Metadata();
      metadata.set("authorization", authorization);
      return new Promise<status>((resolve) => {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, metadata, (error) => {
          client.close();
          resolve(error?.code ?? status.OK);
        });
      });
    };
    expect(await statusWith(shop)).toBe(status.OK);
    expect(await statusWith(thief)).toBe(status.UNAUTHENTICATED);
    api.forceShutdown();
  });
});
