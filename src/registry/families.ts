/** Templates and the names that they stand for: one owner has both, and no name is an instance of two. */
import {
  parseTemplate,
  type ScopeTemplate,
  type StepBudget,
  StepBudgetError,
  TemplateIndex,
} from "@scope-registry/client/judging";
import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import { holderOfName } from "./name-holders.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";

/** How many places of the tree of templates one plan looks at: about a fifth of a second. */
const MAX_STEPS = 200_000;

/** Nothing moves along. */
const NOTHING: ReadonlySet<string> = new Set();

/** The templates among names. */
export function templatesAmong(names: readonly string[]): readonly ScopeTemplate[] {
  return names.flatMap((name) => parseTemplate(name) ?? []);
}

/**
 * Refuses names that another's template stands for, or stood for and is reserved: a registered name would go before it.
 *
 * @param moving names that go to the owner together with these
 * @throws {RegistryError} PREFIX_NOT_OWNED, naming the holder
 */
export function refuseInstancesOfOthers(
  view: RegistryView,
  owner: string,
  names: readonly string[],
  advice: string,
  moving = NOTHING,
): void {
  const foreign = names.flatMap((name) => {
    const family = view.matchTemplate(name) ?? view.reservedFamily(name);
    const isForeign = family !== undefined && family.owner !== owner && !moving.has(family.name);
    return isForeign ? [{ name, family }] : [];
  });
  const [first] = foreign;
  if (first === undefined) return;
  const refused = foreign.map(({ name }) => name);
  const { name, owner: holder } = first.family;
  throw new RegistryError(
    "PREFIX_NOT_OWNED",
    `${namesInMessage(refused)} is an instance of ${name} of ${holder}: ${advice}`,
    { metadata: { ...namesInMetadata("scopes", refused), holder } },
  );
}

/**
 * Refuses names of a family that an administrator has disabled: an exact name would be valid beside it.
 *
 * @throws {RegistryError} NAME_IN_USE
 */
export function refuseInstancesOfDisabled(view: RegistryView, names: readonly string[]): void {
  const disabled = names.filter((name) => view.matchTemplate(name)?.disabledByAdmin === true);
  if (disabled.length === 0) return;
  throw new RegistryError(
    "NAME_IN_USE",
    `${namesInMessage(disabled)} is an instance of a template that an administrator has disabled: ask one to enable it`,
    { metadata: namesInMetadata("scopes", disabled) },
  );
}

/**
 * Refuses templates of which two, or one of them and a registered one, could match one name: it would be open which of them
 * decides. Another's reserved template counts as well.
 *
 * @throws {RegistryError} TEMPLATE_OVERLAP, REGISTRATION_TOO_LARGE
 */
export function refuseOverlaps(view: RegistryView, owner: string, templates: readonly ScopeTemplate[]): void {
  withBudget((budget) => {
    const ownIndex = new TemplateIndex<string>();
    for (const template of templates) {
      const [among] = [...ownIndex.overlapping(template, budget)];
      const [registered] = view.overlapping(template, budget);
      const other = among ?? registered?.name ?? foreignReserved(view, owner, template, budget, NOTHING);
      if (other !== undefined) throw overlap(template, other);
      ownIndex.set(template, template.name);
    }
  });
}

/**
 * Refuses to part templates of one owner that could match one name, as a registered one and a reserved one can.
 *
 * @param moving names that go to the owner together
 * @throws {RegistryError} TEMPLATE_OVERLAP, REGISTRATION_TOO_LARGE
 */
export function refusePartedTemplates(
  view: RegistryView,
  owner: string,
  templates: readonly ScopeTemplate[],
  moving: ReadonlySet<string>,
): void {
  withBudget((budget) => {
    for (const template of templates) {
      const staying = [...view.overlapping(template, budget)].find(
        (scope) => scope.owner !== owner && !moving.has(scope.name),
      );
      const other = staying?.name ?? foreignReserved(view, owner, template, budget, moving);
      if (other !== undefined) throw overlap(template, other);
    }
  });
}

function foreignReserved(
  view: RegistryView,
  owner: string,
  template: ScopeTemplate,
  budget: StepBudget,
  moving: ReadonlySet<string>,
): string | undefined {
  for (const reserved of view.reservedOverlapping(template, budget)) {
    if (reserved.owner !== owner && !moving.has(reserved.name)) return reserved.name;
  }
  return undefined;
}

function overlap({ name }: ScopeTemplate, other: string): RegistryError {
  return new RegistryError(
    "TEMPLATE_OVERLAP",
    `Templates ${name} and ${other} could match one name: let them differ in a segment that is a text in both`,
    { metadata: { scopes: name, other } },
  );
}

/**
 * Refuses an owner templates of which another has an instance: the exact name goes before the template, so that one family would
 * have two owners.
 *
 * @param moving names that go to the owner together with the templates
 * @throws {RegistryError} SCOPE_NOT_OWNED
 */
export function refuseForeignInstances(
  view: RegistryView,
  owner: string,
  templates: readonly ScopeTemplate[],
  moving = NOTHING,
): void {
  const index = new TemplateIndex<string>();
  for (const template of templates) index.set(template, template.name);
  // The names of others are not told: whoever registers need not be allowed to read them.
  const refused = new Set<string>();
  for (const head of outermost(templates.map((template) => template.head))) {
    for (const name of view.namesUnder(head)) {
      const template = index.match(name)?.value;
      const holder = template === undefined ? undefined : holderOfName(view, name);
      if (template === undefined || holder === undefined || holder.owner === owner || moving.has(name)) continue;
      refused.add(template);
    }
  }
  if (refused.size === 0) return;
  const names = [...refused];
  throw new RegistryError(
    "SCOPE_NOT_OWNED",
    `${namesInMessage(names)} would stand for a name that belongs to another resource server: let the template begin differently`,
    { metadata: namesInMetadata("scopes", names) },
  );
}

/** Of texts, those that begin with none of the others. */
function outermost(texts: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const text of [...new Set(texts)].sort()) {
    if (kept.length === 0 || !text.startsWith(kept.at(-1) as string)) kept.push(text);
  }
  return kept;
}

function withBudget(search: (budget: StepBudget) => void): void {
  try {
    search({ steps: MAX_STEPS });
  } catch (error) {
    throw error instanceof StepBudgetError ? tooAlike(error) : error;
  }
}

function tooAlike(cause: StepBudgetError): RegistryError {
  return new RegistryError("REGISTRATION_TOO_LARGE", `${cause.message}, or register fewer of them at once`, {
    metadata: { limit: String(MAX_STEPS) },
    cause,
  });
}
