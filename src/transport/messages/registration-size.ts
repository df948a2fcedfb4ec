import { MAX_ANSWER_BYTES } from "../../registry/limits.ts";
import { estimateScopeBytes } from "../../registry/record-size.ts";
import type { RegistrationAnswer } from "../../registry/registration.ts";

/** Whether the answer to a registration can hold the scopes: what was stored must not turn into an error because it is too large to tell. */
export function answerFits({ results }: RegistrationAnswer): boolean {
  return results.reduce((sum, { scope }) => sum + estimateScopeBytes(scope), 0) <= MAX_ANSWER_BYTES;
}
