import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callMethod, METHODS } from "../support/methods.ts";
import { type Collector, startCollector } from "../support/otlp/collector.ts";
import type { ReceivedSpan } from "../support/otlp/otlp-messages.ts";
import { GRPC_JS, PROTOCOLS } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, unique } from "../support/test-server.ts";

// Read by the SDK when a server starts, in this process.
process.env["OTEL_BSP_SCHEDULE_DELAY"] = "20";
process.env["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20collector-key";
process.env["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test,service.name=overridden";
process.env["OTEL_SERVICE_NAME"] = "scopes-of-shop";

const VALIDATE = "scoperegistry.v1.ScopeRegistry/ValidateScopes";
const REGISTER = "scoperegistry.v1.ScopeRegistry/RegisterScopes";
const CALLER_SPAN = "00f067aa0ba902b7";

let traces = 0;

/** The `traceparent` of a caller whose trace is its own, and sampled. */
function newTrace(): { readonly traceId: string; readonly traceparent: string } {
  traces += 1;
  const traceId = `4bf92f3577b34da6a3ce${String(traces).padStart(12, "0")}`;
  return { traceId, traceparent: `00-${traceId}-${CALLER_SPAN}-01` };
}

let collector: Collector;
let server: TestServer;
/** All that must never leave: tokens, names, subjects. */
const secrets: string[] = [];

beforeAll(async () => {
  collector = await startCollector();
  server = await startTestServer({
    store: "mongodb",
    opaqueTokens: true,
    settings: { OTLP_ENDPOINT: collector.url, DOT_DYNAMIC_SCOPES: "register-scope" },
  });
});
afterAll(async () => {
  await server.stop();
  await collector[Symbol.asyncDispose]();
});

/** The spans of a trace, once the call's own is there: it ends last. */
async function spansOf(traceId: string): Promise<{ call: ReceivedSpan; steps: readonly ReceivedSpan[] }> {
  const isOf = (span: ReceivedSpan) => span.traceId === traceId;
  const [call] = await collector.received((span) => isOf(span) && span.kind === "SERVER");
  if (call === undefined) throw new Error("There is no span of the call");
  return { call, steps: collector.spans().filter((span) => isOf(span) && span !== call) };
}

async function caller(options: Parameters<TestServer["tokenFor"]>[0], protocol = GRPC_JS): Promise<Clients> {
  const token = await server.tokenFor({ ...options, claims: { sub: "subject-of-token", ...options.claims } });
  secrets.push(token, "subject-of-token");
  return server.withHeader(`Bearer ${token}`, protocol);
}

describe.each(PROTOCOLS)("a call by $name", (protocol) => {
  const systemOf = protocol.name.startsWith("Connect") ? "connectrpc" : "grpc";

  it("is a span of its caller's trace", async () => {
    const { registry } = await caller({ client: "web-as", scopes: ["validate"] }, protocol);
    const { traceId, traceparent } = newTrace();
    const { valid } = await registry.validateScopes(
      { scopes: ["unheard:of"] },
      { headers: { traceparent, tracestate: "vendor=1" } },
    );
    expect(valid).toBe(false);
    const { call } = await spansOf(traceId);
    expect(call).toMatchObject({ name: VALIDATE, parentSpanId: CALLER_SPAN, traceState: "vendor=1", failed: false });
    expect(call.attributes).toEqual({
      "rpc.system.name": systemOf,
      "rpc.method": VALIDATE,
      "rpc.status_code": "OK",
      "scope_registry.protocol": expect.stringMatching(/^(grpc|grpc-web|connect)$/),
      "scope_registry.request_id": expect.stringMatching(/^[\da-f-]{36}$/),
      "scope_registry.client_id": "web-as",
    });
  });

  it("that is refused tells why, and is no error where the caller is to blame", async () => {
    const { registry } = await caller({ client: "web-as", scopes: ["validate"] }, protocol);
    const { traceId, traceparent } = newTrace();
    await refusalOf(registry.registerScopes({ scopes: [{ name: "a:b" }] }, { headers: { traceparent } }));
    const { call } = await spansOf(traceId);
    expect(call).toMatchObject({ name: REGISTER, failed: false });
    expect(call.attributes).toMatchObject({
      "rpc.status_code": "PERMISSION_DENIED",
      "scope_registry.refusal": "SCOPE_MISSING",
      "scope_registry.client_id": "web-as",
    });
  });

  it("of nobody that is known is a span without a client", async () => {
    const { traceId, traceparent } = newTrace();
    const { registry } = server.withHeader(undefined, protocol);
    await refusalOf(registry.listScopes({}, { headers: { traceparent } }));
    const { call } = await spansOf(traceId);
    expect(call.attributes).toMatchObject({
      "rpc.status_code": "UNAUTHENTICATED",
      "scope_registry.refusal": "TOKEN_MISSING",
    });
    expect(call.attributes).not.toHaveProperty(["scope_registry.client_id"]);
    expect(call.failed).toBe(false);
  });

  it("that follows the registry is one span, until its reader leaves", async () => {
    const { registry } = await caller({ client: "web-as", scopes: ["read"] }, protocol);
    const { traceId, traceparent } = newTrace();
    const leaving = new AbortController();
    const events = registry.watchScopes({}, { headers: { traceparent }, signal: leaving.signal });
    await expect(
      (async () => {
        for await (const { event } of events) {
          if (event.case !== "bookmark") continue;
          expect(collector.spans().filter((span) => span.traceId === traceId && span.kind === "SERVER")).toEqual([]);
          leaving.abort();
        }
      })(),
    ).rejects.toThrow(ConnectError);
    const { call } = await spansOf(traceId);
    expect(call).toMatchObject({
      name: "scoperegistry.v1.ScopeRegistry/WatchScopes",
      events: ["snapshot complete"],
      failed: false,
    });
    expect(call.attributes["rpc.status_code"]).toBe("CANCELLED");
  });
});

describe("the headers of a trace", () => {
  it.each([
    "",
    "nonsense",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
  ])("that are malformed are passed over: %j", async (traceparent) => {
    const client = unique("as");
    const { registry } = await caller({ client, scopes: ["validate"] });
    await registry.validateScopes({ scopes: ["unheard:of"] }, { headers: { traceparent, tracestate: "%%%" } });
    const [span] = await collector.received(({ attributes }) => attributes["scope_registry.client_id"] === client);
    expect(span).toMatchObject({ parentSpanId: "", traceState: "" });
    expect(span?.traceId).not.toBe("4bf92f3577b34da6a3ce929d0e0e4736");
  });

  it("tell a caller's trace that is not sampled, of which nothing is sent", async () => {
    const { registry } = await caller({ client: unique("as"), scopes: ["validate"] });
    const { traceId, traceparent } = newTrace();
    await registry.validateScopes(
      { scopes: ["unheard:of"] },
      { headers: { traceparent: `${traceparent.slice(0, -2)}00` } },
    );
    const next = newTrace();
    await registry.validateScopes({ scopes: ["unheard:of"] }, { headers: { traceparent: next.traceparent } });
    await spansOf(next.traceId);
    expect(collector.spans().filter((span) => span.traceId === traceId)).toEqual([]);
  });
});

describe("what a call waits for", () => {
  it("is a span of its own: verifying a token that is new, and fetching its issuer's keys", async () => {
    await using own = await startTestServer({ settings: { OTLP_ENDPOINT: collector.url } });
    const token = await own.tokenFor({ client: "web-as", scopes: ["validate"] });
    secrets.push(token);
    const { registry } = own.withHeader(`Bearer ${token}`);
    const [first, second] = [newTrace(), newTrace()];
    for (const { traceparent } of [first, second]) {
      await registry.validateScopes({ scopes: ["unheard:of"] }, { headers: { traceparent } });
    }
    const { call, steps } = await spansOf(first.traceId);
    const [verify, ...gets] = [...steps].sort((a, b) => (a.name < b.name ? 1 : -1));
    expect(verify).toMatchObject({ name: "verify token", kind: "INTERNAL", parentSpanId: call.spanId, failed: false });
    expect(gets).toHaveLength(2);
    for (const get of gets) expect(get).toMatchObject({ name: "GET", kind: "CLIENT", parentSpanId: verify?.spanId });
    expect(gets.map(({ attributes }) => attributes["url.full"])).toEqual(
      expect.arrayContaining([`${own.issuer.issuer}/jwks`]),
    );
    expect(gets[0]?.attributes).toMatchObject({ "http.response.status_code": 200, "server.address": "127.0.0.1" });
    expect((await spansOf(second.traceId)).steps).toEqual([]);
    expect(own.issuer.headers.filter((headers) => "traceparent" in headers || "tracestate" in headers)).toEqual([]);
  });

  it("is a span of its own: asking an issuer about a token, for a caller or in one's own name", async () => {
    const scope = "scope_registry.introspect scope_registry.introspect_all";
    const own = server.issuer.know({ client_id: "gateway", scope });
    const other = server.issuer.know({ client_id: "shop", sub: "subject-of-token", scope: "unheard:of" });
    secrets.push(own, other);
    const { registry } = server.withHeader(`Bearer ${own}`);
    const { traceId, traceparent } = newTrace();
    expect(await registry.introspect({ token: other }, { headers: { traceparent } })).toMatchObject({ active: true });
    const { call, steps } = await spansOf(traceId);
    const verifies = steps.filter(({ name }) => name === "verify token");
    const posts = steps.filter(({ name }) => name === "POST");
    expect(verifies.map(({ parentSpanId }) => parentSpanId)).toEqual([call.spanId, call.spanId]);
    expect(new Set(posts.map(({ parentSpanId }) => parentSpanId))).toEqual(
      new Set(verifies.map(({ spanId }) => spanId)),
    );
    expect(posts[0]?.attributes["url.full"]).toBe(`${server.issuer.issuer}/introspect`);
  });

  it("is an error where an issuer fails", async () => {
    const token = server.issuer.know({ client_id: "gateway" });
    secrets.push(token);
    server.issuer.answer("introspection", { status: 500 });
    const { traceId, traceparent } = newTrace();
    const { registry } = server.withHeader(`Bearer ${token}`);
    await refusalOf(registry.listScopes({}, { headers: { traceparent } }));
    server.issuer.answer("introspection", undefined);
    const { call, steps } = await spansOf(traceId);
    expect(call).toMatchObject({ failed: true });
    expect(call.attributes).toMatchObject({
      "rpc.status_code": "UNAVAILABLE",
      "error.type": "UNAVAILABLE",
      "scope_registry.refusal": "ISSUER_UNAVAILABLE",
    });
    expect(steps).toContainEqual(expect.objectContaining({ name: "verify token", failed: true }));
    const post = steps.find(({ name }) => name === "POST");
    expect(post).toMatchObject({ failed: true });
    expect(post?.attributes).toMatchObject({ "http.response.status_code": 500, "error.type": "500" });
  });

  it("is a span of its own: a revision that is to come", async () => {
    const { registry } = await caller({ client: "web-as", scopes: ["validate"] });
    const { traceId, traceparent } = newTrace();
    const request = { scopes: ["unheard:of"], minRevision: 1_000_000n };
    await refusalOf(registry.validateScopes(request, { headers: { traceparent } }));
    const { call, steps } = await spansOf(traceId);
    const wait = steps.find(({ name }) => name === "wait for revision");
    expect(wait).toMatchObject({ kind: "INTERNAL", parentSpanId: call.spanId, failed: false });
    expect(wait?.attributes).toEqual({ "scope_registry.refusal": "REVISION_UNKNOWN" });
  });
});

describe("a commit", () => {
  it("is one span for all the calls that it serves, linked both ways", async () => {
    const { registry } = await caller({ client: "billing-api", scopes: ["register"] });
    const calls = Array.from({ length: 24 }, newTrace);
    const answers = await Promise.all(
      calls.map(({ traceparent }, at) => {
        const name = `invoices-${at}:read`;
        secrets.push(name);
        return registry.registerScopes(
          { scopes: [{ name, description: "Read invoices" }] },
          { headers: { traceparent } },
        );
      }),
    );
    const served = await Promise.all(calls.map(({ traceId }) => spansOf(traceId)));
    const commits = served.flatMap(({ steps }) => steps.filter(({ name }) => name === "commit"));
    const sizes = commits.map(({ attributes }) => Number(attributes["scope_registry.commit.calls"]));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(24);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(Math.max(...commits.map(({ attributes }) => Number(attributes["scope_registry.revision"])))).toBe(
      Math.max(...answers.map(({ revision }) => Number(revision))),
    );
    const ids = served.map(({ call }) => call.spanId);
    expect(commits.flatMap(({ links }) => links).sort()).toEqual(ids.sort());
    for (const { call, steps } of served) {
      const own = steps.find(({ name }) => name === "commit");
      const commit = own ?? commits.find(({ spanId }) => call.links.includes(spanId));
      expect(commit?.links).toContain(call.spanId);
      expect(commit).toMatchObject({ kind: "INTERNAL", failed: false });
      if (own !== undefined) expect(own.parentSpanId).toBe(call.spanId);
    }
  });
});

it("makes a span of a call that came by a path of plain HTTP", async () => {
  const token = await server.tokenFor({ client: "docs-api", claims: { scope: "register-scope" } });
  const { traceId, traceparent } = newTrace();
  secrets.push(token, "docs:read");
  const response = await fetch(`${server.httpUrl}/compat/dot-dynamic-scopes/register_scope/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", traceparent },
    body: JSON.stringify({ name: "docs:read", description: "Read documents" }),
  });
  const { call } = await spansOf(traceId);
  expect(call).toMatchObject({ name: REGISTER, parentSpanId: CALLER_SPAN });
  expect(call.attributes).toMatchObject({
    "rpc.method": REGISTER,
    "scope_registry.protocol": "dot-dynamic-scopes",
    "scope_registry.request_id": response.headers.get("x-request-id"),
  });
  expect(call.attributes).not.toHaveProperty(["rpc.system.name"]);
});

it("tells which process made the spans, and as whom it is known", async () => {
  const { registry } = await caller({ client: unique("as"), scopes: ["validate"] });
  await registry.validateScopes({ scopes: ["unheard:of"] });
  const [span] = await collector.received(() => true);
  expect(span?.resource).toMatchObject({
    "service.name": "scopes-of-shop",
    "service.version": expect.stringMatching(/^\d/),
    "service.instance.id": expect.stringMatching(/^[\da-f-]{36}$/),
    "process.pid": process.pid,
    "deployment.environment.name": "test",
  });
  expect(collector.headers()).toMatchObject({
    authorization: "Bearer collector-key",
    "content-type": "application/x-protobuf",
  });
});

it("samples as it is set, whatever the caller says", async () => {
  process.env["OTEL_TRACES_SAMPLER"] = "traceidratio";
  process.env["OTEL_TRACES_SAMPLER_ARG"] = "0";
  try {
    await using own = await startTestServer({ settings: { OTLP_ENDPOINT: collector.url } });
    const { registry } = await own.as({ client: "web-as", scopes: ["validate"] });
    const { traceId, traceparent } = newTrace();
    await registry.validateScopes({ scopes: ["unheard:of"] }, { headers: { traceparent } });
    await own.app.close();
    expect(collector.spans().filter((span) => span.traceId === traceId)).toEqual([]);
  } finally {
    delete process.env["OTEL_TRACES_SAMPLER"];
    delete process.env["OTEL_TRACES_SAMPLER_ARG"];
  }
});

it("never sends a token, a subject or a scope's name, whichever method is called", async () => {
  const clients = await caller({
    client: "all-powerful",
    scopes: ["register", "read", "validate", "introspect", "introspectAll", "admin"],
  });
  const named = { scopes: [], names: [], name: "secret-name", clientId: "secret-client", token: "secret-token" };
  secrets.push("secret-name", "secret-client", "secret-token", "unheard:of", server.issuer.clientSecret);
  for (const method of METHODS) {
    const fields = Object.fromEntries(
      method.input.fields.flatMap((field) =>
        field.fieldKind === "scalar" && field.localName in named
          ? [[field.localName, named[field.localName as keyof typeof named]]]
          : [],
      ),
    );
    await callMethod(clients, method, fields).catch((error: unknown) => {
      if (ConnectError.from(error).code === Code.Internal) throw error;
    });
  }
  const names = METHODS.map((method) => `${method.parent.typeName}/${method.name}`);
  for (const name of names) await collector.received((span) => span.name === name);
  expect(secrets.length).toBeGreaterThan(40);
  const sent = collector.bytes();
  for (const secret of secrets) expect(sent).not.toContain(secret);
  // What is searched is what was sent.
  expect(sent).toContain("all-powerful");
});
