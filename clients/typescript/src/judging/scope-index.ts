import { type OpenScope, openScope } from "./open-scope.ts";
import { MAX_SCOPE_NAME_LENGTH } from "./scope-name.ts";
import type { ScopeRecord } from "./scope-record.ts";
import { aliasesInForce } from "./scope-state.ts";
import { isTemplateName, parseTemplate, type ScopeTemplate, withValues } from "./scope-template.ts";
import { SharedParts } from "./shared-parts.ts";
import { TemplateIndex } from "./template-index.ts";
import type { StepBudget } from "./template-overlap.ts";

/** What a requested name stands for. */
export interface ResolvedScope {
  readonly scope: ScopeRecord;
  /** What is granted: the scope's name, or its template with the values put in. */
  readonly name: string;
  /** Whether the requested name is another name of the scope than its own. */
  readonly isAlias: boolean;
  /** The values of the template's parameters; undefined: the scope is no template. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
}

/** The registered scopes, as judging reads them. */
export interface ReadonlyScopeIndex {
  /** How many scopes there are, in any state. */
  readonly size: number;
  /** The scope of this exact name. */
  get(name: string): ScopeRecord | undefined;
  /**
   * What a requested name stands for: the scope of this name, else the one that has it as an alias, else the template that it
   * is an instance of. A template's own name stands for nothing.
   */
  resolve(name: string): ResolvedScope | undefined;
  /** The scope of this exact name, if it is open. */
  open(name: string): OpenScope | undefined;
  /** The scope that has this exact text as an alias in force. */
  aliasHolder(name: string): ScopeRecord | undefined;
  /** The scope whose template, or an alias of it, a name is an instance of, whatever is registered under the name itself. */
  matchTemplate(name: string): ScopeRecord | undefined;
  /**
   * The scopes whose template, or an alias of it, could match a name that this template matches too. One may come twice.
   *
   * @throws {StepBudgetError} when the budget is used up
   */
  overlapping(template: ScopeTemplate, budget: StepBudget): Iterable<ScopeRecord>;
  /** Whether any scope is tied to this resource URI (RFC 8707), compared exactly. */
  hasResource(uri: string): boolean;
  /** The default scopes, in any state, ordered by name. */
  defaults(): readonly ScopeRecord[];
}

/** The registered scopes in memory: names to records, and what judging needs beside. */
export class ScopeIndex implements ReadonlyScopeIndex {
  readonly #scopes = new Map<string, ScopeRecord>();
  /** Those that were asked for since their records last changed: most requests are for a few, again and again. */
  readonly #open = new Map<string, OpenScope>();
  readonly #aliases = new Map<string, ScopeRecord>();
  readonly #templates = new TemplateIndex<ScopeRecord>();
  readonly #parts = new SharedParts();
  readonly #defaults = new Map<string, ScopeRecord>();
  #orderedDefaults: readonly ScopeRecord[] | undefined;

  get size(): number {
    return this.#scopes.size;
  }

  /** How many aliases are in force, those that are templates among them. */
  get aliasCount(): number {
    return this.#aliases.size;
  }

  /** How many templates there are, those among the aliases included. */
  get templateCount(): number {
    return this.#templates.size;
  }

  get(name: string): ScopeRecord | undefined {
    return this.#scopes.get(name);
  }

  resolve(name: string): ResolvedScope | undefined {
    const own = this.#scopes.get(name);
    const scope = own ?? this.#aliases.get(name);
    if (scope === undefined) return this.#resolveInstance(name);
    if (this.#templates.size > 0 && parseTemplate(name) !== undefined) return undefined;
    return { scope, name: scope.name, isAlias: own === undefined, parameters: undefined };
  }

  open(name: string): OpenScope | undefined {
    return this.#open.get(name) ?? this.#readOpen(name);
  }

  aliasHolder(name: string): ScopeRecord | undefined {
    return this.#aliases.get(name);
  }

  matchTemplate(name: string): ScopeRecord | undefined {
    return this.#templates.match(name)?.value;
  }

  overlapping(template: ScopeTemplate, budget: StepBudget): Iterable<ScopeRecord> {
    return this.#templates.overlapping(template, budget);
  }

  /** All scopes, in no order. */
  values(): IterableIterator<ScopeRecord> {
    return this.#scopes.values();
  }

  hasResource(uri: string): boolean {
    return this.#parts.hasResource(uri);
  }

  defaults(): readonly ScopeRecord[] {
    this.#orderedDefaults ??= [...this.#defaults.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#orderedDefaults;
  }

  /** Adds a scope, or puts it in the place of the one of the same name. What is kept is an equal record, not this one. */
  set(record: ScopeRecord): void {
    const scope = this.#parts.share(record);
    const before = this.#scopes.get(scope.name);
    if (before !== undefined) this.#forget(before);
    this.#scopes.set(scope.name, scope);
    for (const alias of aliasesInForce(scope)) this.#aliases.set(alias, scope);
    for (const template of templatesOf(scope)) this.#templates.set(template, scope);
    if (scope.isDefault) {
      this.#defaults.set(scope.name, scope);
      this.#orderedDefaults = undefined;
    }
  }

  /** Takes a scope out. */
  delete(name: string): void {
    const before = this.#scopes.get(name);
    if (before === undefined) return;
    this.#forget(before);
    this.#scopes.delete(name);
  }

  #readOpen(name: string): OpenScope | undefined {
    const scope = this.#scopes.get(name);
    const open = scope && openScope(scope);
    if (open !== undefined) this.#open.set(open.name, open);
    return open;
  }

  #resolveInstance(requested: string): ResolvedScope | undefined {
    const match = this.#templates.match(requested);
    if (match === undefined) return undefined;
    const { template, value: scope, parameters } = match;
    const isAlias = template.name !== scope.name;
    const name = isAlias ? withValues(scope.name, parameters) : requested;
    // The new name of a long value can be longer than a name may be.
    if (name.length > MAX_SCOPE_NAME_LENGTH) return undefined;
    return { scope, name, isAlias, parameters };
  }

  #forget(scope: ScopeRecord): void {
    this.#open.delete(scope.name);
    // Within one revision a name may go to its next scope before it leaves this one.
    for (const alias of aliasesInForce(scope)) if (this.#aliases.get(alias) === scope) this.#aliases.delete(alias);
    for (const template of templatesOf(scope)) {
      if (this.#templates.get(template) === scope) this.#templates.delete(template);
    }
    this.#parts.release(scope);
    if (this.#defaults.delete(scope.name)) this.#orderedDefaults = undefined;
  }
}

const NO_TEMPLATES: readonly ScopeTemplate[] = [];

/** The templates among a scope's names. An alias in braces of a scope that is none is an exact name only. */
function templatesOf(scope: ScopeRecord): readonly ScopeTemplate[] {
  const template = isTemplateName(scope.name) ? parseTemplate(scope.name) : undefined;
  if (template === undefined) return NO_TEMPLATES;
  return [template, ...aliasesInForce(scope).flatMap((alias) => parseTemplate(alias) ?? [])];
}
