/** The types of `@scope-registry/client/judging`, checked by the compiler alone: nothing here is run. */
import {
  chooseConsentText,
  type Judgement,
  type JudgeRequest,
  judgeScopes,
  type ReadonlyScopeIndex,
  readValidation,
  ScopeIndex,
  type ScopeRecord,
  type ScopeStateName,
  type Validation,
  type VerdictStatusName,
} from "@scope-registry/client/judging";
import { type Equals, expectType } from "./equals.ts";

declare const index: ReadonlyScopeIndex;
declare const scope: ScopeRecord;
declare const request: JudgeRequest;
declare const validation: Validation;

const judgement = judgeScopes(index, request);
expectType<Equals<typeof judgement, Judgement>>();
expectType<Equals<Judgement["error"], "" | "invalid_scope" | "invalid_target">>();
expectType<Equals<ScopeStateName, "ACTIVE" | "DEPRECATED" | "DISABLED" | "PENDING">>();
expectType<
  Equals<
    VerdictStatusName,
    "GRANTED" | "DEPRECATED" | "UNKNOWN" | "MALFORMED" | "DISABLED" | "PENDING" | "NOT_ALLOWED" | "WRONG_RESOURCE"
  >
>();
expectType<ScopeIndex extends ReadonlyScopeIndex ? true : false>();

const read = readValidation(validation);
if (read.request === undefined) read.violations.map(({ field, description }) => field + description);
else judgeScopes(new ScopeIndex(), read.request);
chooseConsentText(scope, ["de"]);

// @ts-expect-error an index that is only read cannot be changed
index.set(scope);
// @ts-expect-error a record cannot be changed
scope.state = "DISABLED";
// @ts-expect-error a judgement cannot be changed
judgement.grantedScopes.push("a");
// @ts-expect-error a request cannot be judged before it is read
judgeScopes(index, validation);
