/**
 * The path at which resource servers register that have the Django package dot-dynamic-scopes: its protocol, so that they need no
 * change, and behind it RegisterScopes as everybody calls it. It holds no rule.
 */
import { type RegisterScopesResponse, RegistrationOutcome, ScopeRegistry } from "@scope-registry/client/messages";
import { refuseIfOver } from "../../registry/call-deadline.ts";
import { messageOf } from "../answer.ts";
import type { ArrivalBudget } from "../arrival-budget.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { readRegistration, violationOfBody } from "./dot-dynamic-scopes-body.ts";
import type { HttpRoutes } from "./http-route.ts";
import { plainRoute } from "./plain-route.ts";
import { wholeBody } from "./whole-body.ts";

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
  const route = plainRoute({
    pipeline,
    method: registerScopes,
    protocol: "dot-dynamic-scopes",
    httpMethods: ["POST"],
    violationOf: violationOfBody,
    async answer({ call, caller, request, source }) {
      const limits = { maxBytes: MAX_BODY_BYTES, remedy: "shorten the description" };
      const registration = readRegistration(await wholeBody(request.body, source, { caller, budget, ...limits }));
      refuseIfOver(call);
      const answered = messageOf(await pipeline.answer(registerScopes, registration, caller, call));
      const { results } = answered as RegisterScopesResponse;
      const status = results[0]?.outcome === RegistrationOutcome.CREATED ? 201 : 200;
      return { status, header: new Headers({ "content-length": "0" }) };
    },
  });
  return { exact: new Map(DOT_DYNAMIC_SCOPES_PATHS.map((path) => [path, route])) };
}
