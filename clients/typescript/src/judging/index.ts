/** Judging scopes without I/O: the same code in the registry's server and in the token issuer's replica. */
export { audiencesOf } from "./audiences.ts";
export * from "./client-index.ts";
export * from "./client-record.ts";
export type { ClientRights } from "./client-rights.ts";
export * from "./consent-text.ts";
export * from "./granted-scope-names.ts";
export * from "./judge-scopes.ts";
export * from "./language-tag.ts";
export type { OpenScope, OpenVerdict } from "./open-scope.ts";
export * from "./resource-uri.ts";
export * from "./scope-index.ts";
export * from "./scope-name.ts";
export * from "./scope-record.ts";
export { aliasesInForce, isInForce } from "./scope-state.ts";
export {
  instantiate,
  isTemplateName,
  parametersIn,
  parseTemplate,
  type ScopeTemplate,
  templateProblem,
  templateTextProblem,
} from "./scope-template.ts";
export * from "./template-index.ts";
export type { TemplateMatch } from "./template-match.ts";
export { type StepBudget, StepBudgetError } from "./template-overlap.ts";
export * from "./usage-day.ts";
export * from "./usage-tally.ts";
export * from "./validation.ts";
export * from "./violation.ts";
