/** The wire's messages and the registry's own types, into each other. Rules stand in `src/registry`. */
import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ConsentText, ScopeRecord } from "@scope-registry/client/judging";
import {
  type IntrospectResponse,
  type ListScopesRequest,
  type RegisterScopesRequest,
  type RegisterScopesResponse,
  RegistrationMode,
  RegistrationOutcome,
  type RegistrationResult,
  type Scope,
  type ScopeDefinition as ScopeDefinitionMessage,
  ScopeState,
  type TokenConfirmation,
} from "@scope-registry/client/messages";
import type { ActiveToken, Confirmation } from "../auth/active-token.ts";
import { MAX_ANSWER_BYTES } from "../registry/limits.ts";
import type { ScopeQuery } from "../registry/list-scopes.ts";
import type { NarrowedScopes } from "../registry/narrow-scopes.ts";
import { estimateScopeBytes } from "../registry/record-size.ts";
import type { Registration, RegistrationAnswer, ScopeDefinition } from "../registry/registration.ts";

/** A registration, out of its message. */
export function toRegistration(message: RegisterScopesRequest): Registration {
  return {
    scopes: message.scopes.map(toDefinition),
    mode: MODES.get(message.mode) ?? "UNRECOGNIZED",
    release: Number(message.release),
    validateOnly: message.validateOnly,
    displayName: message.displayName,
    expectedRevision: message.expectedRevision === undefined ? undefined : Number(message.expectedRevision),
  };
}

const MODES = new Map<number, Registration["mode"]>([
  [RegistrationMode.UNSPECIFIED, "MERGE"],
  [RegistrationMode.MERGE, "MERGE"],
  [RegistrationMode.REPLACE, "REPLACE"],
]);

function toDefinition(message: ScopeDefinitionMessage): ScopeDefinition {
  return {
    name: message.name,
    description: message.description,
    isDefault: message.isDefault,
    restricted: message.restricted,
    resources: message.resources,
    consentTexts: Object.fromEntries(
      Object.entries(message.consentTexts).map(([tag, { title, description }]) => [tag, { title, description }]),
    ),
    deprecated: message.deprecated,
    replacedBy: message.replacedBy,
    sunsetTime: message.sunsetTime === undefined ? undefined : toMilliseconds(message.sunsetTime),
    unlisted: message.unlisted,
  };
}

/** A time in milliseconds; what is finer is cut off. Not a number if the message is no valid time. */
function toMilliseconds({ seconds, nanos }: Timestamp): number {
  if (nanos < 0 || nanos > 999_999_999) return Number.NaN;
  return Number(seconds) * 1_000 + Math.floor(nanos / 1_000_000);
}

/** What became of a registration, as its message. What was only validated has no time or revision yet. */
export function fromRegistrationAnswer(answer: RegistrationAnswer, validateOnly: boolean): RegisterScopesResponse {
  // What was stored must not turn into an error because its answer is too large for the caller.
  const bytes = answer.results.reduce((sum, { scope }) => sum + estimateScopeBytes(scope), 0);
  const fits = bytes <= MAX_ANSWER_BYTES;
  return {
    $typeName: "scoperegistry.v1.RegisterScopesResponse",
    results: answer.results.map(({ name, outcome, scope }): RegistrationResult => {
      const message: RegistrationResult = {
        $typeName: "scoperegistry.v1.RegistrationResult",
        name,
        outcome: RegistrationOutcome[outcome],
      };
      if (scope !== undefined && fits) message.scope = fromScope(scope);
      if (message.scope !== undefined && validateOnly && outcome !== "UNCHANGED" && outcome !== "SUPERSEDED") {
        message.scope.updateTime = undefined;
        message.scope.revision = 0n;
        if (outcome === "CREATED") message.scope.createTime = undefined;
      }
      return message;
    }),
    revision: BigInt(answer.revision),
    contentHash: answer.contentHash,
  };
}

/** A scope as its message. */
export function fromScope(scope: ScopeRecord): Scope {
  const message = fromScopeWithoutTexts(scope);
  for (const [tag, text] of Object.entries(scope.consentTexts)) message.consentTexts[tag] = fromConsentText(text);
  return message;
}

/** A scope as its message, without its consent texts. */
export function fromScopeWithoutTexts(scope: ScopeRecord): Scope {
  return {
    $typeName: "scoperegistry.v1.Scope",
    name: scope.name,
    description: scope.description,
    isDefault: scope.isDefault,
    owner: scope.owner,
    state: ScopeState[scope.state],
    restricted: scope.restricted,
    resources: scope.resources as string[],
    consentTexts: {},
    replacedBy: scope.replacedBy,
    sunsetTime: scope.sunsetTime === undefined ? undefined : timestampFromMs(scope.sunsetTime),
    unlisted: scope.unlisted,
    createTime: timestampFromMs(scope.createTime),
    updateTime: timestampFromMs(scope.updateTime),
    revision: BigInt(scope.revision),
  };
}

/** A consent text as its message. */
export function fromConsentText({ title, description }: ConsentText) {
  return { $typeName: "scoperegistry.v1.ConsentText", title, description } as const;
}

/** A query, out of its message. */
export function toScopeQuery(message: ListScopesRequest): ScopeQuery {
  return {
    owner: message.owner,
    resource: message.resource,
    namePrefix: message.namePrefix,
    names: message.names,
    states: message.states.map((state) => STATE_NAMES.get(state) ?? "UNRECOGNIZED"),
    defaultsOnly: message.defaultsOnly,
    pageSize: message.pageSize,
    pageToken: message.pageToken,
  };
}

const STATE_NAMES = new Map<number, ScopeRecord["state"]>([
  [ScopeState.ACTIVE, "ACTIVE"],
  [ScopeState.DEPRECATED, "DEPRECATED"],
  [ScopeState.DISABLED, "DISABLED"],
  [ScopeState.PENDING, "PENDING"],
]);

/** The answer for a token that is not active: nothing but that (RFC 7662 §2.2). */
export function inactiveToken(): IntrospectResponse {
  return {
    $typeName: "scoperegistry.v1.IntrospectResponse",
    active: false,
    scope: "",
    clientId: "",
    username: "",
    tokenType: "",
    exp: 0n,
    iat: 0n,
    nbf: 0n,
    sub: "",
    aud: [],
    iss: "",
    jti: "",
    unregisteredScopes: [],
    revision: 0n,
  };
}

/** What is known of an active token, as its message. */
export function fromActiveToken(token: ActiveToken, narrowed: NarrowedScopes, revision: number): IntrospectResponse {
  return {
    $typeName: "scoperegistry.v1.IntrospectResponse",
    active: true,
    scope: narrowed.scopes.join(" "),
    clientId: token.clientId ?? "",
    username: token.username ?? "",
    tokenType: token.tokenType ?? "",
    exp: toSeconds(token.exp),
    iat: toSeconds(token.iat),
    nbf: toSeconds(token.nbf),
    sub: token.sub ?? "",
    aud: [...token.aud],
    iss: token.iss,
    jti: token.jti ?? "",
    unregisteredScopes: [...narrowed.unregistered],
    revision: BigInt(revision),
    ...(token.confirmation && { cnf: fromConfirmation(token.confirmation) }),
  };
}

function fromConfirmation({ jkt, certificateSha256 }: Confirmation): TokenConfirmation {
  return { $typeName: "scoperegistry.v1.TokenConfirmation", jkt: jkt ?? "", x5tS256: certificateSha256 ?? "" };
}

/** Seconds are whole on the wire; RFC 7519 §2 allows fractions in a token. */
function toSeconds(time: number | undefined): bigint {
  return time === undefined ? 0n : BigInt(Math.trunc(time));
}
