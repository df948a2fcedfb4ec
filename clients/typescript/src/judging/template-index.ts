import { MAX_SCOPE_NAME_LENGTH } from "./scope-name.ts";
import type { ScopeTemplate } from "./scope-template.ts";
import { literalsOf, matchIn, type TemplateMatch } from "./template-match.ts";
import { overlappingIn, type StepBudget, segmentsOf } from "./template-overlap.ts";
import { TemplatePaths } from "./template-paths.ts";

/**
 * Templates by what they match. Where several match a name, the one counts whose first parameter comes first, and so on; of
 * registered scopes there is one at the most.
 */
export class TemplateIndex<T> {
  readonly #toMatch = new TemplatePaths<T>(literalsOf);
  /** The same templates, from when they are first asked for: whoever only judges does without. */
  #toCompare: TemplatePaths<T> | undefined;
  /** How many templates have a head of so many characters: most places in a name need no look-up then. */
  readonly #headLengths = new Uint32Array(MAX_SCOPE_NAME_LENGTH + 1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What was set for this template, or for one that differs in the names of its parameters alone. */
  get(template: ScopeTemplate): T | undefined {
    return this.#toMatch.get(template);
  }

  /** Adds a template, or puts it in the place of the one with the same instances. */
  set(template: ScopeTemplate, value: T): void {
    if (this.#toMatch.set(template, value)) this.#count(template, 1);
    this.#toCompare?.set(template, value);
  }

  /** Takes a template out, or the one with the same instances. */
  delete(template: ScopeTemplate): void {
    if (this.#toMatch.delete(template)) this.#count(template, -1);
    this.#toCompare?.delete(template);
  }

  /** What a name is an instance of. */
  match(name: string): TemplateMatch<T> | undefined {
    if (this.#size === 0 || name.length > MAX_SCOPE_NAME_LENGTH) return undefined;
    return matchIn(this.#toMatch.root, name, this.#headLengths);
  }

  /**
   * The values of all templates that could match a name which this one matches too.
   *
   * @throws {StepBudgetError} when the budget is used up
   */
  overlapping(template: ScopeTemplate, budget: StepBudget): Iterable<T> {
    this.#toCompare ??= this.#copyToCompare();
    return overlappingIn(this.#toCompare.root, template, budget);
  }

  #count({ head }: ScopeTemplate, more: 1 | -1): void {
    this.#size += more;
    this.#headLengths[head.length] = (this.#headLengths[head.length] ?? 0) + more;
  }

  #copyToCompare(): TemplatePaths<T> {
    const copy = new TemplatePaths<T>(segmentsOf);
    for (const leaf of this.#toMatch.leaves()) copy.set(leaf, leaf.value);
    return copy;
  }
}
