import { MAX_PARAMETER_LENGTH, type ScopeTemplate, valueEnd } from "./scope-template.ts";
import { allSlots, findSlot, type Slot, type Slots } from "./template-paths.ts";

/** How many more places a search may look at. */
export interface StepBudget {
  steps: number;
}

/** A search came to the end of its {@link StepBudget}. */
export class StepBudgetError extends Error {
  override readonly name = "StepBudgetError";

  constructor() {
    super("Too many templates are alike to be compared: let them differ before their first parameter");
  }
}

/** The key of every parameter, without the separator that follows. No literal segment holds a brace. */
const ANY = "{}";
const OPENING_BRACE = "{".charCodeAt(0);

/** The path that templates are compared by: their segments, each with the separator that follows; the last one has none. */
export function segmentsOf({ name }: ScopeTemplate): readonly string[] {
  const anonymous = name.replace(/\{[^}]*\}/g, ANY);
  const segments = anonymous.split(/(?<=[:/.])/);
  return separatorOf(anonymous) === "" ? segments : [...segments, ""];
}

/**
 * The values of all templates in a tree of such paths that could match a name which a template matches too.
 *
 * @throws {StepBudgetError} when the budget is used up
 */
export function overlappingIn<T>(root: Slots<T>, template: ScopeTemplate, budget: StepBudget): Iterable<T> {
  return overlappingBelow(root, template.name, segmentsOf(template), 0, budget);
}

function* overlappingBelow<T>(
  slots: Slots<T>,
  name: string,
  path: readonly string[],
  depth: number,
  budget: StepBudget,
): Iterable<T> {
  const key = path[depth] ?? "";
  for (const slot of mayMeet(slots, key)) {
    if (budget.steps <= 0) throw new StepBudgetError();
    budget.steps--;
    if (!meet(slot.key, key)) continue;
    if (slot.below !== undefined) yield* overlappingBelow(slot.below, name, path, depth + 1, budget);
    else if (meet(slot.name, name)) yield slot.value;
  }
}

/** The slots that a segment could meet; where it is a parameter, all there are. */
function mayMeet<T>(slots: Slots<T>, key: string): Iterable<Slot<T>> {
  if (key.startsWith(ANY)) return allSlots(slots);
  return [findSlot(slots, key), findSlot(slots, ANY + separatorOf(key))].filter((slot) => slot !== undefined);
}

/**
 * Whether a name could be an instance of both, templates or segments of them. It walks along both and cuts nothing out, as it is
 * done for each place of a search.
 */
function meet(a: string, b: string): boolean {
  let atA = 0;
  let atB = 0;
  while (atA < a.length && atB < b.length) {
    const codeA = a.charCodeAt(atA);
    const codeB = b.charCodeAt(atB);
    if (codeA === OPENING_BRACE || codeB === OPENING_BRACE) {
      // A parameter begins a segment, and so the other one is at the beginning of its segment too.
      const lengthA = fillingLength(a, atA);
      const lengthB = fillingLength(b, atB);
      if (lengthA === 0 || lengthB === 0) return false;
      atA += lengthA;
      atB += lengthB;
    } else {
      if (codeA !== codeB) return false;
      atA++;
      atB++;
    }
  }
  return atA === a.length && atB === b.length;
}

/** How long a parameter is, or a text that could be its value; 0: there is neither. */
function fillingLength(text: string, start: number): number {
  if (text.charCodeAt(start) === OPENING_BRACE) return text.indexOf("}", start) + 1 - start;
  const length = valueEnd(text, start) - start;
  return length <= MAX_PARAMETER_LENGTH ? length : 0;
}

function separatorOf(key: string): string {
  const last = key.at(-1) ?? "";
  return last === ":" || last === "/" || last === "." ? last : "";
}
