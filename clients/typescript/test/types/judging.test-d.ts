/** The types of `@scope-registry/client/judging`, checked by the compiler alone: nothing here is run. */
import {
  ClientIndex,
  type ClientRights,
  chooseConsentText,
  type JudgedRegistry,
  type Judgement,
  type JudgeRequest,
  judgeScopes,
  type parseTemplate,
  type ReadonlyClientIndex,
  type ReadonlyScopeIndex,
  type ResolvedScope,
  readValidation,
  ScopeIndex,
  type ScopeRecord,
  type ScopeStateName,
  type ScopeTemplate,
  type ScopeVerdict,
  type TemplateIndex,
  type Validation,
  type VerdictStatusName,
} from "@scope-registry/client/judging";
import { type Equals, expectType } from "./equals.ts";

declare const index: ReadonlyScopeIndex;
declare const clients: ReadonlyClientIndex;
declare const registry: JudgedRegistry;
declare const scope: ScopeRecord;
declare const request: JudgeRequest;
declare const validation: Validation;

const judgement = judgeScopes(registry, request);
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
expectType<ClientIndex extends ReadonlyClientIndex ? true : false>();
expectType<Equals<typeof registry.scopes, ReadonlyScopeIndex>>();
expectType<Equals<ReturnType<typeof index.resolve>, ResolvedScope | undefined>>();
expectType<Equals<ReturnType<typeof clients.rightsOf>, ClientRights | undefined>>();
expectType<Equals<ReturnType<typeof parseTemplate>, ScopeTemplate | undefined>>();
expectType<Equals<ScopeVerdict["replacedBy"], string>>();
expectType<Equals<ScopeVerdict["parameters"], Readonly<Record<string, string>> | undefined>>();
expectType<Equals<NonNullable<ReturnType<TemplateIndex<1>["match"]>>["value"], 1>>();

const read = readValidation(validation);
if (read.request === undefined) read.violations.map(({ field, description }) => field + description);
else judgeScopes({ scopes: new ScopeIndex(), clients: new ClientIndex(), revision: 1 }, read.request);
chooseConsentText(scope, ["de"]);

// @ts-expect-error an index that is only read cannot be changed
index.set(scope);
// @ts-expect-error clients that are only read cannot be changed
clients.delete("shop");
// @ts-expect-error a record cannot be changed
scope.state = "DISABLED";
// @ts-expect-error a judgement cannot be changed
judgement.grantedScopes.push("a");
// @ts-expect-error a request cannot be judged before it is read
judgeScopes(registry, validation);
