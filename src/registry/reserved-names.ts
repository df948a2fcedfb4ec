import { parseTemplate, type ScopeTemplate, type StepBudget, TemplateIndex } from "@scope-registry/client/judging";
import type { ReservedNameRecord } from "../store/scope-log.ts";

/** Reserved names, and what reserved templates stood for: nobody else can take that either. */
export class ReservedNames {
  readonly #names = new Map<string, ReservedNameRecord>();
  /** Several where they differ in the names of their parameters alone. */
  readonly #templates = new TemplateIndex<readonly ReservedNameRecord[]>();

  get size(): number {
    return this.#names.size;
  }

  get(name: string): ReservedNameRecord | undefined {
    return this.#names.get(name);
  }

  /** All of them, in no order. */
  values(): IterableIterator<ReservedNameRecord> {
    return this.#names.values();
  }

  keys(): IterableIterator<string> {
    return this.#names.keys();
  }

  /** The reserved templates that a name is an instance of. They have one owner. */
  families(name: string): readonly ReservedNameRecord[] {
    return this.#templates.match(name)?.value ?? [];
  }

  /** The reserved templates that could match a name which this one matches too. */
  *overlapping(template: ScopeTemplate, budget: StepBudget): Generator<ReservedNameRecord> {
    for (const reserved of this.#templates.overlapping(template, budget)) yield* reserved;
  }

  /** Puts a record in the place of the one that is there, or takes that one out. */
  put(name: string, after: ReservedNameRecord | undefined): void {
    if (after === undefined) this.#names.delete(name);
    else this.#names.set(name, after);
    const template = parseTemplate(name);
    if (template === undefined) return;
    const others = (this.#templates.get(template) ?? []).filter((reserved) => reserved.name !== name);
    const alike = after === undefined ? others : [...others, after];
    if (alike.length === 0) this.#templates.delete(template);
    else this.#templates.set(template, alike);
  }
}
