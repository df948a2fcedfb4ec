/**
 * The path at which resource servers register that have the Django package dot-dynamic-scopes: its protocol, so that they need no
 * change, and behind it RegisterScopes as everybody calls it. It holds no rule.
 */
import { type RegisterScopesResponse, RegistrationOutcome, ScopeRegistry } from "@scope-registry/client/messages";
import type { Caller } from "../../auth/caller.ts";
import { refuseIfOver } from "../../registry/call-deadline.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { messageOf } from "../answer.ts";
import type { ArrivalBudget } from "../arrival-budget.ts";
import type { Call } from "../call.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { callerLeft } from "../message-refusals.ts";
import { boundedBody } from "./bounded-body.ts";
import { readRegistration, violationOfBody } from "./dot-dynamic-scopes-body.ts";
import { type HttpRequest, httpCall } from "./http-call.ts";
import type { HttpRoute, HttpRoutes, RoutedRequest } from "./http-route.ts";
import { type HttpAnswer, jsonRefusal, jsonResponse } from "./json-refusal.ts";

/** Where it is. Django leads to the first from the second, which a client that sends a body does not follow. */
export const DOT_DYNAMIC_SCOPES_PATHS: readonly string[] = [
  "/compat/dot-dynamic-scopes/register_scope/",
  "/compat/dot-dynamic-scopes/register_scope",
];

/** The largest body, in bytes: several times what the longest name and description take, in whatever spelling. */
export const MAX_BODY_BYTES = 64 * 1024;

const { registerScopes } = ScopeRegistry.method;

/** What the routes need. */
export interface DotDynamicScopesParts {
  readonly pipeline: CallPipeline;
  readonly budget: ArrivalBudget;
}

/** The routes. */
export function dotDynamicScopesRoutes({ pipeline, budget }: DotDynamicScopesParts): HttpRoutes {
  const route: HttpRoute = async (request, source) => {
    const { method, signal } = request;
    if (method !== "POST") return methodNotAllowed(method);
    const call = httpCall(source, {
      method: registerScopes,
      protocol: "dot-dynamic-scopes",
      timeoutMs: undefined,
      signal,
    });
    const response = await answer(call, request, source);
    response.header.set("x-request-id", call.requestId);
    response.header.set("cache-control", "no-store");
    return response;
  };

  async function answer(call: Call, { body }: RoutedRequest, source: HttpRequest): Promise<HttpAnswer> {
    let caller: Caller | undefined;
    try {
      caller = await pipeline.admit(call);
      const status = await register(caller, call, await readBody(body, source, caller, budget));
      pipeline.record(call, caller, undefined);
      return { status, header: new Headers({ "content-length": "0" }) };
    } catch (error) {
      const refusal = pipeline.refusal(error, call);
      pipeline.record(call, caller, refusal);
      return jsonRefusal(refusal, refusal.violations.map(violationOfBody));
    }
  }

  async function register(caller: Caller, call: Call, body: Uint8Array): Promise<number> {
    const request = readRegistration(body);
    refuseIfOver(call);
    const answered = messageOf(await pipeline.answer(registerScopes, request, caller, call));
    const { results } = answered as RegisterScopesResponse;
    return results[0]?.outcome === RegistrationOutcome.CREATED ? 201 : 200;
  }

  return new Map(DOT_DYNAMIC_SCOPES_PATHS.map((path) => [path, route]));
}

/** The body of a caller that was let in. @throws {RegistryError} MESSAGE_TOO_LARGE, OVERLOADED, CANCELLED */
async function readBody(
  body: AsyncIterable<Uint8Array>,
  source: HttpRequest,
  { owner }: Caller,
  budget: ArrivalBudget,
): Promise<Uint8Array> {
  // Before any of it is read, where that is known by then.
  if (Number(source.headers["content-length"]) > MAX_BODY_BYTES) throw bodyTooLarge();
  const open = (refuse: (refusal: RegistryError) => void) => {
    const arrival = budget.open(refuse);
    arrival.belongsTo(owner);
    return arrival;
  };
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of boundedBody(body, source, open)) {
      bytes += piece.length;
      if (bytes > MAX_BODY_BYTES) throw bodyTooLarge();
      pieces.push(piece);
    }
  } catch (error) {
    // Anything else is a connection that broke.
    throw error instanceof RegistryError ? error : callerLeft();
  }
  return Buffer.concat(pieces);
}

function bodyTooLarge(): RegistryError {
  return new RegistryError(
    "MESSAGE_TOO_LARGE",
    `The body is larger than ${MAX_BODY_BYTES} bytes: shorten the description`,
    { metadata: { limit: String(MAX_BODY_BYTES) } },
  );
}

function methodNotAllowed(method: string): HttpAnswer {
  const body = { error: "method_not_allowed", error_description: "Use POST" };
  const answer = jsonResponse(405, body, { allow: "POST", "cache-control": "no-store" });
  return method === "HEAD" ? { status: answer.status, header: answer.header } : answer;
}
