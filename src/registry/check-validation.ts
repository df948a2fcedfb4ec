import { type JudgeRequest, readValidation, type Validation } from "@scope-registry/client/judging";
import { invalidRequest } from "./invalid-request.ts";

/**
 * Checks a request to validate scopes, and says what is to be judged.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkValidation(validation: Validation): JudgeRequest {
  const read = readValidation(validation);
  if (read.request === undefined) throw invalidRequest(read.violations);
  return read.request;
}
