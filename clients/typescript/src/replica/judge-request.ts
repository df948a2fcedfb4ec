import { allowsScopes, type JudgedRegistry, type JudgeRequest, judgeScopes } from "../judging/judge-scopes.ts";
import { readValidation, type Validation } from "../judging/validation.ts";
import { InvalidRequestError } from "./invalid-request-error.ts";
import type { ReplicaJudgement } from "./scope-replica.ts";

/**
 * Judges a request on a state. What it leaves out, or says as undefined, is empty, ALL_OR_NOTHING and BASIC.
 *
 * @throws {InvalidRequestError} where the ValidateScopes RPC answers INVALID_ARGUMENT
 */
export function judgeRequest(state: JudgedRegistry, request: Partial<Validation>): ReplicaJudgement {
  return judgeScopes(state, readRequest(request));
}

/**
 * Whether {@link judgeRequest} would find a request valid.
 *
 * @throws {InvalidRequestError} where the ValidateScopes RPC answers INVALID_ARGUMENT
 */
export function allowsRequest(state: JudgedRegistry, request: Partial<Validation>): boolean {
  return allowsScopes(state, readRequest(request));
}

const NONE: readonly string[] = [];

function readRequest(request: Partial<Validation>): JudgeRequest {
  const { scopes = NONE, scope = "", clientId = "", resources = NONE, locales = NONE } = request;
  const { mode = "ALL_OR_NOTHING", view = "BASIC" } = request;
  const read = readValidation({ scopes, scope, clientId, resources, mode, view, locales });
  if (read.request === undefined) throw new InvalidRequestError(read.violations);
  return read.request;
}
