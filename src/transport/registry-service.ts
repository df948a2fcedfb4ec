/**
 * `ScopeRegistry`, once for all transports: what each method does with its message. It maps and delegates: rules stand in
 * `src/registry`, who may call what in `src/auth`.
 */

import { dayOf } from "@scope-registry/client/judging";
import { ScopeRegistry as ScopeRegistryService, type WatchScopesResponse } from "@scope-registry/client/messages";
import type { TokenInspector } from "../auth/token-inspector.ts";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import type { ScopeRegistry } from "../registry/scope-registry.ts";
import type { WatchEvent } from "../registry/watch-event.ts";
import { actorOf } from "./actor.ts";
import type { Call } from "./call.ts";
import type { CallSpan } from "./call-span.ts";
import { DirectValidation } from "./direct/direct-validation.ts";
import { fullName, type Handler, type Handlers, type StreamHandler } from "./handlers.ts";
import { MappedStream } from "./message-stream.ts";
import { checkIntrospection, fromActiveToken, inactiveToken } from "./messages/introspection-messages.ts";
import { fromScopePage, toScopeQuery } from "./messages/list-messages.ts";
import { answerRegistration, toRegistration } from "./messages/registration-messages.ts";
import { toScopeUses } from "./messages/usage-messages.ts";
import { answerJudgement, toValidation } from "./messages/validation-messages.ts";
import { fromWatchEvent, toWatchQuery } from "./messages/watch-messages.ts";

/** The message of an event, which is noted in the trace where it ends a snapshot. */
function fromTracedEvent(event: WatchEvent, span: CallSpan): WatchScopesResponse {
  if (event.type === "snapshot" && event.complete) span.event("snapshot complete");
  return fromWatchEvent(event);
}

/** What the service stands on. */
export interface ServiceParts {
  readonly registry: ScopeRegistry;
  readonly inspector: TokenInspector;
  readonly scopeNames: RegistryScopeNames;
}

/** Makes the handlers of `ScopeRegistry`. */
export function createRegistryHandlers({ registry, inspector, scopeNames }: ServiceParts): Handlers {
  const { method } = ScopeRegistryService;

  const registerScopes: Handler<typeof method.registerScopes> = async (request, caller, call) => {
    const registration = toRegistration(request);
    const answer = await registry.register(actorOf(caller, scopeNames), registration, call.requestId, call);
    return answerRegistration(answer, registration.validateOnly);
  };

  const listScopes: Handler<typeof method.listScopes> = (request, _caller, call) =>
    at(request.minRevision, call, () => fromScopePage(registry.list(toScopeQuery(request))));

  const validateScopes: Handler<typeof method.validateScopes> = (request, _caller, call) =>
    at(request.minRevision, call, () => answerJudgement(registry.validate(toValidation(request))));

  const introspect: Handler<typeof method.introspect> = async (request, caller) => {
    checkIntrospection(request);
    const token = await inspector.inspect(request.token, request.tokenTypeHint);
    if (token === undefined) return inactiveToken();
    const introspector = { owner: caller.owner, maySeeAll: caller.scopes.has(scopeNames.introspectAll) };
    const narrowed = registry.narrow(token.scopes, token.aud, introspector);
    return narrowed === undefined ? inactiveToken() : fromActiveToken(token, narrowed, registry.revision);
  };

  const watchScopes: StreamHandler<typeof method.watchScopes> = (request, caller, call) => {
    const reader = { name: caller.owner, mayReadClientPolicies: caller.scopes.has(scopeNames.validate) };
    const events = registry.watch(toWatchQuery(request), reader, call);
    const { span } = call;
    return new MappedStream(events, span === undefined ? fromWatchEvent : (event) => fromTracedEvent(event, span));
  };

  const reportUsage: Handler<typeof method.reportUsage> = (request) => {
    registry.reportUsage(toScopeUses(request, dayOf(Date.now())));
    return { $typeName: "scoperegistry.v1.ReportUsageResponse" };
  };

  /** Reads once memory has reached a revision: at once, where it has. */
  function at<T>(minRevision: bigint, call: Call, read: () => T): T | Promise<T> {
    const wait = registry.reach(Number(minRevision), call);
    if (wait === undefined) return read();
    return (call.span?.during("wait for revision", wait) ?? wait).then(read);
  }

  const directValidation = new DirectValidation(registry);

  return {
    direct: new Map([[fullName(method.validateScopes), (message) => directValidation.answer(message)]]),
    unary: new Map<string, Handler<never>>([
      [fullName(method.registerScopes), registerScopes],
      [fullName(method.listScopes), listScopes],
      [fullName(method.validateScopes), validateScopes],
      [fullName(method.introspect), introspect],
      [fullName(method.reportUsage), reportUsage],
    ]) as Handlers["unary"],
    streams: new Map<string, StreamHandler<never>>([
      [fullName(method.watchScopes), watchScopes],
    ]) as Handlers["streams"],
  };
}
