/** A resource server on grpc-js, which verifies JWT access tokens itself. */

import { Server, type ServerUnaryCall, type ServiceDefinition, type sendUnaryData } from "@grpc/grpc-js";
import { createProtectedResource, jwtTokens } from "@scope-registry/client";
import { guardGrpc } from "@scope-registry/client/grpc";

const json = {
  requestStream: false,
  responseStream: false,
  requestSerialize: (message: object) => Buffer.from(JSON.stringify(message)),
  requestDeserialize: (bytes: Buffer) => JSON.parse(bytes.toString()) as object,
  responseSerialize: (message: object) => Buffer.from(JSON.stringify(message)),
  responseDeserialize: (bytes: Buffer) => JSON.parse(bytes.toString()) as object,
};

/** The service, as a compiler makes it of a `.proto` file; with JSON for messages, to keep the example short. */
export const INVOICES = {
  list: { path: "/billing.v1.Invoices/List", ...json },
  create: { path: "/billing.v1.Invoices/Create", ...json },
  rates: { path: "/billing.v1.Invoices/Rates", ...json },
  purge: { path: "/billing.v1.Invoices/Purge", ...json },
} satisfies ServiceDefinition;

/** Makes the billing API, for tokens of this issuer. `scopes` are those that `registerAtStartup` has registered. */
export function createBillingApi({ issuer, scopes }: { issuer: string; scopes: readonly string[] }): Server {
  const guard = guardGrpc(
    createProtectedResource({
      resource: "https://billing.example.com/",
      authorizationServers: [issuer],
      tokens: jwtTokens({ issuer }),
      scopesSupported: scopes,
      onError: (error) => process.emitWarning(String(error)),
    }),
    {
      methods: {
        "/billing.v1.Invoices/List": "invoices:read",
        "/billing.v1.Invoices/Create": "invoices:read invoices:write",
      },
      publicMethods: ["/billing.v1.Invoices/Rates"],
    },
  );
  const server = new Server({ interceptors: [guard.interceptor] });
  server.addService(INVOICES, {
    list(call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) {
      const { clientId, subject, scopes } = guard.tokenOf(call);
      callback(null, { clientId, subject, scopes });
    },
    create: (_call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) =>
      callback(null, { created: true }),
    rates: (_call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) => callback(null, { EUR: 1 }),
    // Missing in the guard's methods: nobody may call it.
    purge: (_call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) => callback(null, {}),
  });
  return server;
}
