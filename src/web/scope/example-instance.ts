import { instantiate, isScopeName, parametersIn, parseTemplate } from "@scope-registry/client/judging";

/** The values of a family's parameters, by name. */
export type ParameterValues = Readonly<Record<string, string>>;

/** Values to begin with: readable ones or, where the name would become too long with them, the shortest there are. */
export function exampleValues(name: string): ParameterValues {
  const template = parseTemplate(name);
  if (template === undefined) return {};
  const readable = Object.fromEntries(template.parameters.map((parameter) => [parameter, `example-${parameter}`]));
  if (isScopeName(instantiate(template, readable))) return readable;
  return Object.fromEntries(template.parameters.map((parameter) => [parameter, "1"]));
}

/** The instance of a family with these values; a name that is no family as it is; undefined: they make none. */
export function instanceWith(name: string, values: ParameterValues): string | undefined {
  const template = parseTemplate(name);
  if (template === undefined) return name;
  const instance = instantiate(template, values);
  return isScopeName(instance) && parametersIn(template, instance) !== undefined ? instance : undefined;
}
