/** The real application on free ports of the loopback, with a store and a trusted issuer of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { RegistryAdmin, ScopeRegistry } from "@scope-registry/client";
import { inject } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import type { OwnScope } from "../../src/config/registry-scope-names.ts";
import { loadSettings, type Settings } from "../../src/config/settings.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { ownDatabase } from "./mongod-database.ts";
import { GRPC_JS, type OpenTransport, PROTOCOLS, type Protocol, type ProtocolTarget } from "./protocols.ts";
import { type MintOptions, startTestIssuer, type TestIssuer } from "./test-issuer.ts";

/** How a server differs from the usual one. */
export interface TestServerOptions {
  /** The embedded store in a folder of its own (the default), or a database of its own in the MongoDB of the run. */
  readonly store?: "embedded" | "mongodb";
  /** More settings, by the variable's name without `SCOPE_REGISTRY_`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether the built-in issuer is trusted too. */
  readonly dev?: boolean;
  /** More members of the test issuer's entry in ISSUERS. */
  readonly issuer?: Readonly<Record<string, unknown>>;
  /** Whether opaque tokens are asked about at the test issuer. */
  readonly opaqueTokens?: boolean;
  /** More members of how it is asked. */
  readonly introspection?: Readonly<Record<string, unknown>>;
  /** Other trusted issuers, as entries in ISSUERS. */
  readonly moreIssuers?: readonly Readonly<Record<string, unknown>>[];
  /** What clients need to be let in by TLS, where the settings ask for it. */
  readonly tls?: ProtocolTarget["tls"];
}

/** Who calls: what a token says, and how it is made. */
export interface CallerOptions {
  readonly client?: string;
  readonly scopes?: readonly OwnScope[];
  /** Claims in place of the usual ones. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly mint?: MintOptions;
}

/** Clients of both services, with the token of one caller. */
export interface Clients {
  readonly registry: Client<typeof ScopeRegistry>;
  readonly admin: Client<typeof RegistryAdmin>;
}

/** A running server. */
export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly settings: Settings;
  readonly issuer: TestIssuer;
  readonly grpcAddress: string;
  readonly httpUrl: string;
  /** A token of the test issuer. */
  tokenFor(caller: CallerOptions): Promise<string>;
  /** Clients that send this `authorization` header; undefined: none. */
  withHeader(authorization: string | undefined, protocol?: Protocol): Clients;
  /** Clients of a caller of the test issuer. */
  as(caller: CallerOptions, protocol?: Protocol): Promise<Clients>;
  stop(): Promise<void>;
}

/** The ways that suites of behaviour run over: every protocol, and both stores. */
export const WAYS: readonly Way[] = [
  ...PROTOCOLS.map((protocol) => ({ name: protocol.name, protocol, store: "embedded" as const })),
  { name: `${GRPC_JS.name}, on MongoDB`, protocol: GRPC_JS, store: "mongodb" },
];

/** A protocol and a store. */
export interface Way {
  readonly name: string;
  readonly protocol: Protocol;
  readonly store: "embedded" | "mongodb";
}

let names = 0;

/** A name that no other test in the same process uses. */
export function unique(stem: string): string {
  names += 1;
  return `${stem}-${names}`;
}

/** Starts a server. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { store = "embedded", dev = false, issuer: issuerEntry = {}, moreIssuers = [], tls } = options;
  const database = store === "mongodb" ? ownDatabase(inject("mongodbUri")) : undefined;
  const dataDir = await mkdtemp(join(tmpdir(), "scope-registry-e2e-"));
  const issuer = await startTestIssuer({ algorithms: ["ES256", "RS256"] });
  const settings = loadSettings(
    {
      SCOPE_REGISTRY_DEV: String(dev),
      ...(database === undefined ? { SCOPE_REGISTRY_DATA_DIR: dataDir } : { SCOPE_REGISTRY_MONGODB_URI: database.uri }),
      SCOPE_REGISTRY_GRPC_ADDRESS: "127.0.0.1:0",
      SCOPE_REGISTRY_HTTP_ADDRESS: "127.0.0.1:0",
      SCOPE_REGISTRY_ISSUERS: JSON.stringify([
        {
          issuer: issuer.issuer,
          ...(options.opaqueTokens ? introspectionEntry(issuer, options.introspection) : {}),
          ...issuerEntry,
        },
        ...moreIssuers,
      ]),
      ...Object.fromEntries(
        Object.entries(options.settings ?? {}).map(([name, text]) => [`SCOPE_REGISTRY_${name}`, text]),
      ),
    },
    [],
  );
  const app = await startApp(settings, createLogger("silent"));
  const { grpcPort, httpPort } = app;
  const open = new Map<Protocol, OpenTransport>();

  const transportOf = (protocol: Protocol) => {
    const opened = open.get(protocol) ?? protocol.open({ grpcPort, httpPort, tls });
    open.set(protocol, opened);
    return opened.transport;
  };
  const withHeader: TestServer["withHeader"] = (authorization, protocol = GRPC_JS) => {
    const transport = withAuthorization(transportOf(protocol), authorization);
    return { registry: createClient(ScopeRegistry, transport), admin: createClient(RegistryAdmin, transport) };
  };
  const tokenFor: TestServer["tokenFor"] = ({ client = "somebody", scopes = [], claims = {}, mint = {} }) =>
    issuer.mint(
      { client_id: client, sub: client, scope: scopes.map((key) => settings.scopeNames[key]).join(" "), ...claims },
      mint,
    );
  const stop = async () => {
    for (const { close } of open.values()) close();
    await app.close();
    await issuer.stop();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  };

  return {
    app,
    settings,
    issuer,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    httpUrl: `${tls === undefined ? "http" : "https"}://127.0.0.1:${httpPort}`,
    tokenFor,
    withHeader,
    as: async (caller, protocol) => withHeader(`Bearer ${await tokenFor(caller)}`, protocol),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function introspectionEntry(issuer: TestIssuer, more: TestServerOptions["introspection"]) {
  const { endpoint, clientId, clientSecret } = issuer.introspection();
  return { introspection: { endpoint, client_id: clientId, client_secret: clientSecret, cache_seconds: 0, ...more } };
}

function withAuthorization(transport: Transport, authorization: string | undefined): Transport {
  const add = (header: Parameters<Transport["unary"]>[3]) => {
    const headers = new Headers(header);
    if (authorization !== undefined) headers.set("authorization", authorization);
    return headers;
  };
  return {
    unary: (method, signal, timeoutMs, header, input, values) =>
      transport.unary(method, signal, timeoutMs, add(header), input, values),
    stream: (method, signal, timeoutMs, header, input, values) =>
      transport.stream(method, signal, timeoutMs, add(header), input, values),
  };
}
