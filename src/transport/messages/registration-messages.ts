/** The messages of RegisterScopes and the registry's own types, into each other. */
import {
  type RegisterScopesRequest,
  type RegisterScopesResponse,
  RegistrationMode,
  RegistrationOutcome,
  type RegistrationResult,
  type ScopeDefinition as ScopeDefinitionMessage,
} from "@scope-registry/client/messages";
import type { Registration, RegistrationAnswer, ScopeDefinition } from "../../registry/registration.ts";
import { EncodableAnswer } from "../answer.ts";
import { encodeRegistrationAnswer } from "./encode-registration.ts";
import { toOptionalMilliseconds } from "./message-time.ts";
import { answerFits } from "./registration-size.ts";
import { fromScope, toConsentTexts } from "./scope-messages.ts";

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
    consentTexts: toConsentTexts(message.consentTexts),
    deprecated: message.deprecated,
    replacedBy: message.replacedBy,
    sunsetTime: toOptionalMilliseconds(message.sunsetTime),
    unlisted: message.unlisted,
    aliases: message.aliases,
  };
}

/** What became of a registration, as the answer to who has made it. */
export function answerRegistration(
  answer: RegistrationAnswer,
  validateOnly: boolean,
): RegisterScopesResponse | EncodableAnswer<RegisterScopesResponse> {
  if (validateOnly) return fromRegistrationAnswer(answer, validateOnly);
  return new EncodableAnswer(
    () => fromRegistrationAnswer(answer, validateOnly),
    () => encodeRegistrationAnswer(answer),
  );
}

/** What became of a registration, as its message. What was only validated has no time or revision yet. */
export function fromRegistrationAnswer(answer: RegistrationAnswer, validateOnly: boolean): RegisterScopesResponse {
  const fits = answerFits(answer);
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
