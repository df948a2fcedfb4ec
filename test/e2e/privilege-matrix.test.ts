/**
 * Each method and each path × each kind of caller. What is allowed is listed in ROWS and OPEN_PATHS; all else must be refused
 * with the right code, and change nothing: no revision is made. A method that is added to the contract, and a path that is
 * added to the HTTP port, fails the run until it is listed.
 */
import type { DescMethod } from "@bufbuild/protobuf";
import { generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROBES } from "../../src/transport/http/probes.ts";
import { callMethod, METHODS } from "../support/methods.ts";
import { CONNECT_GET, PROTOCOLS, type Protocol } from "../support/protocols.ts";
import { callHttp1, callHttp2, grpcFrame } from "../support/raw-calls.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestIssuer, type TestIssuer } from "../support/test-issuer.ts";
import { type Clients, OWN_SCOPES, type OwnScope, startTestServer, type TestServer } from "../support/test-server.ts";

/** Callers that cannot be told who they are, and how they are refused. */
const STRANGERS = {
  none: "TOKEN_MISSING",
  "another scheme": "TOKEN_MISSING",
  "no token behind the scheme": "TOKEN_MISSING",
  "two tokens": "TOKEN_INVALID",
  garbage: "TOKEN_INVALID",
  expired: "TOKEN_INVALID",
  "wrong issuer": "TOKEN_INVALID",
  "wrong audience": "TOKEN_INVALID",
  "wrong key": "TOKEN_INVALID",
  "wrong type": "TOKEN_INVALID",
} as const;

type Stranger = keyof typeof STRANGERS;
/** `only x`: a client that owns nothing, with that one scope. Owners have `register`. */
type Known = "no scope" | `only ${OwnScope}` | "owner" | "another owner";

const STRANGER_NAMES = Object.keys(STRANGERS) as readonly Stranger[];
const KNOWN_NAMES: readonly Known[] = [
  "no scope",
  ...OWN_SCOPES.map((scope) => `only ${scope}` as const),
  "owner",
  "another owner",
];
/** Who has the scope `register`. */
const REGISTRANTS: readonly Known[] = ["only register", "owner", "another owner"];

interface Row {
  readonly method: string;
  /** What tells rows of one method apart. */
  readonly what?: string;
  readonly request: object;
  /** Who may. All others are refused. */
  readonly allowed: readonly Known[];
  /** What those who may are answered: OK, or NOT_IMPLEMENTED until the method is built. */
  readonly answer: "OK" | "NOT_IMPLEMENTED";
  /** Why others who have the method's scope are refused, in place of SCOPE_MISSING. */
  readonly refusedOtherwise?: { readonly callers: readonly Known[]; readonly reason: string };
}

const OWNED = { name: "invoices:read", description: "Read invoices" };
const OWNED_URI = "https://billing.example.com/";
const later = (method: string, allowed: readonly Known[]): Row => ({
  method,
  request: {},
  allowed,
  answer: "NOT_IMPLEMENTED",
});
const ADMIN: readonly Known[] = ["only admin"];
const ADMIN_OR_OWNER: readonly Known[] = ["only admin", ...REGISTRANTS];
const notOwned = {
  callers: ["only register", "another owner"] satisfies Known[],
  reason: "SCOPE_NOT_OWNED",
};

const ROWS: readonly Row[] = [
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's scope",
    request: { scopes: [{ ...OWNED, description: "Read all invoices" }] },
    allowed: ["owner"],
    answer: "OK",
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's scope by REPLACE",
    request: { scopes: [OWNED], mode: 2 },
    allowed: ["owner"],
    answer: "OK",
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's scope, to validate only",
    request: { scopes: [{ ...OWNED, restricted: true }], validateOnly: true },
    allowed: ["owner"],
    answer: "OK",
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "a default",
    request: { scopes: [{ ...OWNED, isDefault: true }] },
    allowed: [],
    answer: "OK",
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "a scope of the registry itself",
    request: { scopes: [{ name: "scope_registry.admin", description: "Mine" }] },
    allowed: [],
    answer: "OK",
    refusedOtherwise: { callers: REGISTRANTS, reason: "SCOPE_NOT_OWNED" },
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's resource",
    request: { scopes: [{ name: "grab:read", description: "Grab", resources: [OWNED_URI] }] },
    allowed: ["owner"],
    answer: "OK",
    refusedOtherwise: { callers: ["only register", "another owner"], reason: "RESOURCE_NOT_OWNED" },
  },
  { method: "ScopeRegistry.ListScopes", request: {}, allowed: ["only read"], answer: "OK" },
  {
    method: "ScopeRegistry.ValidateScopes",
    request: { scopes: ["invoices:read"] },
    allowed: ["only validate"],
    answer: "OK",
  },
  { method: "ScopeRegistry.Introspect", request: { token: "x" }, allowed: ["only introspect"], answer: "OK" },
  { method: "ScopeRegistry.WatchScopes", request: {}, allowed: ["only read"], answer: "OK" },
  later("RegistryAdmin.SetResourceServer", ADMIN),
  later("RegistryAdmin.GetResourceServer", ADMIN_OR_OWNER),
  later("RegistryAdmin.ListResourceServers", ADMIN),
  later("RegistryAdmin.SetClientPolicy", ADMIN),
  later("RegistryAdmin.GetClientPolicy", ADMIN),
  later("RegistryAdmin.ListClientPolicies", ADMIN),
  later("RegistryAdmin.DeleteClientPolicy", ADMIN),
  later("RegistryAdmin.GrantScopes", ADMIN_OR_OWNER),
  later("RegistryAdmin.RevokeScopes", ADMIN_OR_OWNER),
  later("RegistryAdmin.ApproveScopes", ADMIN),
  later("RegistryAdmin.DisableScopes", ADMIN_OR_OWNER),
  later("RegistryAdmin.EnableScopes", ADMIN_OR_OWNER),
  later("RegistryAdmin.DeleteScopes", ADMIN_OR_OWNER),
  later("RegistryAdmin.ReleaseNames", ADMIN),
  later("RegistryAdmin.TransferScopes", ADMIN_OR_OWNER),
  later("RegistryAdmin.ListChanges", ADMIN_OR_OWNER),
];

function shortName({ parent, name }: DescMethod): string {
  return `${parent.name}.${name}`;
}

function methodOf(row: Row): DescMethod {
  const method = METHODS.find((candidate) => shortName(candidate) === row.method);
  if (method === undefined) throw new Error(`The contract has no method ${row.method}`);
  return method;
}

it("the matrix has every method of the contract", () => {
  expect([...new Set(ROWS.map(({ method }) => method))].sort()).toEqual(METHODS.map(shortName).sort());
});

describe.each([...PROTOCOLS, CONNECT_GET])("the privilege matrix by $name", (protocol) => {
  let server: TestServer;
  let stranger: TestIssuer;
  let reader: Clients;
  let strangers: Readonly<Record<Stranger, string | undefined>>;
  let known: Readonly<Record<Known, Clients>>;

  beforeAll(async () => {
    server = await startTestServer();
    stranger = await startTestIssuer();
    reader = await server.as({ client: "observer", scopes: ["read"] });
    strangers = await makeStrangers(server, stranger);
    known = await makeKnown(server, protocol);
    await known.owner.registry.registerScopes({ scopes: [{ ...OWNED, resources: [OWNED_URI] }] });
    await known["another owner"].registry.registerScopes({ scopes: [{ name: "docs:read", description: "Read docs" }] });
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  const everything = () => reader.registry.listScopes({ pageSize: 1_000 });

  describe.each(ROWS.map((row) => [row.what === undefined ? row.method : `${row.method}: ${row.what}`, row] as const))(
    "%s",
    (_title, row) => {
      const call = (clients: Clients) =>
        callMethod(clients, methodOf(row), row.request as never, { timeoutMs: 10_000 });

      it.each(STRANGER_NAMES)("refuses a caller with this token: %s", async (name) => {
        const before = await everything();
        const refusal = await refusalOf(call(server.withHeader(strangers[name], protocol)));
        expect(refusal).toMatchObject({ code: "UNAUTHENTICATED", reason: STRANGERS[name] });
        expect(await everything()).toEqual(before);
      });

      it.each(KNOWN_NAMES.filter((name) => !row.allowed.includes(name)))("refuses this caller: %s", async (name) => {
        const before = await everything();
        const { callers = [], reason = "" } = row.refusedOtherwise ?? {};
        const refusal = await refusalOf(call(known[name]));
        expect(refusal.code).toBe("PERMISSION_DENIED");
        expect(refusal.reason).toBe(callers.includes(name) ? reason : "SCOPE_MISSING");
        if (refusal.reason === "SCOPE_MISSING") expect(refusal.metadata["scope"]).toMatch(/^scope_registry\./);
        expect(await everything()).toEqual(before);
      });

      it.each(row.allowed)("lets this caller: %s", async (name) => {
        if (row.answer === "OK") {
          expect(await call(known[name])).toBeDefined();
          return;
        }
        const before = await everything();
        expect(await refusalOf(call(known[name]))).toMatchObject({ code: "UNIMPLEMENTED", reason: row.answer });
        expect(await everything()).toEqual(before);
      });
    },
  );
});

/** Paths of the HTTP port that anybody may get. */
const OPEN_PATHS = ["/healthz", "/readyz"];
/** Methods beside the contract that anybody may call on the gRPC port, each with a request. */
const OPEN_METHODS: readonly (readonly [string, Buffer])[] = [
  ["/grpc.health.v1.Health/Check", Buffer.alloc(0)],
  ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Buffer.from("3a00", "hex")],
  ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Buffer.from("3a00", "hex")],
];

it("the matrix has every path of the HTTP port", () => {
  expect([...PROBES.keys()].sort()).toEqual([...OPEN_PATHS].sort());
});

describe("the privilege matrix of what is open to strangers", () => {
  let server: TestServer;
  let stranger: TestIssuer;
  let reader: Clients;
  let headers: ReadonlyMap<string, Record<string, string>>;

  beforeAll(async () => {
    server = await startTestServer();
    stranger = await startTestIssuer();
    reader = await server.as({ client: "observer", scopes: ["read"] });
    const tokens: [string, string | undefined][] = Object.entries(await makeStrangers(server, stranger));
    for (const scope of OWN_SCOPES) {
      tokens.push([`only ${scope}`, `Bearer ${await server.tokenFor({ client: `only-${scope}`, scopes: [scope] })}`]);
    }
    headers = new Map(tokens.map(([name, token]) => [name, token === undefined ? {} : { authorization: token }]));
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  it.each([...STRANGER_NAMES, ...OWN_SCOPES.map((scope) => `only ${scope}`)])(
    "is the same for this caller, and changes nothing: %s",
    async (name) => {
      const before = await reader.registry.listScopes({});
      const given = headers.get(name) ?? {};
      for (const path of OPEN_PATHS) {
        expect((await callHttp1(server.httpUrl, path, { method: "GET", headers: given })).http).toBe(200);
        expect((await callHttp1(server.httpUrl, path, { method: "POST", headers: given })).http).toBe(405);
        expect((await callHttp1(server.httpUrl, `${path}/more`, { method: "GET", headers: given })).http).toBe(404);
      }
      for (const [path, message] of OPEN_METHODS) {
        const answer = await callHttp2(`http://${server.grpcAddress}`, path, {
          headers: given,
          body: grpcFrame(message),
        });
        expect(answer.code).toBe("OK");
      }
      expect(await reader.registry.listScopes({})).toEqual(before);
    },
  );
});

async function makeStrangers(
  server: TestServer,
  stranger: TestIssuer,
): Promise<Readonly<Record<Stranger, string | undefined>>> {
  // All of them claim to be the owner, with every scope.
  const caller = { client: "billing-api", scopes: OWN_SCOPES };
  const token = (claims: Record<string, unknown>) => server.tokenFor({ ...caller, claims });
  const now = Math.floor(Date.now() / 1_000);
  const { privateKey } = await generateKeyPair("ES256");
  const good = await token({});
  const scope = Object.values(server.settings.scopeNames).join(" ");
  return {
    none: undefined,
    "another scheme": `Basic ${good}`,
    "no token behind the scheme": "Bearer",
    "two tokens": `Bearer ${good} ${good}`,
    garbage: "Bearer garbage",
    expired: `Bearer ${await token({ iat: now - 120, exp: now - 60 })}`,
    "wrong issuer": `Bearer ${await stranger.mint({ client_id: "billing-api", scope })}`,
    "wrong audience": `Bearer ${await token({ aud: "https://elsewhere.example.com" })}`,
    "wrong key": `Bearer ${await server.tokenFor({ ...caller, mint: { key: privateKey } })}`,
    "wrong type": `Bearer ${await server.tokenFor({ ...caller, mint: { typ: "JWT" } })}`,
  };
}

async function makeKnown(server: TestServer, protocol: Protocol): Promise<Readonly<Record<Known, Clients>>> {
  const entries: [Known, Clients][] = [
    ["no scope", await server.as({ client: "nothing" }, protocol)],
    ["owner", await server.as({ client: "billing-api", scopes: ["register"] }, protocol)],
    ["another owner", await server.as({ client: "docs-api", scopes: ["register"] }, protocol)],
  ];
  for (const scope of OWN_SCOPES) {
    entries.push([`only ${scope}`, await server.as({ client: `only-${scope}`, scopes: [scope] }, protocol)]);
  }
  return Object.fromEntries(entries) as Record<Known, Clients>;
}
