/**
 * Each method and each path × each kind of caller. What is allowed is listed in ROWS and OPEN_PATHS; all else must be refused
 * with the right code, and change nothing: no revision is made. Before each row its request is made to mean something, so that
 * a call that is let in by mistake would show. A method that is added to the contract, and a path that is added to the HTTP
 * port, fails the run until it is listed.
 */
import type { DescMethod } from "@bufbuild/protobuf";
import { NamePolicy, ResourceServerMode } from "@scope-registry/client";
import { generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_SCOPES, type OwnScope } from "../../src/config/registry-scope-names.ts";
import {
  ASSETS_BELOW,
  CONFIG_PATH,
  PAGE_PATHS,
  PAGES_BELOW,
} from "../../src/transport/http/catalogue/catalogue-routes.ts";
import { OPEN_READING_PATHS } from "../../src/transport/http/catalogue/open-reading.ts";
import { DOT_DYNAMIC_SCOPES_PATHS } from "../../src/transport/http/dot-dynamic-scopes-routes.ts";
import { METRICS_PATH } from "../../src/transport/http/metrics-route.ts";
import { INTROSPECTION_PATH } from "../../src/transport/http/oauth/introspection-route.ts";
import { RESOURCE_METADATA_PATH } from "../../src/transport/http/oauth/resource-metadata-route.ts";
import { SCOPES_PATH } from "../../src/transport/http/oauth/scopes-route.ts";

import { PROBES } from "../../src/transport/http/probes.ts";
import { type ClientsFile, makeClientsFile } from "../support/introspection-clients.ts";
import { callMethod, METHODS } from "../support/methods.ts";
import { CONNECT_GET, PROTOCOLS, type Protocol } from "../support/protocols.ts";
import { callHttp1, callHttp2, grpcFrame } from "../support/raw-calls.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestIssuer, type TestIssuer } from "../support/test-issuer.ts";
import { type CallerOptions, type Clients, startTestServer, type TestServer } from "../support/test-server.ts";

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
type Known = "no scope" | `only ${OwnScope}` | "a replica" | "owner" | "another owner";

const STRANGER_NAMES = Object.keys(STRANGERS) as readonly Stranger[];
const KNOWN_NAMES: readonly Known[] = [
  "no scope",
  ...OWN_SCOPES.map((scope) => `only ${scope}` as const),
  "a replica",
  "owner",
  "another owner",
];
/** Who has the scope `register`. */
const REGISTRANTS: readonly Known[] = ["only register", "owner", "another owner"];

/** Who may read, and who may validate: a replica does both. */
const READERS: readonly Known[] = ["only read", "a replica"];
const JUDGES: readonly Known[] = ["only validate", "a replica"];
const ADMIN: readonly Known[] = ["only admin"];
const ADMIN_OR_OWNER: readonly Known[] = ["only admin", "owner"];
const ADMIN_OR_REGISTRANT: readonly Known[] = ["only admin", ...REGISTRANTS];

/** Why somebody is refused who has a scope that the method asks for. */
type Refusals = Readonly<Partial<Record<Known, string>>>;

/** How the reasons are answered that callers of this matrix are given. */
const CODES: Readonly<Record<string, string>> = {
  SCOPE_MISSING: "PERMISSION_DENIED",
  SCOPE_NOT_OWNED: "PERMISSION_DENIED",
  RESOURCE_NOT_OWNED: "PERMISSION_DENIED",
  PREFIX_NOT_OWNED: "PERMISSION_DENIED",
  WRONG_STATE: "FAILED_PRECONDITION",
  REGISTRY_NOT_EMPTY: "FAILED_PRECONDITION",
};

interface Row {
  readonly method: string;
  /** What tells rows of one method apart. */
  readonly what?: string;
  readonly request: object;
  /** Brings the registry to where the request does something. */
  readonly prepare?: (parties: Parties) => Promise<unknown>;
  /** Who may. All others are refused. */
  readonly allowed: readonly Known[];
  /** Why those who may are refused all the same; if not given, they are answered. */
  readonly answer?: string;
  /** Why others who have the method's scope are refused, in place of SCOPE_MISSING. */
  readonly refusedOtherwise?: Refusals;
}

/** Who brings the registry to where a row needs it. */
interface Parties {
  readonly admin: Clients["admin"];
  readonly owner: Clients;
  readonly other: Clients;
}

const OWNER = "billing-api";
const OTHER = "docs-api";
const OWNED = { name: "invoices:read", description: "Read invoices" };
const OTHERS = { name: "docs:read", description: "Read docs" };
const OWNED_URI = "https://billing.example.com/";
const CLIENT = "web-shop";
/** What the owner's resource server is set to: it holds the prefix of its names, and its resource. */
const SETTINGS = { name: OWNER, displayName: "Billing", namePrefixes: ["invoices:"], resources: [OWNED_URI] };

const all = (callers: readonly Known[], reason: string): Refusals =>
  Object.fromEntries(callers.map((caller) => [caller, reason]));
const notOwned = all(["only register", "another owner"], "SCOPE_NOT_OWNED");
const notOwnedByAny = all(REGISTRANTS, "SCOPE_NOT_OWNED");

const force = (...names: string[]) => ({ names, force: true });
const enableBoth = ({ admin }: Parties) => admin.enableScopes({ names: [OWNED.name, OTHERS.name] });
const disabledByOwner = async (parties: Parties) => {
  await enableBoth(parties);
  await parties.owner.admin.disableScopes(force(OWNED.name));
};
const disabledByAdmin = async (parties: Parties) => {
  await enableBoth(parties);
  await parties.admin.disableScopes(force(OWNED.name));
};
/** A scope of the owner's that is disabled, whatever became of it before. */
const old = { name: "invoices:old", description: "An old one" };
const oldByOwner = async ({ admin, owner }: Parties) => {
  await admin.enableScopes({ names: [old.name] }).catch(() => undefined);
  await owner.registry.registerScopes({ scopes: [old] });
  await owner.admin.disableScopes(force(old.name));
};
const oldByAdmin = async (parties: Parties) => {
  await oldByOwner(parties);
  await parties.admin.enableScopes({ names: [old.name] });
  await parties.admin.disableScopes(force(old.name));
};
const oldDeleted = async (parties: Parties) => {
  await oldByOwner(parties);
  await parties.owner.admin.deleteScopes(force(old.name));
};
const pending =
  (name: string) =>
  async ({ admin, owner }: Parties) => {
    await admin.setResourceServer({ resourceServer: { ...SETTINGS, mode: ResourceServerMode.REVIEW } });
    await owner.registry.registerScopes({ scopes: [{ name, description: "To be reviewed" }] });
    await admin.setResourceServer({ resourceServer: SETTINGS });
  };
const atHome = async ({ admin }: Parties) => {
  await admin.transferScopes({ names: [OWNED.name], newOwner: OWNER });
  await admin.transferScopes({ names: [OTHERS.name], newOwner: OTHER });
};
const granted = ({ admin }: Parties) => admin.grantScopes({ clientId: CLIENT, scopes: [OWNED.name, OTHERS.name] });
const notGranted = ({ admin }: Parties) => admin.deleteClientPolicy({ clientId: CLIENT });
const policy = { clientPolicy: { clientId: CLIENT, allowedScopes: [OWNED.name] } };

const ROWS: readonly Row[] = [
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's scope",
    request: { scopes: [{ ...OWNED, description: "Read all invoices" }] },
    allowed: ["owner"],
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's scope by REPLACE",
    request: { scopes: [OWNED], mode: 2 },
    allowed: ["owner"],
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's scope, to validate only",
    request: { scopes: [{ ...OWNED, restricted: true }], validateOnly: true },
    allowed: ["owner"],
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "a default",
    request: { scopes: [{ ...OWNED, isDefault: true }] },
    allowed: [],
    refusedOtherwise: notOwned,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "a scope of the registry itself",
    request: { scopes: [{ name: "scope_registry.admin", description: "Mine" }] },
    allowed: [],
    refusedOtherwise: notOwnedByAny,
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "the owner's resource",
    request: { scopes: [{ name: "grab:read", description: "Grab", resources: [OWNED_URI] }] },
    allowed: ["owner"],
    refusedOtherwise: all(["only register", "another owner"], "RESOURCE_NOT_OWNED"),
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "a name under the owner's prefix",
    request: { scopes: [{ name: "invoices:new", description: "New" }] },
    allowed: ["owner"],
    refusedOtherwise: all(["only register", "another owner"], "PREFIX_NOT_OWNED"),
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "an instance of the owner's template",
    request: { scopes: [{ name: "vault:7:read", description: "The seventh" }] },
    allowed: ["owner"],
    refusedOtherwise: all(["only register", "another owner"], "PREFIX_NOT_OWNED"),
  },
  {
    method: "ScopeRegistry.RegisterScopes",
    what: "an alias that is the owner's scope",
    request: { scopes: [{ name: "grab:all", description: "Grab", aliases: [OWNED.name] }], validateOnly: true },
    allowed: ["owner"],
    refusedOtherwise: notOwned,
  },
  { method: "ScopeRegistry.ListScopes", request: {}, allowed: READERS },
  { method: "ScopeRegistry.ValidateScopes", request: { scopes: ["invoices:read"] }, allowed: JUDGES },
  { method: "ScopeRegistry.Introspect", request: { token: "x" }, allowed: ["only introspect"] },
  { method: "ScopeRegistry.WatchScopes", request: {}, allowed: READERS },
  {
    method: "ScopeRegistry.WatchScopes",
    what: "with client policies",
    request: { includeClientPolicies: true },
    allowed: ["a replica"],
  },
  {
    method: "ScopeRegistry.ReportUsage",
    request: { uses: [{ name: OWNED.name, clientId: CLIENT, day: new Date().toISOString().slice(0, 10) }] },
    allowed: JUDGES,
  },
  {
    method: "RegistryAdmin.SetResourceServer",
    request: { resourceServer: { ...SETTINGS, contact: "mailto:billing@example.com" } },
    prepare: ({ admin }) => admin.setResourceServer({ resourceServer: SETTINGS }),
    allowed: ADMIN,
  },
  {
    method: "RegistryAdmin.GetResourceServer",
    request: { name: OWNER },
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  { method: "RegistryAdmin.ListResourceServers", request: {}, allowed: ADMIN },
  { method: "RegistryAdmin.SetClientPolicy", request: policy, prepare: notGranted, allowed: ADMIN },
  { method: "RegistryAdmin.GetClientPolicy", request: { clientId: CLIENT }, prepare: granted, allowed: ADMIN },
  { method: "RegistryAdmin.ListClientPolicies", request: {}, allowed: ADMIN },
  { method: "RegistryAdmin.DeleteClientPolicy", request: { clientId: CLIENT }, prepare: granted, allowed: ADMIN },
  {
    method: "RegistryAdmin.GrantScopes",
    what: "the owner's scope",
    request: { clientId: CLIENT, scopes: [OWNED.name] },
    prepare: notGranted,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.GrantScopes",
    what: "scopes of two owners",
    request: { clientId: CLIENT, scopes: [OWNED.name, OTHERS.name] },
    prepare: notGranted,
    allowed: ADMIN,
    refusedOtherwise: notOwnedByAny,
  },
  {
    method: "RegistryAdmin.GrantScopes",
    what: "a scope of the registry itself",
    request: { clientId: CLIENT, scopes: ["scope_registry.admin"] },
    prepare: notGranted,
    allowed: ADMIN,
    refusedOtherwise: notOwnedByAny,
  },
  {
    method: "RegistryAdmin.RevokeScopes",
    what: "the owner's scope",
    request: { clientId: CLIENT, scopes: [OWNED.name] },
    prepare: granted,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.RevokeScopes",
    what: "scopes of two owners",
    request: { clientId: CLIENT, scopes: [OWNED.name, OTHERS.name] },
    prepare: granted,
    allowed: ADMIN,
    refusedOtherwise: notOwnedByAny,
  },
  {
    method: "RegistryAdmin.ApproveScopes",
    request: { names: ["invoices:late"] },
    prepare: pending("invoices:late"),
    allowed: ADMIN,
  },
  {
    method: "RegistryAdmin.RefuseScopes",
    request: { names: ["invoices:unwanted"] },
    prepare: pending("invoices:unwanted"),
    allowed: ADMIN,
  },
  {
    method: "RegistryAdmin.DisableScopes",
    what: "the owner's scope",
    request: force(OWNED.name),
    prepare: enableBoth,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.DisableScopes",
    what: "the owner's scope, to validate only",
    request: { ...force(OWNED.name), validateOnly: true },
    prepare: enableBoth,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.DisableScopes",
    what: "scopes of two owners",
    request: force(OWNED.name, OTHERS.name),
    prepare: enableBoth,
    allowed: ADMIN,
    refusedOtherwise: notOwnedByAny,
  },
  {
    method: "RegistryAdmin.DisableScopes",
    what: "a scope of the registry itself",
    request: force("scope_registry.admin"),
    allowed: [],
    refusedOtherwise: all(["only admin", ...REGISTRANTS], "SCOPE_NOT_OWNED"),
  },
  {
    method: "RegistryAdmin.EnableScopes",
    what: "what the owner has disabled",
    request: { names: [OWNED.name] },
    prepare: disabledByOwner,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.EnableScopes",
    what: "what an administrator has disabled",
    request: { names: [OWNED.name] },
    prepare: disabledByAdmin,
    allowed: ADMIN,
    refusedOtherwise: { ...notOwned, owner: "WRONG_STATE" },
  },
  {
    method: "RegistryAdmin.DeleteScopes",
    what: "what the owner has disabled",
    request: { names: [old.name] },
    prepare: oldByOwner,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.DeleteScopes",
    what: "what an administrator has disabled",
    request: { names: [old.name] },
    prepare: oldByAdmin,
    allowed: ADMIN,
    refusedOtherwise: { ...notOwned, owner: "WRONG_STATE" },
  },
  { method: "RegistryAdmin.ReleaseNames", request: { names: [old.name] }, prepare: oldDeleted, allowed: ADMIN },
  {
    method: "RegistryAdmin.ListReservedNames",
    what: "of whom the caller may see",
    request: {},
    prepare: oldDeleted,
    allowed: ADMIN_OR_REGISTRANT,
  },
  {
    method: "RegistryAdmin.ListReservedNames",
    what: "of the owner",
    request: { owner: OWNER },
    prepare: oldDeleted,
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.ListScopeUsages",
    request: { names: [OWNED.name] },
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.TransferScopes",
    what: "the owner's scope",
    request: { names: [OWNED.name], newOwner: OTHER },
    prepare: async (parties) => {
      await atHome(parties);
      // Under the owner's own prefix the name could not go to anybody else.
      await parties.admin.setResourceServer({ resourceServer: { ...SETTINGS, namePrefixes: [] } });
    },
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  {
    method: "RegistryAdmin.TransferScopes",
    what: "another's scope to the caller",
    request: { names: [OTHERS.name], newOwner: OWNER },
    prepare: atHome,
    allowed: ["only admin", "another owner"],
    refusedOtherwise: all(["only register", "owner"], "SCOPE_NOT_OWNED"),
  },
  {
    method: "RegistryAdmin.ListChanges",
    what: "that the caller may see",
    request: {},
    allowed: ADMIN_OR_REGISTRANT,
  },
  {
    method: "RegistryAdmin.ListChanges",
    what: "of the owner",
    request: { resourceServer: OWNER },
    allowed: ADMIN_OR_OWNER,
    refusedOtherwise: notOwned,
  },
  { method: "RegistryAdmin.GetRegistryPolicy", request: {}, allowed: ADMIN },
  {
    method: "RegistryAdmin.SetRegistryPolicy",
    request: { registryPolicy: { names: NamePolicy.PREFIX_REQUIRED } },
    prepare: ({ admin }) => admin.setRegistryPolicy({ registryPolicy: { names: NamePolicy.OPEN } }),
    allowed: ADMIN,
  },
  { method: "RegistryAdmin.ExportRegistry", request: {}, allowed: ADMIN },
  {
    method: "RegistryAdmin.ImportRegistry",
    request: { entries: [], complete: true },
    allowed: ADMIN,
    answer: "REGISTRY_NOT_EMPTY",
  },
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
  let overseer: Clients;
  let parties: Parties;
  let strangers: Readonly<Record<Stranger, string | undefined>>;
  let known: Readonly<Record<Known, Clients>>;

  beforeAll(async () => {
    server = await startTestServer();
    stranger = await startTestIssuer();
    overseer = await server.as({ client: "observer", scopes: ["read", "admin"] });
    strangers = await makeStrangers(server, stranger);
    known = await makeKnown(server, protocol);
    parties = {
      admin: overseer.admin,
      owner: await server.as({ client: OWNER, scopes: ["register"] }),
      other: await server.as({ client: OTHER, scopes: ["register"] }),
    };
    const template = { name: "vault:{id}:read", description: "Read a vault" };
    await parties.owner.registry.registerScopes({ scopes: [{ ...OWNED, resources: [OWNED_URI] }, template] });
    await parties.other.registry.registerScopes({ scopes: [OTHERS] });
    await parties.admin.setResourceServer({ resourceServer: SETTINGS });
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  describe.each(ROWS.map((row) => [row.what === undefined ? row.method : `${row.method}: ${row.what}`, row] as const))(
    "%s",
    (_title, row) => {
      const call = (clients: Clients) =>
        callMethod(clients, methodOf(row), row.request as never, { timeoutMs: 10_000 });

      /** What there was before the row's first call. All that is refused leaves it so. */
      let before: unknown;
      beforeAll(async () => {
        await row.prepare?.(parties);
        before = await everything(overseer);
      });

      it.each(STRANGER_NAMES)("refuses a caller with this token: %s", async (name) => {
        const refusal = await refusalOf(call(server.withHeader(strangers[name], protocol)));
        expect(refusal).toMatchObject({ code: "UNAUTHENTICATED", reason: STRANGERS[name] });
        expect(await everything(overseer)).toEqual(before);
      });

      it.each(KNOWN_NAMES.filter((name) => !row.allowed.includes(name)))("refuses this caller: %s", async (name) => {
        const reason = row.refusedOtherwise?.[name] ?? "SCOPE_MISSING";
        const refusal = await refusalOf(call(known[name]));
        expect(refusal).toMatchObject({ code: CODES[reason], reason });
        if (reason === "SCOPE_MISSING") expect(refusal.metadata["scope"]).toMatch(/^scope_registry\./);
        expect(await everything(overseer)).toEqual(before);
      });

      it.each(row.allowed)("lets this caller: %s", async (name) => {
        await row.prepare?.(parties);
        if (row.answer === undefined) {
          expect(await call(known[name])).toBeDefined();
          return;
        }
        expect(await refusalOf(call(known[name]))).toMatchObject({ code: CODES[row.answer], reason: row.answer });
        expect(await everything(overseer)).toEqual(before);
      });
    },
  );
});

/** All that calls can change: the newest entry of the log tells that nothing was written at all. */
function everything({ registry, admin }: Clients) {
  const pageSize = 1_000;
  return Promise.all([
    registry.listScopes({ pageSize }),
    admin.listResourceServers({ pageSize }),
    admin.listClientPolicies({ pageSize }),
    admin.listReservedNames({ pageSize }),
    admin.getRegistryPolicy({}),
    admin.listChanges({ pageSize: 1 }),
  ]);
}

/** The path by which resource servers with dot-dynamic-scopes register, and what is its own in the settings. */
const OLDER_PATH = "/compat/dot-dynamic-scopes/register_scope/";
const OLDER_SCOPE = "register-scope";

/** What is posted to the path, and by whom it may be: by name, as for methods, and `deployed` with the path's own scope alone. */
const OLDER_ROWS: readonly Pick<Row, "allowed" | "refusedOtherwise" | "request">[] = [
  {
    request: { ...OWNED, description: "Read all invoices" },
    allowed: ["owner"],
    refusedOtherwise: notOwned,
  },
  {
    request: { ...OWNED, is_default: true },
    allowed: [],
    refusedOtherwise: notOwned,
  },
  {
    request: { name: "invoices:new", description: "New" },
    allowed: ["owner"],
    refusedOtherwise: all(["only register", "another owner"], "PREFIX_NOT_OWNED"),
  },
  {
    request: { name: "scope_registry.admin", description: "Mine" },
    allowed: [],
    refusedOtherwise: notOwnedByAny,
  },
  {
    request: { name: OLDER_SCOPE, description: "Mine" },
    allowed: [],
    refusedOtherwise: notOwnedByAny,
  },
];

describe("the privilege matrix of what dot-dynamic-scopes calls", () => {
  let server: TestServer;
  let stranger: TestIssuer;
  let overseer: Clients;
  let strangers: Readonly<Record<Stranger, string | undefined>>;
  /** Each known caller, and each of them that may register, once more as it was deployed. */
  let tokens: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await startTestServer({ settings: { DOT_DYNAMIC_SCOPES: OLDER_SCOPE } });
    stranger = await startTestIssuer();
    overseer = await server.as({ client: "observer", scopes: ["read", "admin"] });
    strangers = await makeStrangers(server, stranger);
    const known = KNOWN_CALLERS.map(async ([name, caller]) => [name, await server.tokenFor(caller)]);
    const deployed = KNOWN_CALLERS.filter(([name]) => REGISTRANTS.includes(name)).map(async ([name, { client }]) => [
      `${name}, deployed`,
      await server.tokenFor({ ...(client !== undefined && { client }), claims: { scope: OLDER_SCOPE } }),
    ]);
    tokens = Object.fromEntries(await Promise.all([...known, ...deployed]));
    const owner = await server.as({ client: OWNER, scopes: ["register"] });
    await owner.registry.registerScopes({ scopes: [OWNED] });
    await overseer.admin.setResourceServer({ resourceServer: SETTINGS });
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  async function post(authorization: string | undefined, request: object) {
    const headers = authorization === undefined ? {} : { authorization };
    const { http, body } = await callHttp1(server.httpUrl, OLDER_PATH, { headers, body: JSON.stringify(request) });
    return { http, error: http < 400 ? "" : JSON.parse(String(body)).error };
  }

  describe.each(OLDER_ROWS.map((row) => [JSON.stringify(row.request), row] as const))("%s", (_title, row) => {
    let before: unknown;
    beforeAll(async () => {
      before = await everything(overseer);
    });

    it.each(STRANGER_NAMES)("refuses a caller with this token: %s", async (name) => {
      const error = STRANGERS[name] === "TOKEN_MISSING" ? "token_missing" : "invalid_token";
      expect(await post(strangers[name], row.request)).toEqual({ http: 401, error });
      expect(await everything(overseer)).toEqual(before);
    });

    const names = KNOWN_NAMES.flatMap((name) => (REGISTRANTS.includes(name) ? [name, `${name}, deployed`] : [name]));
    const known = (name: string) => name.replace(", deployed", "") as Known;

    it.each(names.filter((name) => !row.allowed.includes(known(name))))("refuses this caller: %s", async (name) => {
      const reason = row.refusedOtherwise?.[known(name)] ?? "SCOPE_MISSING";
      const error = reason === "SCOPE_MISSING" ? "insufficient_scope" : reason.toLowerCase();
      expect(await post(`Bearer ${tokens[name]}`, row.request)).toEqual({ http: 403, error });
      expect(await everything(overseer)).toEqual(before);
    });

    it.each(names.filter((name) => row.allowed.includes(known(name))))("lets this caller: %s", async (name) => {
      const { http } = await post(`Bearer ${tokens[name]}`, row.request);
      expect([200, 201]).toContain(http);
    });
  });

  it("lets its scope do nothing by the methods of the contract", async () => {
    const deployed = server.withHeader(`Bearer ${tokens["owner, deployed"]}`);
    const before = await everything(overseer);
    for (const { request, ...row } of ROWS) {
      const refusal = await refusalOf(callMethod(deployed, methodOf({ request, ...row }), request as never));
      expect(refusal).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_MISSING" });
    }
    expect(await everything(overseer)).toEqual(before);
  });
});

/** Paths of the catalogue that anybody may get, where there is one: below those with a slash at the end is more. */
const CATALOGUE_PATHS = [
  ...["/", "/scopes", "/scopes/", "/resource-servers", "/resource-servers/", "/changes", "/changes/", "/reviews"],
  ...["/clients", "/clients/", "/sign-in", "/sign-in/", "/assets/", "/catalogue.json"],
];
/** Paths by which anybody may read, where the catalogue is open. */
const OPEN_READING = [
  "/catalogue/scoperegistry.v1.ScopeRegistry/ListScopes",
  "/catalogue/scoperegistry.v1.ScopeRegistry/WatchScopes",
];

it("the matrix has every path of the catalogue", () => {
  const pages = new Set([...PAGE_PATHS, ...PAGES_BELOW, ASSETS_BELOW, CONFIG_PATH]);
  expect([...pages].sort()).toEqual([...CATALOGUE_PATHS].sort());
  expect([...OPEN_READING_PATHS].sort()).toEqual(OPEN_READING);
});

describe("the privilege matrix of the catalogue", () => {
  let servers: Readonly<Record<"off" | "sign-in" | "open", TestServer>>;
  let stranger: TestIssuer;

  beforeAll(async () => {
    stranger = await startTestIssuer();
    servers = {
      off: await startTestServer(),
      "sign-in": await startTestServer({ settings: { CATALOGUE_CLIENT_ID: "catalogue" } }),
      open: await startTestServer({ settings: { CATALOGUE: "open" } }),
    };
  });
  afterAll(async () => {
    for (const server of Object.values(servers)) await server.stop();
    await stranger.stop();
  });

  async function tokensAt(server: TestServer): Promise<[string, string | undefined][]> {
    const known = KNOWN_CALLERS.map(async ([name, caller]): Promise<[string, string]> => {
      return [name, `Bearer ${await server.tokenFor(caller)}`];
    });
    return [...Object.entries(await makeStrangers(server, stranger)), ...(await Promise.all(known))];
  }

  const headersOf = (authorization: string | undefined) => (authorization === undefined ? {} : { authorization });

  it.each([
    ["off", [404]],
    ["sign-in", [200, 503]],
    ["open", [200, 503]],
  ] as const)("answers its pages to everybody alike, where it is %s", async (access, statuses) => {
    const server = servers[access];
    const before = await everything(await server.as({ client: "observer", scopes: ["read", "admin"] }));
    for (const [name, authorization] of await tokensAt(server)) {
      for (const path of CATALOGUE_PATHS.filter((path) => path !== "/assets/")) {
        const { http } = await callHttp1(server.httpUrl, path, { method: "GET", headers: headersOf(authorization) });
        expect({ name, path, answered: (statuses as readonly number[]).includes(http) }).toEqual({
          name,
          path,
          answered: true,
        });
      }
    }
    expect(await everything(await server.as({ client: "observer", scopes: ["read", "admin"] }))).toEqual(before);
  });

  it.each(["off", "sign-in"] as const)("has no path to read by without a token, where it is %s", async (access) => {
    const server = servers[access];
    for (const [, authorization] of await tokensAt(server)) {
      for (const path of OPEN_READING) {
        const headers = { ...headersOf(authorization), "content-type": "application/json" };
        expect((await callHttp1(server.httpUrl, path, { headers, body: "{}" })).http).toBe(404);
      }
    }
  });

  it("lets read who shows no token or one that may, where it is open, and refuses every other", async () => {
    const server = servers.open;
    for (const [name, authorization] of await tokensAt(server)) {
      const mayRead = name === "none" || READERS.includes(name as Known);
      const reason = name in STRANGERS ? STRANGERS[name as Stranger] : "SCOPE_MISSING";
      const list = await callHttp1(server.httpUrl, OPEN_READING[0] ?? "", {
        headers: { ...headersOf(authorization), "content-type": "application/json" },
        body: "{}",
      });
      expect({ name, http: list.http, reason: list.reason }).toEqual(
        mayRead
          ? { name, http: 200, reason: "" }
          : { name, http: reason === "SCOPE_MISSING" ? 403 : 401, reason: reason },
      );
      // A stream of Connect has its refusal in its last message: a reader that may is cut by its deadline instead.
      const watch = await callHttp1(server.httpUrl, OPEN_READING[1] ?? "", {
        headers: {
          ...headersOf(authorization),
          "content-type": "application/connect+json",
          "connect-timeout-ms": "200",
        },
        body: grpcFrame(Buffer.from("{}")),
      });
      expect({ name, refused: watch.body.includes(reason), read: watch.body.includes("snapshot") }).toEqual({
        name,
        refused: !mayRead,
        read: mayRead,
      });
    }
  });

  it("has no other method in the open, and lets nobody read without a token at the methods' own paths", async () => {
    const server = servers.open;
    const headers = { "content-type": "application/json" };
    for (const method of METHODS) {
      const path = `/${method.parent.typeName}/${method.name}`;
      const contentType = method.methodKind === "unary" ? "application/json" : "application/connect+json";
      const body = method.methodKind === "unary" ? "{}" : grpcFrame(Buffer.from("{}"));
      const own = await callHttp1(server.httpUrl, path, { headers: { "content-type": contentType }, body });
      expect({ path, refused: own.body.includes("TOKEN_MISSING") || own.reason === "TOKEN_MISSING" }).toEqual({
        path,
        refused: true,
      });
      const open = await callHttp1(server.httpUrl, `/catalogue${path}`, { headers, body: "{}" });
      expect(open.http === 404).toBe(!OPEN_READING.includes(`/catalogue${path}`));
    }
  });
});

/** The path by which software introspects that knows only RFC 7662. */
const INTROSPECTION = "/oauth2/introspect";
/** Clients that it lets in by credentials of their own, and who claims to be one and is not. */
const SECRET = "the-secret-of-the-client";
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
const CLIENTS: Readonly<Record<string, string>> = {
  "a client": basic(OWNER, SECRET),
  "a client that sees all": basic("gateway", SECRET),
};
const NO_CLIENTS: Readonly<Record<string, string>> = {
  "an unknown client": basic("nobody", SECRET),
  "a client with another secret": basic(OWNER, "the-secret-of-nobody"),
  "a client without a secret": basic(OWNER, ""),
};

describe("the privilege matrix of introspecting by a form", () => {
  let file: ClientsFile;
  let server: TestServer;
  let stranger: TestIssuer;
  let overseer: Clients;
  let strangers: Readonly<Record<Stranger, string | undefined>>;
  let tokens: Readonly<Record<string, string>>;

  beforeAll(async () => {
    file = await makeClientsFile([
      { id: OWNER, secrets: [SECRET] },
      { id: "gateway", secrets: [SECRET], introspectAll: true },
    ]);
    const settings = { INTROSPECTION_CLIENTS: file.path, DOT_DYNAMIC_SCOPES: OLDER_SCOPE, METRICS: "token" };
    server = await startTestServer({ settings: { ...settings, CATALOGUE: "open" } });
    stranger = await startTestIssuer();
    overseer = await server.as({ client: "observer", scopes: ["read", "admin"] });
    strangers = await makeStrangers(server, stranger);
    const known = KNOWN_CALLERS.map(async ([name, caller]) => [name, await server.tokenFor(caller)]);
    tokens = Object.fromEntries(await Promise.all(known));
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
    await file[Symbol.asyncDispose]();
  });

  async function introspect(authorization: string | undefined) {
    const before = await everything(overseer);
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      ...(authorization !== undefined && { authorization }),
    };
    const { http, body } = await callHttp1(server.httpUrl, INTROSPECTION, { headers, body: "token=x" });
    expect(await everything(overseer)).toEqual(before);
    const { error, active } = JSON.parse(String(body));
    return { http, error, active };
  }

  it.each(STRANGER_NAMES)("refuses a caller with this token: %s", async (name) => {
    const errors: Partial<Record<Stranger, string>> = { "another scheme": "invalid_client" };
    const error = errors[name] ?? (STRANGERS[name] === "TOKEN_MISSING" ? "token_missing" : "invalid_token");
    expect(await introspect(strangers[name])).toEqual({ http: 401, error });
  });

  it.each(Object.keys(NO_CLIENTS))("refuses %s", async (name) => {
    expect(await introspect(NO_CLIENTS[name])).toEqual({ http: 401, error: "invalid_client" });
  });

  it.each(KNOWN_NAMES.filter((name) => name !== "only introspect"))("refuses this caller: %s", async (name) => {
    expect(await introspect(`Bearer ${tokens[name]}`)).toEqual({ http: 403, error: "insufficient_scope" });
  });

  it.each(["only introspect", ...Object.keys(CLIENTS)])("lets this caller: %s", async (name) => {
    expect(await introspect(CLIENTS[name] ?? `Bearer ${tokens[name]}`)).toEqual({ http: 200, active: false });
  });

  describe.each(Object.entries(CLIENTS))("%s", (_name, authorization) => {
    it.each([...PROTOCOLS, CONNECT_GET])("can call no method by $name", async (protocol) => {
      const before = await everything(overseer);
      for (const row of ROWS) {
        const call = callMethod(server.withHeader(authorization, protocol), methodOf(row), row.request as never);
        expect(await refusalOf(call)).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_MISSING" });
      }
      expect(await everything(overseer)).toEqual(before);
    });

    it("is let in at no other path", async () => {
      const headers = { authorization, "content-type": "application/json" };
      const paths = [
        ["POST", OLDER_PATH],
        ["GET", METRICS_PATH],
        ["POST", OPEN_READING[0] ?? ""],
        ["POST", OPEN_READING[1] ?? ""],
      ] as const;
      for (const [method, path] of paths) {
        const contentType = path === OPEN_READING[1] ? "application/connect+json" : "application/json";
        const body = method === "GET" ? "" : path === OPEN_READING[1] ? grpcFrame(Buffer.from("{}")) : "{}";
        const given = { ...headers, "content-type": contentType };
        const answer = await callHttp1(server.httpUrl, path, { method, headers: given, body });
        const refused = answer.http === 401 || answer.body.includes("TOKEN_MISSING");
        expect({ path, refused }).toEqual({ path, refused: true });
      }
    });
  });
});

/** Below it is the metadata of each resource. */
const RESOURCES = "/.well-known/oauth-protected-resource/";
/** Paths of the HTTP port that anybody may get. */
const OPEN_PATHS = ["/healthz", "/readyz", "/metrics", "/oauth2/scopes", RESOURCES + encodeURIComponent(OWNED_URI)];
/** Methods beside the contract that anybody may call on the gRPC port, each with a request. */
const OPEN_METHODS: readonly (readonly [string, Buffer])[] = [
  ["/grpc.health.v1.Health/Check", Buffer.alloc(0)],
  ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Buffer.from("3a00", "hex")],
  ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Buffer.from("3a00", "hex")],
];

it("the matrix has every path of the HTTP port", () => {
  const older = [OLDER_PATH, OLDER_PATH.slice(0, -1)];
  const open = OPEN_PATHS.map((path) => (path.startsWith(RESOURCES) ? RESOURCES : path));
  const more = [SCOPES_PATH, RESOURCE_METADATA_PATH, METRICS_PATH, INTROSPECTION_PATH];
  expect([...PROBES.keys(), ...DOT_DYNAMIC_SCOPES_PATHS, ...more].sort()).toEqual(
    [...open, ...older, INTROSPECTION].sort(),
  );
});

describe("the privilege matrix of what is open to strangers", () => {
  let server: TestServer;
  let stranger: TestIssuer;
  let overseer: Clients;
  let headers: ReadonlyMap<string, Record<string, string>>;

  beforeAll(async () => {
    server = await startTestServer();
    stranger = await startTestIssuer();
    overseer = await server.as({ client: "observer", scopes: ["read", "admin"] });
    const tokens: [string, string | undefined][] = Object.entries(await makeStrangers(server, stranger));
    for (const scope of OWN_SCOPES) {
      tokens.push([`only ${scope}`, `Bearer ${await server.tokenFor({ client: `only-${scope}`, scopes: [scope] })}`]);
    }
    const owner = await server.as({ client: OWNER, scopes: ["register"] });
    await owner.registry.registerScopes({ scopes: [{ ...OWNED, resources: [OWNED_URI] }] });
    headers = new Map(tokens.map(([name, token]) => [name, token === undefined ? {} : { authorization: token }]));
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  it.each([...STRANGER_NAMES, ...OWN_SCOPES.map((scope) => `only ${scope}`)])(
    "is the same for this caller, and changes nothing: %s",
    async (name) => {
      const before = await everything(overseer);
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
      expect(await everything(overseer)).toEqual(before);
    },
  );
});

/** What the tokens of those say that can be told who they are. */
const KNOWN_CALLERS: readonly (readonly [Known, CallerOptions])[] = [
  ["no scope", { client: "nothing" }],
  ["a replica", { client: "auth-server", scopes: ["read", "validate"] }],
  ["owner", { client: OWNER, scopes: ["register"] }],
  ["another owner", { client: OTHER, scopes: ["register"] }],
  ...OWN_SCOPES.map((scope) => [`only ${scope}`, { client: `only-${scope}`, scopes: [scope] }] as const),
];

describe("the privilege matrix of metrics that need a token", () => {
  let server: TestServer;
  let stranger: TestIssuer;
  let strangers: Readonly<Record<Stranger, string | undefined>>;

  beforeAll(async () => {
    server = await startTestServer({ settings: { METRICS: "token" } });
    stranger = await startTestIssuer();
    strangers = await makeStrangers(server, stranger);
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  const ask = async (authorization: string | undefined, method = "GET") => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const { http, body } = await callHttp1(server.httpUrl, METRICS_PATH, { method, headers });
    return { http, error: http === 200 || method === "HEAD" ? "" : JSON.parse(String(body)).error };
  };

  it.each(STRANGER_NAMES)("refuses a caller with this token: %s", async (name) => {
    const error = STRANGERS[name] === "TOKEN_MISSING" ? "token_missing" : "invalid_token";
    expect(await ask(strangers[name])).toEqual({ http: 401, error });
    expect(await ask(strangers[name], "HEAD")).toEqual({ http: 401, error: "" });
  });

  it.each(KNOWN_CALLERS)("lets in who has the scope to read, and nobody else: %s", async (_name, caller) => {
    const authorization = `Bearer ${await server.tokenFor(caller)}`;
    const mayRead = caller.scopes?.includes("read") === true;
    expect(await ask(authorization)).toEqual(
      mayRead ? { http: 200, error: "" } : { http: 403, error: "insufficient_scope" },
    );
    expect(await ask(authorization, "HEAD")).toEqual({ http: mayRead ? 200 : 403, error: "" });
  });
});

async function makeStrangers(
  server: TestServer,
  stranger: TestIssuer,
): Promise<Readonly<Record<Stranger, string | undefined>>> {
  // All of them claim to be the owner, with every scope.
  const caller = { client: OWNER, scopes: OWN_SCOPES };
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
  const entries = KNOWN_CALLERS.map(async ([name, caller]) => [name, await server.as(caller, protocol)]);
  return Object.fromEntries(await Promise.all(entries)) as Record<Known, Clients>;
}
