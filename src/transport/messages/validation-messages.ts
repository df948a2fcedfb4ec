/** The messages of ValidateScopes and the registry's own types, into each other. */

import type { Judgement, ScopeVerdict, Validation } from "@scope-registry/client/judging";
import {
  type ScopeVerdict as ScopeVerdictMessage,
  type ValidateScopesRequest,
  type ValidateScopesResponse,
  ValidationMode,
  ValidationView,
  VerdictStatus,
} from "@scope-registry/client/messages";
import { EncodableAnswer } from "../answer.ts";
import { encodeJudgement } from "./encode-judgement.ts";
import { scopesFit, shortened } from "./judgement-size.ts";
import { fromConsentText, fromScopeWithoutTexts } from "./scope-messages.ts";

/** A request to validate, out of its message. */
export function toValidation(message: ValidateScopesRequest): Validation {
  return {
    scopes: message.scopes,
    scope: message.scope,
    clientId: message.clientId,
    resources: message.resources,
    mode: MODES.get(message.mode) ?? "UNRECOGNIZED",
    view: VIEWS.get(message.view) ?? "UNRECOGNIZED",
    locales: message.locales,
  };
}

const MODES = new Map<number, Validation["mode"]>([
  [ValidationMode.UNSPECIFIED, "ALL_OR_NOTHING"],
  [ValidationMode.ALL_OR_NOTHING, "ALL_OR_NOTHING"],
  [ValidationMode.NARROW, "NARROW"],
]);

const VIEWS = new Map<number, Validation["view"]>([
  [ValidationView.UNSPECIFIED, "BASIC"],
  [ValidationView.BASIC, "BASIC"],
  [ValidationView.CONSENT, "CONSENT"],
]);

/** A judgement as the answer to who asked for it. */
export function answerJudgement(judgement: Judgement): EncodableAnswer<ValidateScopesResponse> {
  return new EncodableAnswer(
    () => fromJudgement(judgement),
    () => encodeJudgement(judgement),
  );
}

/**
 * A judgement as its message. One that callers could not take is answered without its scopes.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE if it is too large even so
 */
export function fromJudgement(judgement: Judgement): ValidateScopesResponse {
  const withScopes = scopesFit(judgement);
  return {
    $typeName: "scoperegistry.v1.ValidateScopesResponse",
    valid: judgement.valid,
    grantedScopes: judgement.grantedScopes as string[],
    audiences: judgement.audiences as string[],
    defaultsApplied: judgement.defaultsApplied,
    verdicts: judgement.verdicts.map((verdict) => fromVerdict(verdict, withScopes)),
    error: judgement.error,
    errorDescription: judgement.errorDescription,
    revision: BigInt(judgement.revision),
  };
}

function fromVerdict(verdict: ScopeVerdict, withScope: boolean): ScopeVerdictMessage {
  const { name, status, scope, message, replacedBy, parameters, consent } = verdict;
  return {
    $typeName: "scoperegistry.v1.ScopeVerdict",
    name: shortened(name),
    status: VerdictStatus[status],
    scope: scope === undefined || !withScope ? undefined : fromScopeWithoutTexts(scope),
    message,
    replacedBy,
    consentText: consent === undefined ? undefined : fromConsentText(consent.text),
    consentLocale: consent?.locale ?? "",
    parameters: { ...parameters },
  };
}
