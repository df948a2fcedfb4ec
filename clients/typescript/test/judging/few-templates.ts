/** Templates and names out of segments so few that they meet all the time, and what the contract says of them. */
import fc from "fast-check";
import { parseTemplate, type ScopeTemplate } from "../../src/judging/index.ts";

const separator = fc.constantFrom(":", ":", "/", ".");

function joined(first: fc.Arbitrary<string>, others: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const rest = fc.array(fc.tuple(separator, others), { minLength: 1, maxLength: 4 });
  return fc.tuple(first, rest).map(([head, tail]) => head + tail.flat().join(""));
}

/** Names of templates, and some of what is none: without a parameter, or with one twice. */
export const templateNames = joined(
  fc.constantFrom("a", "b", ""),
  fc.constantFrom("a", "b", "{x}", "{y}", "{z}", "{x}", "{y}", "", "*"),
);

/** Templates. */
export const fewTemplates: fc.Arbitrary<ScopeTemplate> = templateNames
  .map(parseTemplate)
  .filter((template) => template !== undefined);

/** Names, of which many are instances of those templates. */
export const names = joined(
  fc.constantFrom("a", "b", ""),
  fc.constantFrom("a", "b", "c~1", "", "*", "a b", "{x}", "é"),
);

/** The values by which a name is an instance of a template, read off the grammar of the contract. */
export function parametersByContract(template: string, name: string): Record<string, string> | undefined {
  if (name.length > 255) return undefined;
  const pattern = template
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{([a-z][a-z0-9_]*)\}/g, "(?<$1>[A-Za-z0-9_~@%+=-]{1,128})");
  const groups = new RegExp(`^${pattern}$`).exec(name)?.groups;
  return groups === undefined ? undefined : { ...groups };
}

/** A name that both templates match, made segment by segment; undefined: there is none. */
export function commonInstance(a: ScopeTemplate, b: ScopeTemplate): string | undefined {
  const [piecesA, piecesB] = [a, b].map(({ name }) => name.split(/([:/.])/)) as [string[], string[]];
  if (piecesA.length !== piecesB.length) return undefined;
  const common = piecesA.map((piece, at) => {
    const other = piecesB[at] ?? "";
    if (piece.startsWith("{")) return other.startsWith("{") ? "v" : other;
    return piece;
  });
  const name = common.join("");
  return [a, b].every((template) => parametersByContract(template.name, name) !== undefined) ? name : undefined;
}
