import { isScopeName, isTemplateName, MAX_SCOPE_NAME_LENGTH, templateProblem } from "@scope-registry/client/judging";

/** Control characters but the line feed, and the characters that override the direction of what follows them. */
const FORBIDDEN_IN_TEXT = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a scope name (RFC 6749 §3.3) or a template; undefined: nothing. */
export function scopeNameProblem(name: string): string | undefined {
  if (name === "") return "Name is missing: give a scope-token of RFC 6749 section 3.3";
  if (isScopeName(name)) return isTemplateName(name) ? templateProblem(name) : undefined;
  if (name.length > MAX_SCOPE_NAME_LENGTH) {
    return `Name has ${name.length} characters: at most ${MAX_SCOPE_NAME_LENGTH} are allowed`;
  }
  return "Name may hold printable ASCII only, without space, quotation mark and backslash (RFC 6749 section 3.3)";
}

/** How a text may look. */
export interface TextRule {
  /** The most characters (Unicode code points). */
  readonly maxLength: number;
  readonly required: boolean;
  readonly mayHaveLines: boolean;
}

/** What is wrong with a text for people; undefined: nothing. */
export function textProblem(label: string, text: string, rule: TextRule): string | undefined {
  if (text === "" && !rule.required) return undefined;
  const length = text.length <= rule.maxLength ? text.length : [...text].length;
  if (length > rule.maxLength) return `${label} has ${length} characters: at most ${rule.maxLength} are allowed`;
  if (FORBIDDEN_IN_TEXT.test(rule.mayHaveLines ? text.replaceAll("\n", "") : text)) {
    return `${label} holds a control character or one that overrides the text's direction: remove it`;
  }
  if (text.trim() !== "") return undefined;
  return rule.required ? `${label} is missing: give a text` : `${label} is blank: give a text, or leave it out`;
}
