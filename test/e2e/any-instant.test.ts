/**
 * Calls whose deadline passes, or whose caller leaves, at any instant: by every protocol, of every kind of method. What holds then holds
 * whatever the instant, so that nothing here looks at a clock. The seed is printed; ANY_INSTANT_SEED and ANY_INSTANT_CALLS set another
 * one, and how many calls are made.
 */
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { create, type DescMethod, toBinary, toJsonString } from "@bufbuild/protobuf";
import {
  type ExportRegistryResponse,
  RegisterScopesRequestSchema,
  RegistryAdmin,
  ScopeRegistry as ScopeRegistryService,
} from "@scope-registry/client";
import fc from "fast-check";
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ActiveToken } from "../../src/auth/active-token.ts";
import type { Caller } from "../../src/auth/caller.ts";
import { openScopeRegistry, type ScopeRegistry } from "../../src/registry/scope-registry.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { createAdminHandlers } from "../../src/transport/admin-service.ts";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";
import type { Call } from "../../src/transport/call.ts";
import { createCallPipeline } from "../../src/transport/call-pipeline.ts";
import { statusOf } from "../../src/transport/error-status.ts";
import { type GrpcServer, startGrpcServer } from "../../src/transport/grpc/grpc-server.ts";
import { joinHandlers } from "../../src/transport/handlers.ts";
import { type HttpServer, startHttpServer } from "../../src/transport/http/http-server.ts";
import { oauthRoutes } from "../../src/transport/http/oauth/oauth-routes.ts";
import { createRegistryHandlers } from "../../src/transport/registry-service.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";
import { OWN_SCOPES, sqlitePlace } from "../registry/opened-registry.ts";
import type { LogPlace } from "../store/scope-log-acceptance.ts";
import { callAndLeave, closeShared, type InterruptedCall, readAnswer } from "../support/interrupted-calls.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const CALLS = Number(process.env["ANY_INSTANT_CALLS"] ?? 300);
const SEED = Number(process.env["ANY_INSTANT_SEED"] ?? Date.now() % 2 ** 31);
const AT_ONCE = 24;
/** Several parts of a snapshot, and of an export. */
const SCOPES = 2_500;
const BUDGET_BYTES = 64 * 1024 * 1024;
const LONGEST_MS = 60;

const caller: Caller = { clientId: "shop", owner: "shop", issuer: "test", scopes: new Set(Object.values(OWN_SCOPES)) };
const token: ActiveToken = {
  scopes: [],
  clientId: "shop",
  owner: "shop",
  username: undefined,
  tokenType: "Bearer",
  exp: undefined,
  iat: undefined,
  nbf: undefined,
  sub: undefined,
  aud: [],
  iss: "test",
  jti: undefined,
  confirmation: undefined,
};

/** Each call, by the id that its client gave it: how often it was told to begin, and how it ended. */
const told = new Map<string, { begun: number; ends: string[] }>();
const faults: unknown[] = [];
const onFault = (fault: unknown) => void faults.push(fault);
const logger = pino({ level: "warn" }, { write: (line: string) => void faults.push(line) });

let place: LogPlace;
let log: ScopeLog;
let registry: ScopeRegistry;
let grpc: GrpcServer;
let http: HttpServer;
const budget = new ArrivalBudget(BUDGET_BYTES);
const unread = new UnreadBudget();

/** Does things now at once, now later. */
async function sometimeSoon(): Promise<void> {
  const kind = Math.random();
  if (kind < 0.3) return;
  if (kind < 0.6) await nextTurn();
  else await delay(Math.random() * 25);
}

/** A log whose answers take their time. */
function unsteady(real: ScopeLog): ScopeLog {
  const slowed = new Set<string | symbol>(["read", "head", "commit"]);
  return new Proxy(real, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== "function") return member;
      const method = member.bind(target) as (...args: unknown[]) => unknown;
      if (!slowed.has(name)) return method;
      return async (...args: unknown[]) => {
        await sometimeSoon();
        return method(...args);
      };
    },
  });
}

function noteOf(call: Call) {
  const id = call.traceparent ?? "";
  const note = told.get(id) ?? { begun: 0, ends: [] };
  told.set(id, note);
  return note;
}

beforeAll(async () => {
  process.on("unhandledRejection", onFault);
  process.on("uncaughtException", onFault);
  place = await sqlitePlace();
  log = await place.open();
  registry = await openScopeRegistry({
    log: unsteady(log),
    ownScopes: OWN_SCOPES,
    events: {
      onFreshness: () => undefined,
      onBreak: onFault,
      onWedge: onFault,
      onUsageProblem: onFault,
    },
  });
  const inspector = {
    async inspect() {
      await sometimeSoon();
      return token;
    },
  };
  const pipeline = createCallPipeline({
    authenticator: {
      authenticate: () => (Math.random() < 0.5 ? caller : sometimeSoon().then(() => caller)),
    },
    scopeNames: OWN_SCOPES,
    handlers: joinHandlers(
      createRegistryHandlers({ registry, inspector, scopeNames: OWN_SCOPES }),
      createAdminHandlers({ governance: registry.governance, scopeNames: OWN_SCOPES }),
    ),
    logger,
    observers: [
      {
        begun(call) {
          noteOf(call).begun += 1;
        },
        ended: (call, _caller, refusal) =>
          void noteOf(call).ends.push(refusal === undefined ? "OK" : statusOf(refusal.reason)),
      },
    ],
  });
  const services = [ScopeRegistryService, RegistryAdmin];
  grpc = await startGrpcServer({ address: "127.0.0.1:0", services, pipeline, budget, unread, tls: undefined });
  http = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    services,
    pipeline,
    budget,
    unread,
    catalogue: {
      files: undefined,
      config: {} as never,
      signIn: undefined,
      openPipeline: pipeline,
    },
    moreRoutes: [oauthRoutes({ registry, issuers: [], pipeline, budget, letsClientsIn: false })],
    dotDynamicScopes: true,
    tls: undefined,
    status: () => ({ ready: true, reason: "", revision: 1, asOf: 0, writes: true }),
    logger,
  });
  const scopes = Array.from({ length: SCOPES }, (_, at) => ({ name: `s${at}`, description: `${at}`.padEnd(900, "x") }));
  for (const part of [scopes.slice(0, SCOPES / 2), scopes.slice(SCOPES / 2)]) {
    const body = frame(RegisterScopesRequestSchema, { scopes: part });
    const { headers } = await callAndLeave({
      ...STAYS,
      origin: origin("grpc"),
      http: "2",
      path: "/scoperegistry.v1.ScopeRegistry/RegisterScopes",
      headers: { ...headersOf("grpc", "register"), te: "trailers" },
      body,
    });
    expect(headers["grpc-status"]).toBe("0");
  }
});

afterAll(async () => {
  closeShared();
  // Ends only where no call is left open.
  registry.endWatches();
  await http?.close(600_000);
  await grpc?.close(600_000);
  await registry?.close();
  await log?.close();
  await place?.remove();
  process.off("unhandledRejection", onFault);
  process.off("uncaughtException", onFault);
});

const STAYS = {
  method: "POST",
  shared: false,
  firstPart: 1,
  restAfterMs: undefined,
  leave: undefined,
  stall: undefined,
} as const;

function origin(port: "grpc" | "http"): string {
  return `http://127.0.0.1:${port === "grpc" ? grpc.port : http.port}`;
}

function frame(desc: Parameters<typeof toBinary>[0], init: Record<string, unknown>): Buffer {
  return grpcFrame(toBinary(desc, create(desc, init)));
}

function headersOf(framing: Framing, id: string): Record<string, string> {
  const types: Record<Framing, string> = {
    grpc: "application/grpc+proto",
    "grpc-web": "application/grpc-web+proto",
    "connect-stream": "application/connect+proto",
    "connect-json": "application/json",
    "connect-proto": "application/proto",
    plain: "application/x-www-form-urlencoded",
  };
  return { "content-type": types[framing], traceparent: id };
}

type Framing = Parameters<typeof readAnswer>[1];

const { listScopes, validateScopes, registerScopes, introspect, watchScopes, reportUsage } =
  ScopeRegistryService.method;
const { exportRegistry, importRegistry, listChanges } = RegistryAdmin.method;

interface Kind {
  readonly method: DescMethod;
  readonly request: (id: string) => Record<string, unknown>;
}

const REGISTER: Kind = {
  method: registerScopes,
  request: (id) => ({ scopes: [1, 2, 3].map((n) => ({ name: `${id}.${n}`, description: id })) }),
};

const KINDS: readonly Kind[] = [
  REGISTER,
  { method: listScopes, request: () => ({ pageSize: 1_000 }) },
  { method: listScopes, request: () => ({ pageSize: 1, minRevision: 1_000_000n }) },
  { method: validateScopes, request: () => ({ clientId: "shop", scopes: ["s1", "s2"] }) },
  {
    method: registerScopes,
    request: () => ({ scopes: [{ name: "s1", description: "1".padEnd(900, "x") }], validateOnly: true }),
  },
  { method: introspect, request: () => ({ token: "t" }) },
  { method: reportUsage, request: () => ({}) },
  { method: watchScopes, request: () => ({}) },
  { method: watchScopes, request: () => ({ sinceRevision: 1n }) },
  { method: watchScopes, request: () => ({ sinceRevision: 1_000_000n }) },
  { method: exportRegistry, request: () => ({}) },
  { method: importRegistry, request: () => ({ importId: "none", entries: [] }) },
  { method: listChanges, request: () => ({}) },
];

const WAYS = [
  { port: "grpc", http: "2", framing: "grpc" },
  { port: "grpc", http: "2", framing: "grpc" },
  { port: "http", http: "2", framing: "grpc" },
  { port: "http", http: "1.1", framing: "grpc-web" },
  { port: "http", http: "2", framing: "grpc-web" },
  { port: "http", http: "1.1", framing: "connect" },
  { port: "http", http: "2", framing: "connect" },
  { port: "http", http: "1.1", framing: "plain" },
  { port: "http", http: "2", framing: "plain" },
] as const;

const ms = fc.integer({ min: 0, max: LONGEST_MS });

/** A value, or none in so many of four cases. */
function maybe<T>(value: fc.Arbitrary<T>, noneOfFour: number): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 4 - noneOfFour, arbitrary: value },
    { weight: noneOfFour, arbitrary: fc.constant(undefined) },
  );
}

const aCall = fc.noBias(
  fc.record({
    way: fc.constantFrom(...WAYS),
    kind: fc.constantFrom(...KINDS),
    json: fc.boolean(),
    gzip: fc.boolean(),
    open: fc.boolean(),
    shared: fc.boolean(),
    timeoutMs: maybe(ms, 1),
    leave: maybe(fc.record({ how: fc.constantFrom("reset", "destroy", "end"), afterMs: ms }), 2),
    stall: maybe(fc.record({ piece: fc.integer({ min: 1, max: 8 }), forMs: ms }), 2),
    firstPart: fc.constantFrom(1, 1, 1, 0, 0.5),
    restAfterMs: maybe(ms, 1),
  }),
);
type ACall = typeof aCall extends fc.Arbitrary<infer T> ? T : never;

function planned(
  given: ACall,
  id: string,
): { call: InterruptedCall; framing: Framing; method: DescMethod; isTold: boolean } {
  const { way, kind, json, gzip, open } = given;
  const { method } = kind;
  const isStream = method.methodKind !== "unary";
  const request = kind.request(id);
  const framing: Framing =
    way.framing === "connect" ? (isStream ? "connect-stream" : json ? "connect-json" : "connect-proto") : way.framing;
  let path = `/${method.parent.typeName}/${method.name}`;
  const message = create(method.input, request);
  let body =
    framing === "connect-json"
      ? Buffer.from(toJsonString(method.input, message))
      : framing === "connect-proto"
        ? Buffer.from(toBinary(method.input, message))
        : grpcFrame(toBinary(method.input, message));
  let httpMethod: "GET" | "POST" = "POST";
  let isTold = true;
  const headers: Record<string, string> = headersOf(framing, id);
  if (framing === "plain") {
    if (method === introspect) {
      path = "/oauth2/introspect";
      body = Buffer.from("token=t");
    } else if (method === registerScopes) {
      path = "/compat/dot-dynamic-scopes/register_scope/";
      headers["content-type"] = "application/json";
      body = Buffer.from(JSON.stringify({ name: `${id}.1`, description: id, is_default: false }));
    } else {
      path = "/oauth2/scopes";
      httpMethod = "GET";
      body = Buffer.alloc(0);
      isTold = false;
    }
  } else if (open && way.port === "http" && (method === watchScopes || method === listScopes))
    path = `/catalogue${path}`;
  if (way.framing === "grpc") headers["te"] = "trailers";
  if (gzip) headers["accept-encoding"] = "gzip";
  // Something of each request is missing only if its client leaves in the end.
  const isLeft = given.leave !== undefined;
  let { firstPart, restAfterMs, timeoutMs } = given;
  if (body.length === 0) firstPart = 1;
  if (!isLeft) restAfterMs ??= 1;
  if (framing === "plain") timeoutMs = undefined;
  if (timeoutMs !== undefined) {
    if (framing.startsWith("connect")) headers["connect-timeout-ms"] = String(timeoutMs);
    else headers["grpc-timeout"] = `${timeoutMs}m`;
  }
  // A follower ends by its deadline, or as its client leaves.
  const leave =
    given.leave ??
    (method === watchScopes && timeoutMs === undefined && framing !== "plain"
      ? { how: "reset" as const, afterMs: LONGEST_MS }
      : undefined);
  const call: InterruptedCall = {
    origin: origin(way.port),
    http: way.http,
    shared: given.shared && way.http === "2",
    path,
    method: httpMethod,
    headers,
    body,
    firstPart,
    restAfterMs,
    leave,
    stall: given.stall,
  };
  return { call, framing, method, isTold };
}

/** Makes one call, and tells what is wrong with what came of it. */
async function problemsOf(given: ACall, id: string): Promise<readonly string[]> {
  const { call, framing, method, isTold } = planned(given, id);
  const seen = await callAndLeave(call);
  const problems: string[] = [];
  let status: string | undefined;
  try {
    const read = readAnswer(seen, framing, method.output);
    status = read.status;
    if (status === "OK" && method === watchScopes && framing !== "plain")
      problems.push("a follower's stream ended with OK");
    if (status === "OK" && method === exportRegistry && framing !== "plain")
      checkExport(read.messages as ExportRegistryResponse[]);
    if (status === "OK" && method.methodKind === "unary" && framing !== "plain" && read.messages.length !== 1) {
      problems.push(`${read.messages.length} messages`);
    }
  } catch (error) {
    problems.push(`${error}, of ${seen.body.length} bytes`);
  }
  const isLeft = call.leave !== undefined;
  if (status === undefined && !isLeft) problems.push(`no status, http ${seen.http}, reset ${seen.resetWith}`);
  if (status === "CANCELLED" && !isLeft) problems.push("CANCELLED, and nobody left");
  if (status === "DEADLINE_EXCEEDED" && given.timeoutMs === undefined) problems.push("there was no deadline");
  if (!isTold) return problems;
  // What the server is told of a client that has left comes a little later.
  while (told.get(id)?.ends.length !== told.get(id)?.begun) await delay(5);
  const { begun = 0, ends = [] } = told.get(id) ?? {};
  if (begun !== ends.length || begun > 1) problems.push(`begun ${begun} times, ended: ${ends}`);
  if (status !== undefined && ends[0] !== status) problems.push(`${status} seen, ${ends[0]} told`);
  if (begun === 0 && status !== undefined) problems.push(`${status} and not told`);
  if (ends[0] === "CANCELLED" && !isLeft) problems.push("told as CANCELLED, and nobody left");
  if (ends[0] === "DEADLINE_EXCEEDED" && (given.timeoutMs === undefined || framing === "plain"))
    problems.push("told as DEADLINE_EXCEEDED without one");
  if (ends[0] === "OK" && method === watchScopes) problems.push("told as OK, of a follower");
  return problems;
}

function checkExport(parts: readonly ExportRegistryResponse[]): void {
  const revisions = new Set(parts.flatMap(({ entries }) => entries.map(({ revision }) => Number(revision))));
  const last = Number(parts.at(-1)?.revision ?? -1);
  if (revisions.size !== last || parts.at(-1)?.continued !== false) {
    throw new Error(`An export of ${revisions.size} revisions of ${last} that ended with OK`);
  }
}

it("keeps its word to callers and to the log, wherever a call ends", { timeout: 300_000 + CALLS * 100 }, async () => {
  process.stdout.write(`ANY_INSTANT_SEED=${SEED}\n`);
  const calls = fc.sample(aCall, { seed: SEED, numRuns: CALLS });
  const problems: string[] = [];
  const stati = new Map<string, number>();
  const entries = calls.entries();
  const worker = async () => {
    for (const [at, given] of entries) {
      const id = `call-${at}`;
      const { way, kind, ...rest } = given;
      for (const problem of await problemsOf(given, id)) {
        problems.push(
          `${problem} (${at}: ${way.framing} ${way.http} on ${way.port}, ${kind.method.name} ${JSON.stringify(rest)})`,
        );
      }
      const [end = "none"] = told.get(id)?.ends ?? [];
      stati.set(end, (stati.get(end) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (process.env["ANY_INSTANT_CALLS"]) process.stdout.write(`${JSON.stringify(Object.fromEntries(stati))}\n`);
  expect(problems).toEqual([]);
  expect(faults).toEqual([]);
  const names = new Set(registry.listedScopes());
  for (const [at, given] of calls.entries()) {
    if (given.kind.method !== registerScopes || given.way.framing === "plain") continue;
    const there = [1, 2, 3].filter((n) => names.has(`call-${at}.${n}`)).length;
    const isSaid = told.get(`call-${at}`)?.ends[0] === "OK" && given.kind === REGISTER;
    expect([`call-${at}`, there]).toEqual([`call-${at}`, isSaid || there > 0 ? 3 : 0]);
  }
});

it("holds nothing of calls that have ended", async () => {
  await expect.poll(() => registry.watchers).toBe(0);
  await expect.poll(() => registry.waitingChanges).toBe(0);
  let refused = false;
  const arrival = budget.open(() => {
    refused = true;
  });
  arrival.add(BUDGET_BYTES);
  expect(refused).toBe(false);
  arrival.close();
});
