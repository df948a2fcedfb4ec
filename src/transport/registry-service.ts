/**
 * The service, once for all transports: what each method does with its message. It maps and delegates: rules stand in
 * `src/registry`, who may call what in `src/auth`.
 */

import type { DescMethod, MessageShape } from "@bufbuild/protobuf";
import { checkLimit, type Violation } from "@scope-registry/client/judging";
import { type IntrospectRequest, ScopeRegistry as ScopeRegistryService } from "@scope-registry/client/messages";
import type { Caller } from "../auth/caller.ts";
import type { TokenInspector } from "../auth/token-inspector.ts";
import { MAX_TOKEN_LENGTH } from "../auth/token-resolver.ts";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import { invalidRequest } from "../registry/invalid-request.ts";
import { MAX_HINT_LENGTH } from "../registry/limits.ts";
import type { ScopeRegistry } from "../registry/scope-registry.ts";
import type { Call } from "./call.ts";
import { fromJudgement, toValidation } from "./validation-messages.ts";
import { fromWatchEvent, toWatchQuery } from "./watch-messages.ts";
import {
  fromActiveToken,
  fromRegistrationAnswer,
  fromScope,
  inactiveToken,
  toRegistration,
  toScopeQuery,
} from "./wire-messages.ts";

/** What one method does. It answers at once where nothing has to be waited for: the normal case of every read. */
export type Handler<M extends DescMethod> = (
  request: MessageShape<M["input"]>,
  caller: Caller,
  call: Call,
) => MessageShape<M["output"]> | Promise<MessageShape<M["output"]>>;

/** What a method does that answers with a stream. Each message is made when the transport takes it. */
export type StreamHandler<M extends DescMethod> = (
  request: MessageShape<M["input"]>,
  caller: Caller,
  call: Call,
) => AsyncIterable<MessageShape<M["output"]>>;

/** The methods that are built, by full name. Those that are declared and missing here answer UNIMPLEMENTED. */
export interface Handlers {
  readonly unary: ReadonlyMap<string, Handler<DescMethod>>;
  readonly streams: ReadonlyMap<string, StreamHandler<DescMethod>>;
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
    const registrant = { owner: caller.owner, mayRegisterDefaults: caller.scopes.has(scopeNames.registerDefault) };
    const registration = toRegistration(request);
    const answer = await registry.register(registrant, registration, call.requestId, call);
    return fromRegistrationAnswer(answer, registration.validateOnly);
  };

  const listScopes: Handler<typeof method.listScopes> = (request, _caller, call) =>
    at(request.minRevision, call, () => {
      const page = registry.list(toScopeQuery(request));
      return {
        $typeName: "scoperegistry.v1.ListScopesResponse",
        scopes: page.scopes.map(fromScope),
        nextPageToken: page.nextPageToken,
        totalSize: page.totalSize,
        revision: BigInt(page.revision),
      };
    });

  const validateScopes: Handler<typeof method.validateScopes> = (request, _caller, call) =>
    at(request.minRevision, call, () => fromJudgement(registry.validate(toValidation(request)), registry.revision));

  const introspect: Handler<typeof method.introspect> = async (request, caller) => {
    checkIntrospection(request);
    const token = await inspector.inspect(request.token, request.tokenTypeHint);
    if (token === undefined) return inactiveToken();
    const introspector = { owner: caller.owner, maySeeAll: caller.scopes.has(scopeNames.introspectAll) };
    const narrowed = registry.narrow(token.scopes, token.aud, introspector);
    return narrowed === undefined ? inactiveToken() : fromActiveToken(token, narrowed, registry.revision);
  };

  const watchScopes: StreamHandler<typeof method.watchScopes> = async function* (request, caller, call) {
    for await (const event of registry.watch(toWatchQuery(request), caller.owner, call)) yield fromWatchEvent(event);
  };

  /** Reads once memory has reached a revision: at once, where it has. */
  function at<T>(minRevision: bigint, call: Call, read: () => T): T | Promise<T> {
    const wait = registry.reach(Number(minRevision), call);
    return wait === undefined ? read() : wait.then(read);
  }

  return {
    unary: new Map<string, Handler<never>>([
      [fullName(method.registerScopes), registerScopes],
      [fullName(method.listScopes), listScopes],
      [fullName(method.validateScopes), validateScopes],
      [fullName(method.introspect), introspect],
    ]) as Handlers["unary"],
    streams: new Map<string, StreamHandler<never>>([
      [fullName(method.watchScopes), watchScopes],
    ]) as Handlers["streams"],
  };
}

/** The full name of a method, `scoperegistry.v1.ScopeRegistry.ListScopes` for example. */
export function fullName(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}

function checkIntrospection({ token, tokenTypeHint }: IntrospectRequest): void {
  const violations: Violation[] = [];
  if (token === "") violations.push({ field: "token", description: "Token is missing: give the token to look into" });
  checkLimit(violations, "token", token.length, MAX_TOKEN_LENGTH, "characters");
  checkLimit(violations, "token_type_hint", tokenTypeHint.length, MAX_HINT_LENGTH, "characters");
  if (violations.length > 0) throw invalidRequest(violations);
}
