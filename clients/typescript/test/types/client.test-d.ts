/** The types of `@scope-registry/client`, checked by the compiler alone: nothing here is run. */
import type { Client, Transport } from "@connectrpc/connect";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import {
  type Code,
  type ConnectError,
  type Credentials,
  connectScopeRegistry,
  createProtectedResource,
  createScopeReplica,
  introspectedTokens,
  jwtTokens,
  type PresentedToken,
  type ProtectedResource,
  type RegisteredScopes,
  type RegistrationRetry,
  type RegistryAdmin,
  type RegistryRefusal,
  type ReplicaChange,
  type ReplicaJudgement,
  type refusalOf,
  registerAtStartup,
  type ScopeRegistry,
  type ScopeRegistryConnection,
  type ScopeReplica,
  type TokenCheckerFactory,
} from "@scope-registry/client";
import type { ScopeRecord } from "@scope-registry/client/judging";
import { type Equals, expectType } from "./equals.ts";

declare const connection: ScopeRegistryConnection;
declare const replica: ScopeReplica;
declare const tokens: TokenCheckerFactory;

// The connection.
connectScopeRegistry({ address: "registry.example.com:50051", credentials: { token: "t" } });
connectScopeRegistry({
  address: "https://registry.example.com",
  tls: { ca: "pem", cert: "pem", key: "pem", serverName: "registry" },
  credentials: { clientCredentials: { issuer: "https://login.example.com", clientId: "a", clientSecret: "s" } },
  timeoutMs: 1_000,
});
// What may not be set is passed on as it is, also with `exactOptionalPropertyTypes`.
const { LOGIN: issuer, SECRET: clientSecret, SCOPE: scope } = process.env;
const clientCredentials = { issuer, clientId: "a", clientSecret, scope, resource: issuer, audience: issuer };
connectScopeRegistry({ address: "a:1", credentials: { clientCredentials } });
expectType<Equals<RegistryRefusal["code"], Code>>();
expectType<Equals<RegistrationRetry["error"], ConnectError>>();
const credentials: Credentials[] = ["none", { tokenFile: "f" }, { getToken: async (_signal, { fresh }) => `${fresh}` }];
connectScopeRegistry({ address: "a:1", tls: false, credentials: credentials[0] ?? "none" });
expectType<Equals<ReturnType<typeof connectScopeRegistry>, ScopeRegistryConnection>>();
expectType<Equals<ScopeRegistryConnection["registry"], Client<typeof ScopeRegistry>>>();
expectType<Equals<ScopeRegistryConnection["admin"], Client<typeof RegistryAdmin>>>();
expectType<Equals<ScopeRegistryConnection["transport"], Transport>>();
expectType<Equals<ReturnType<typeof refusalOf>, RegistryRefusal | undefined>>();
// @ts-expect-error credentials are needed, if only to say that there are none
connectScopeRegistry({ address: "a:1" });
// @ts-expect-error a number is no token
connectScopeRegistry({ address: "a:1", credentials: { token: 1 } });
// @ts-expect-error the token is not to be read from a result that may be wrong
connectScopeRegistry({ address: "a:1", credentials: { getToken: () => undefined } });

// Registering.
const definition = { name: "invoices:read", description: "Read" };
expectType<Equals<ReturnType<typeof registerAtStartup>, Promise<RegisteredScopes>>>();
registerAtStartup({ connection, scopes: [definition], mode: "REPLACE", release: 42n, deadlineMs: 1_000 });
registerAtStartup({ connection, file: "scopes.yaml", onRetry: ({ attempt, delayMs }) => attempt + delayMs });
// @ts-expect-error scopes come from code or from a file
registerAtStartup({ connection });
// @ts-expect-error a scope has a description
registerAtStartup({ connection, scopes: [{ name: "invoices:read" }] });
// @ts-expect-error there is no such mode
registerAtStartup({ connection, scopes: [definition], mode: "UPDATE" });
// @ts-expect-error a misspelt property
registerAtStartup({ connection, scopes: [{ ...definition, is_default: true }] });

// The guard's core.
const guarded = { resource: "https://api.example.com/", authorizationServers: ["https://login.example.com"] };
expectType<Equals<ReturnType<typeof createProtectedResource>, ProtectedResource>>();
createProtectedResource({
  ...guarded,
  tokens: jwtTokens({ issuer: "https://login.example.com" }),
  scopesSupported: [],
});
createProtectedResource({ ...guarded, tokens: introspectedTokens({ connection }), scopesSupported: () => ["a"] });
// The transports of the MCP SDK take it as it is.
expectType<PresentedToken extends AuthInfo ? true : false>();
// @ts-expect-error it has to be said how tokens are checked
createProtectedResource({ ...guarded, scopesSupported: [] });
// @ts-expect-error symmetric algorithms are not accepted
jwtTokens({ issuer: "https://login.example.com", algorithms: ["HS256"] });
// @ts-expect-error the issuers are named when it is made
createProtectedResource({ resource: "https://api.example.com/", tokens, scopesSupported: [] });

// The replica.
createScopeReplica({ connection, snapshotFile: "f", owner: "billing-api", onProblem: ({ message }) => message });
expectType<Equals<ReturnType<ScopeReplica["judge"]>, ReplicaJudgement>>();
expectType<Equals<ReplicaJudgement["error"], "" | "invalid_scope" | "invalid_target">>();
expectType<Equals<ReturnType<ScopeReplica["get"]>, ScopeRecord | undefined>>();
expectType<Equals<Parameters<ScopeReplica["onChange"]>[0], (change: ReplicaChange) => void>>();
expectType<Equals<ScopeReplica["lag"], number>>();
expectType<Equals<typeof replica.isReady, boolean>>();
expectType<Equals<NonNullable<ReturnType<typeof replica.resolve>>["name"], string>>();
expectType<Equals<RegisteredScopes["pending"], readonly string[]>>();
replica.judge({ scope: "a b", resources: ["urn:a"], mode: "NARROW", view: "CONSENT", locales: ["de"] });
// @ts-expect-error names are texts
replica.judge({ scopes: [1] });
// @ts-expect-error what was judged is not to be changed
replica.judge({}).grantedScopes.push("admin");
// @ts-expect-error the revision is the registry's
replica.revision = 1;
