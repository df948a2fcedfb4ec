import type { ScopeVerdict } from "./judge-scopes.ts";
import { describeVerdict, replacementOf } from "./judgement-text.ts";
import type { ScopeRecord } from "./scope-record.ts";
import { isDeprecated, isInForce } from "./scope-state.ts";
import { isTemplateName, parseTemplate } from "./scope-template.ts";

/**
 * A scope that is in force, not restricted and no template: whoever asks for it by its own name is granted it, unless that
 * client has a ceiling, or the request is for another resource. It is small, so that judging reads little memory: all that is
 * said of it stands in a verdict that is only passed on.
 */
export interface OpenScope {
  /** Where it stands among those that a judgement has found; only while that is made is it known to mean anything. */
  place: number;
  readonly name: string;
  readonly resources: readonly string[];
  readonly verdict: OpenVerdict;
}

/** The verdict on an open scope: one for all who ask, so that it cannot be changed. */
export interface OpenVerdict extends ScopeVerdict {
  readonly scope: ScopeRecord;
}

/** A scope as an open one; undefined: it is none. */
export function openScope(scope: ScopeRecord): OpenScope | undefined {
  const { name, resources } = scope;
  if (!isInForce(scope) || scope.restricted) return undefined;
  if (isTemplateName(name) && parseTemplate(name) !== undefined) return undefined;
  const status = isDeprecated(scope) ? "DEPRECATED" : "GRANTED";
  const resolved = { scope, name, isAlias: false, parameters: undefined };
  const verdict = Object.freeze({
    name,
    status,
    scope,
    grantedName: name,
    replacedBy: replacementOf(resolved),
    parameters: undefined,
    message: status === "GRANTED" ? "" : describeVerdict(name, status, resolved),
    consent: undefined,
  });
  return { place: 0, name, resources, verdict };
}
