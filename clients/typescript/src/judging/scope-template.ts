import { isScopeName, MAX_SCOPE_NAME_LENGTH } from "./scope-name.ts";

/** The most segments of a template. Finding what a name is an instance of costs more with each. */
export const MAX_TEMPLATE_SEGMENTS = 12;
/** The most parameters of a template. */
export const MAX_TEMPLATE_PARAMETERS = 4;
/** The most characters of a parameter's value. */
export const MAX_PARAMETER_LENGTH = 128;
/** How often a text of a template may name parameters. */
export const MAX_PLACEHOLDERS = 10;

const SEPARATOR = /[:/.]/;
const PARAMETER = /^\{[a-z][a-z0-9_]{0,31}\}$/;
const PLACEHOLDER = /\{([a-z][a-z0-9_]{0,31})\}/g;
const OPENING_BRACE = "{".charCodeAt(0);
const isValueCharacter = Array.from({ length: 128 }, (_, code) => /[\w\-~@%+=]/.test(String.fromCharCode(code)));

const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, readonly string[]>();

/**
 * A name that stands for all its instances, `dataset:{id}:read` for example. A parameter fills a whole segment, which is what
 * stands between two of `:`, `/` and `.`; there are at most {@link MAX_TEMPLATE_SEGMENTS}, and the first has none. Its value is
 * 1 to {@link MAX_PARAMETER_LENGTH} of `A-Za-z0-9-_~@%+=`: never a separator, a brace, or markup.
 */
export interface ScopeTemplate {
  readonly name: string;
  /** The literal text before the first parameter. It is not empty. */
  readonly head: string;
  /** The names of the parameters, in order. */
  readonly parameters: readonly string[];
}

/** Whether a name is a template or would be one: it holds a brace. */
export function isTemplateName(name: string): boolean {
  return name.includes("{") || name.includes("}");
}

/** What is wrong with a name that holds a brace, in a sentence; undefined: nothing, it is a template. */
export function templateProblem(name: string): string | undefined {
  const segments = name.split(SEPARATOR);
  const parameters = segments.filter(isTemplateName);
  if (parameters.some((segment) => !PARAMETER.test(segment))) {
    return (
      "A brace is in it that belongs to no parameter: let each parameter fill what stands between two of : / . and name it " +
      "with a lower-case letter and at most 31 more, digits or underscores, dataset:{id}:read for example"
    );
  }
  if (isTemplateName(segments[0] ?? "")) return "It begins with a parameter: begin with a text and a separator (: / .)";
  if (segments.length > MAX_TEMPLATE_SEGMENTS) {
    return `It has ${segments.length} segments (what stands between two of : / .): at most ${MAX_TEMPLATE_SEGMENTS} are allowed`;
  }
  if (parameters.length > MAX_TEMPLATE_PARAMETERS) {
    return `It has ${parameters.length} parameters: at most ${MAX_TEMPLATE_PARAMETERS} are allowed`;
  }
  const repeated = parameters.find((segment, at) => parameters.indexOf(segment) !== at);
  return repeated === undefined ? undefined : `Parameter ${repeated} is in it twice: give each a name of its own`;
}

/** The template that a name is; undefined if it is none, or is malformed. */
export function parseTemplate(name: string): ScopeTemplate | undefined {
  if (!name.includes("{") || !isScopeName(name) || templateProblem(name) !== undefined) return undefined;
  return {
    name,
    head: name.slice(0, name.indexOf("{")),
    parameters: remember(Array.from(name.matchAll(PLACEHOLDER), ([, parameter = ""]) => parameter)),
  };
}

/** The same list for the same parameters: many templates have few, and what is read often is read faster. */
function remember(parameters: readonly string[]): readonly string[] {
  const text = parameters.join();
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  remembered.set(text, parameters);
  return parameters;
}

/** The values that make a name an instance of a template; undefined if it is none. */
export function parametersIn(template: ScopeTemplate, name: string): Readonly<Record<string, string>> | undefined {
  if (name.length > MAX_SCOPE_NAME_LENGTH) return undefined;
  const pattern = template.name;
  const values: Record<string, string> = {};
  let at = 0;
  let count = 0;
  for (let patternAt = 0; patternAt < pattern.length; patternAt++) {
    const code = pattern.charCodeAt(patternAt);
    if (code !== OPENING_BRACE) {
      if (code !== name.charCodeAt(at)) return undefined;
      at++;
      continue;
    }
    const end = valueEnd(name, at);
    if (end === at || end - at > MAX_PARAMETER_LENGTH) return undefined;
    const parameter = template.parameters[count++] ?? "";
    values[parameter] = name.slice(at, end);
    at = end;
    patternAt += parameter.length + 1;
  }
  return at === name.length ? values : undefined;
}

/** The instance of a template with these values. A parameter without one stays as it is. */
export function instantiate(template: ScopeTemplate, parameters: Readonly<Record<string, string>>): string {
  return withValues(template.name, parameters);
}

/** A text of a template with values in place of the parameters that it names. */
export function withValues(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) =>
    Object.hasOwn(parameters, name) ? (parameters[name] ?? placeholder) : placeholder,
  );
}

/** What is wrong with a text that a consent screen shows for a template, in a sentence; undefined: nothing. */
export function templateTextProblem(text: string, template: ScopeTemplate): string | undefined {
  const named = Array.from(text.matchAll(PLACEHOLDER), ([, name = ""]) => name);
  const foreign = named.find((name) => !template.parameters.includes(name));
  if (foreign !== undefined) {
    return `{${foreign}} is no parameter of ${template.name}: name one that is, or leave the braces out`;
  }
  if (isTemplateName(text.replace(PLACEHOLDER, ""))) {
    return "A brace is in it that belongs to no parameter: write {name} for a parameter and no brace otherwise";
  }
  if (named.length <= MAX_PLACEHOLDERS) return undefined;
  return `It names parameters ${named.length} times: at most ${MAX_PLACEHOLDERS} are allowed`;
}

/** Where the characters of a value end that begin at a place. */
export function valueEnd(name: string, start: number): number {
  let at = start;
  while (at < name.length && isValueCharacter[name.charCodeAt(at)] === true) at++;
  return at;
}
