import { MAX_TEMPLATE_SEGMENTS, parametersIn, type ScopeTemplate, valueEnd } from "./scope-template.ts";
import { HASH_SEED, hashOn, type Slot, type Slots } from "./template-paths.ts";

/** What a name is an instance of. */
export interface TemplateMatch<T> {
  readonly template: ScopeTemplate;
  readonly value: T;
  /** The values of the template's parameters, by their names. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Closes the last key of a path: no name holds it. */
const END = "\0";

/** The path that names are matched by: the texts before, between and after a template's parameters. */
export function literalsOf({ name }: ScopeTemplate): readonly string[] {
  return `${name}${END}`.split(/\{[^}]*\}/);
}

/**
 * What a name leads to in a tree of such paths.
 *
 * @param lengths how many keys there are of each length at the root
 */
export function matchIn<T>(root: Slots<T>, name: string, lengths: Uint32Array): TemplateMatch<T> | undefined {
  return matchFrom(root, name, 0, MAX_TEMPLATE_SEGMENTS - 1, lengths);
}

/**
 * What the rest of a name leads to.
 *
 * @param separators how many may be left: a name with more is an instance of nothing, however many places it could part at
 * @param lengths left out: keys of any length may be there
 */
function matchFrom<T>(
  slots: Slots<T>,
  name: string,
  start: number,
  separators: number,
  lengths?: Uint32Array,
): TemplateMatch<T> | undefined {
  let hash = HASH_SEED;
  let left = separators;
  for (let at = start; at < name.length; at++) {
    const code = name.charCodeAt(at);
    hash = hashOn(hash, code);
    if (code !== 58 && code !== 47 && code !== 46) continue;
    if (--left < 0) return undefined;
    if (lengths !== undefined && lengths[at + 1 - start] === 0) continue;
    const found = matchAt(slots.get(hash), name, start, at + 1, left);
    if (found !== undefined) return found;
  }
  // A path's last key has the end behind it; no template has that for its first.
  return lengths === undefined ? matchAt(slots.get(hashOn(hash, 0)), name, start, name.length, left) : undefined;
}

function matchAt<T>(
  first: Slot<T> | undefined,
  name: string,
  start: number,
  end: number,
  separators: number,
): TemplateMatch<T> | undefined {
  for (let slot = first; slot !== undefined; slot = slot.next) {
    if (slot.below === undefined) {
      const parameters = parametersIn(slot, name);
      if (parameters !== undefined) return { template: slot, value: slot.value, parameters };
    } else if (slot.key.length === end - start && name.startsWith(slot.key, start)) {
      const found = matchFrom(slot.below, name, valueEnd(name, end), separators);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
