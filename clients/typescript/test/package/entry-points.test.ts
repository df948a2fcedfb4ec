import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as errorDetails from "../../src/gen/google/rpc/error_details_pb.ts";
import * as status from "../../src/gen/google/rpc/status_pb.ts";
import * as errorReason from "../../src/gen/scoperegistry/v1/error_reason_pb.ts";
import * as registryAdmin from "../../src/gen/scoperegistry/v1/registry_admin_pb.ts";
import * as scope from "../../src/gen/scoperegistry/v1/scope_pb.ts";
import * as scopeRegistry from "../../src/gen/scoperegistry/v1/scope_registry_pb.ts";
import { PACKAGE } from "./packed-client.ts";

/** What each entry point exports at run time, in order. Whoever changes this changes what users have. */
const ENTRY_POINTS: Readonly<Record<string, readonly string[]>> = {
  "./judging": [
    "ClientIndex",
    "MAX_LOCALES",
    "MAX_NAMES",
    "MAX_PARTY_LENGTH",
    "MAX_RESOURCES",
    "MAX_RESOURCE_LENGTH",
    "MAX_SCOPE_NAME_LENGTH",
    "ScopeIndex",
    "StepBudgetError",
    "TemplateIndex",
    "UsageTally",
    "aliasesInForce",
    "allowsScopes",
    "audiencesOf",
    "canonicalLanguageTag",
    "checkLimit",
    "chooseConsentText",
    "dayOf",
    "describeViolations",
    "formatDay",
    "grantedScopeNames",
    "instantiate",
    "isInForce",
    "isScopeName",
    "isTemplateName",
    "judgeScopes",
    "parametersIn",
    "parseDay",
    "parseScopeParameter",
    "parseTemplate",
    "readValidation",
    "resourceProblem",
    "templateProblem",
    "templateTextProblem",
  ],
  "./express": ["guardExpress"],
  "./fastify": ["guardFastify"],
  "./fetch": ["guardFetch"],
  "./grpc": ["guardGrpc"],
  "./hono": ["guardHono"],
  "./oidc-provider": ["OAuthRefusalError", "createOidcProviderScopes"],
  "./tokens": [
    "SAFE_ALGORITHMS",
    "TokenRefusedError",
    "TokenUncheckedError",
    "createIssuerKeys",
    "discoverMetadata",
    "fetchBounded",
    "isLoopbackHost",
    "isSecureUrl",
    "requireAccessToken",
    "unverifiedIssuer",
    "verifyJwt",
  ],
};

/** What `.` exports beside the generated code. */
const CLIENT: readonly string[] = [
  "Code",
  "ConnectError",
  "ConnectionOptionsError",
  "InvalidRequestError",
  "RegistrationRefusedError",
  "RegistrationTimeoutError",
  "SAFE_ALGORITHMS",
  "ScopeFileError",
  "SnapshotFileError",
  "TokenRefusedError",
  "TokenUncheckedError",
  "connectScopeRegistry",
  "createProtectedResource",
  "createScopeReplica",
  "introspectedTokens",
  "jwtTokens",
  "parseRequiredScopes",
  "readScopeFile",
  "refusalOf",
  "registerAtStartup",
];

const generated = [errorDetails, status, errorReason, registryAdmin, scope, scopeRegistry].flatMap(Object.keys);

describe("the entry points", () => {
  it.each(Object.entries(ENTRY_POINTS))("%s exports what is written here", async (path, names) => {
    expect(Object.keys(await import(`@scope-registry/client${path.slice(1)}`)).sort()).toEqual(names);
  });

  it("./messages exports the generated code", async () => {
    expect(Object.keys(await import("@scope-registry/client/messages")).sort()).toEqual([...generated].sort());
  });

  it(". exports the generated code, and what is written here", async () => {
    expect(Object.keys(await import("@scope-registry/client")).sort()).toEqual([...generated, ...CLIENT].sort());
  });

  it("are all that the package has", async () => {
    const { exports } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
    expect(Object.keys(exports).sort()).toEqual([".", "./messages", ...Object.keys(ENTRY_POINTS)].sort());
  });
});
