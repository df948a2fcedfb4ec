/** The messages of ValidateScopes and the registry's own types, into each other. */

import {
  type Judgement,
  MAX_SCOPE_NAME_LENGTH,
  type ScopeVerdict,
  type Validation,
} from "@scope-registry/client/judging";
import {
  type ScopeVerdict as ScopeVerdictMessage,
  type ValidateScopesRequest,
  type ValidateScopesResponse,
  ValidationMode,
  ValidationView,
  VerdictStatus,
} from "@scope-registry/client/messages";
import { MAX_ANSWER_BYTES } from "../../registry/limits.ts";
import { estimateBareScopeBytes, estimateTextBytes } from "../../registry/record-size.ts";
import { answerTooLarge } from "../message-refusals.ts";
import { fromConsentText, fromScopeWithoutTexts } from "./scope-messages.ts";

/** So many verdicts stay below {@link MAX_ANSWER_BYTES} however long what they tell is. */
const ALWAYS_FITTING_VERDICTS = 32;

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

/**
 * A judgement as its message. One that callers could not take is answered without its scopes.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE if it is too large even so
 */
export function fromJudgement(judgement: Judgement, revision: number): ValidateScopesResponse {
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
    revision: BigInt(revision),
  };
}

function scopesFit({ verdicts, grantedScopes, audiences }: Judgement): boolean {
  if (verdicts.length <= ALWAYS_FITTING_VERDICTS) return true;
  let needed = estimateTextBytes(grantedScopes) + estimateTextBytes(audiences);
  let scopes = 0;
  for (const { name, message, scope, replacedBy, parameters, consent } of verdicts) {
    needed += estimateTextBytes([shortened(name), message, replacedBy]);
    if (parameters !== undefined) needed += estimateTextBytes(Object.entries(parameters).flat());
    if (consent !== undefined)
      needed += estimateTextBytes([consent.locale, consent.text.title, consent.text.description]);
    if (scope !== undefined) scopes += estimateBareScopeBytes(scope);
  }
  if (needed > MAX_ANSWER_BYTES) throw answerTooLarge("ask for fewer scopes at once");
  return needed + scopes <= MAX_ANSWER_BYTES;
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

/** A name as it is answered. Cutting may leave half of a surrogate pair, which JSON would carry on. */
function shortened(name: string): string {
  return name.length > MAX_SCOPE_NAME_LENGTH ? name.slice(0, MAX_SCOPE_NAME_LENGTH).toWellFormed() : name;
}
