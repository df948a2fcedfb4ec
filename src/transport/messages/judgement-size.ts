import { type Judgement, MAX_SCOPE_NAME_LENGTH } from "@scope-registry/client/judging";
import { MAX_ANSWER_BYTES } from "../../registry/limits.ts";
import { estimateBareScopeBytes, estimateTextBytes } from "../../registry/record-size.ts";
import { answerTooLarge } from "../message-refusals.ts";

/** So many verdicts stay below {@link MAX_ANSWER_BYTES} however long what they tell is. */
export const ALWAYS_FITTING_VERDICTS = 32;

/**
 * Whether a judgement can be answered with the scopes in it.
 *
 * @throws {RegistryError} MESSAGE_TOO_LARGE if it is too large without them
 */
export function scopesFit({ verdicts, grantedScopes, audiences }: Judgement): boolean {
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

/** A name as it is answered. Cutting may leave half of a surrogate pair, which JSON would carry on. */
export function shortened(name: string): string {
  return name.length > MAX_SCOPE_NAME_LENGTH ? name.slice(0, MAX_SCOPE_NAME_LENGTH).toWellFormed() : name;
}
