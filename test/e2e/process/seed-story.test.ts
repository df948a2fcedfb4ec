/** The story that the registry began with, told by the command-line clients that its users have. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUF_CURL_WAYS, type BufCurlWay, bufCurl, type CommandCall } from "../../support/buf-curl.ts";
import { grpcurlCall, HAS_GRPCURL, withGrpcurl } from "../../support/grpcurl.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";

type Call = (token: string, method: string, request: unknown) => Promise<CommandCall>;

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

for (const way of Object.keys(BUF_CURL_WAYS) as BufCurlWay[]) {
  describe(`buf curl, ${way}`, () => {
    tellStory(`buf-${way.toLowerCase().replaceAll(/\W+/g, "-")}`, (...call) => bufCurl(way, server, ...call));
  });
}

describe.skipIf(!HAS_GRPCURL)(withGrpcurl("grpcurl"), () => {
  tellStory("grpcurl", (...call) => grpcurlCall(server, ...call));

  it("prints what is wrong with a request in words", async () => {
    const token = await server.token("grpcurl", "scope_registry.register");
    const { errorText } = await grpcurlCall(server, token, "RegisterScopes", {
      scopes: [{ name: "in voices", description: "Read" }, { name: "invoices:read" }],
    });
    expect(errorText).toContain('"reason": "INVALID_REQUEST"');
    expect(errorText).toContain('"field": "scopes[0].name"');
    expect(errorText).toContain('"field": "scopes[1].description"');
    expect(errorText).toContain("Description is missing");
  });
});

/** One client's run of the story, with names of its own; each step stands on the ones before. */
function tellStory(client: string, call: Call): void {
  const owner = `${client}-billing`;
  const name = `${client}:invoices:read`;
  let ownerToken = "";
  let strangerToken = "";
  let issuerToken = "";

  beforeAll(async () => {
    ownerToken = await server.token(owner, "scope_registry.register");
    strangerToken = await server.token(`${client}-docs`, "scope_registry.register");
    issuerToken = await server.token("auth-server", "scope_registry.read", "scope_registry.validate");
  });

  it("lets a resource server create a scope", async () => {
    const { answer } = await call(ownerToken, "RegisterScopes", {
      scopes: [{ name, description: "Read your invoices" }],
    });
    expect(answer).toMatchObject({
      results: [{ outcome: "REGISTRATION_OUTCOME_CREATED", scope: { name, owner, state: "SCOPE_STATE_ACTIVE" } }],
    });
  });

  it("lets it update its own", async () => {
    const scopes = [{ name, description: "Read all your invoices" }];
    const { answer } = await call(ownerToken, "RegisterScopes", { scopes });
    expect(answer).toMatchObject({ results: [{ outcome: "REGISTRATION_OUTCOME_UPDATED" }] });
    const again = await call(ownerToken, "RegisterScopes", { scopes });
    expect(again.answer).toMatchObject({ results: [{ outcome: "REGISTRATION_OUTCOME_UNCHANGED" }] });
  });

  it("refuses it to another one, and changes nothing", async () => {
    const before = await call(issuerToken, "ListScopes", { names: [name] });
    const { status, errorText } = await call(strangerToken, "RegisterScopes", {
      scopes: [
        { name, description: "Mine now" },
        { name: `${name}:too`, description: "A name that is free" },
      ],
    });
    expect(status).toBe("PermissionDenied");
    expect(errorText).toContain(name);
    const after = await call(issuerToken, "ListScopes", { namePrefix: name });
    expect(after.answer).toEqual(before.answer);
  });

  it("refuses a scope without a description", async () => {
    const { status, errorText } = await call(ownerToken, "RegisterScopes", { scopes: [{ name: `${name}:new` }] });
    expect(status).toBe("InvalidArgument");
    expect(errorText).toContain("scopes[0].description");
    expect(errorText).toContain("google.rpc.BadRequest");
  });

  it("lets the authorization server list", async () => {
    const { answer } = await call(issuerToken, "ListScopes", { owner });
    expect(answer).toMatchObject({ scopes: [{ name, description: "Read all your invoices" }], totalSize: 1 });
  });

  it("lets the authorization server validate", async () => {
    const granted = await call(issuerToken, "ValidateScopes", { scope: name });
    expect(granted.answer).toMatchObject({ valid: true, grantedScopes: [name] });
    const refused = await call(issuerToken, "ValidateScopes", { scope: `${name} nobody:knows` });
    expect(refused.answer).toMatchObject({
      error: "invalid_scope",
      verdicts: [{ status: "VERDICT_STATUS_GRANTED" }, { name: "nobody:knows", status: "VERDICT_STATUS_UNKNOWN" }],
    });
    expect(refused.answer?.["grantedScopes"]).toBeUndefined();
  });

  it("tells a caller without the scope which one is needed", async () => {
    const { status, errorText } = await call(ownerToken, "ListScopes", {});
    expect(status).toBe("PermissionDenied");
    expect(errorText).toContain("scope_registry.read");
  });
}
