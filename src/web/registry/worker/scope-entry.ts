import { isTemplateName } from "@scope-registry/client/judging";
import type { ScopeRow } from "../feed.ts";
import { foldText } from "./fold-text.ts";
import type { NumberedValues } from "./numbered-values.ts";
import type { FeedScope } from "./read-scope.ts";

/** As many characters of a description are kept as a line of a list may show; all of it is searched. */
const SHOWN_CHARACTERS = 300;

/** A scope as the worker keeps it: what a list shows of it, and what it is found by. */
export interface ScopeEntry {
  readonly row: ScopeRow;
  /** By number. */
  readonly owner: number;
  readonly resources: readonly number[];
  /** The name, the aliases, and the owner with the description, folded, a line each. */
  readonly text: string;
  /** Where in `text` the name ends. */
  readonly nameEnd: number;
  /** Where in `text` the aliases end. */
  readonly aliasesEnd: number;
}

/** The owners and resources that there are. */
export interface ScopeValues {
  readonly owners: NumberedValues;
  readonly resources: NumberedValues;
}

/**
 * Makes an entry.
 *
 * @param changedAt see {@link ScopeRow.changedAt}
 * @param before the entry before it, of which it shares what is the same
 */
export function scopeEntry(
  scope: FeedScope,
  { owners, resources }: ScopeValues,
  changedAt: number,
  before?: ScopeEntry,
): ScopeEntry {
  const { name, description, owner, aliases, isProposed } = scope;
  const found = `${name}\n${aliases.join(" ")}`;
  return {
    row: {
      name,
      description: shortened(description),
      owner: before?.row.owner === owner ? before.row.owner : owner,
      state: scope.state,
      isDefault: scope.isDefault,
      restricted: scope.restricted,
      unlisted: scope.unlisted,
      isTemplate: isTemplateName(name),
      isProposed,
      replacedBy: scope.replacedBy,
      changedAt,
    },
    owner: owners.numberOf(owner),
    resources: sharedNumbers(
      scope.resources.map((resource) => resources.numberOf(resource)),
      before?.resources,
    ),
    // Names are of ASCII: folded they are as long as before.
    text: foldText(`${found}\n${owner} ${description}`),
    nameEnd: name.length,
    aliasesEnd: found.length,
  };
}

function shortened(description: string): string {
  return description.length <= SHOWN_CHARACTERS ? description : `${description.slice(0, SHOWN_CHARACTERS)}…`;
}

function sharedNumbers(numbers: readonly number[], before: readonly number[] = []): readonly number[] {
  return numbers.length === before.length && numbers.every((number, at) => number === before[at]) ? before : numbers;
}
