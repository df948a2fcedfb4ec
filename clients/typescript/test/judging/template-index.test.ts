import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTemplate, type ScopeTemplate, StepBudgetError, TemplateIndex } from "../../src/judging/index.ts";
import { commonInstance, fewTemplates, names, parametersByContract } from "./few-templates.ts";

const BUDGET = 1_000_000;

function indexOf(templates: Iterable<ScopeTemplate>): TemplateIndex<string> {
  const index = new TemplateIndex<string>();
  for (const template of templates) index.set(template, template.name);
  return index;
}

function templatesNamed(...all: readonly string[]): ScopeTemplate[] {
  return all.map(parseTemplate).filter((template) => template !== undefined);
}

/** What the templates of an index are, by their instances: names of parameters make no difference. */
function shapeOf({ name }: ScopeTemplate): string {
  return name.replace(/\{\w+\}/g, "{}");
}

const steps = fc.array(fc.tuple(fc.constantFrom("set", "set", "set", "delete"), fewTemplates), { maxLength: 20 });

describe("an index of templates", () => {
  it("matches a name if one of its templates does, with that one's parameters, after any changes", () => {
    fc.assert(
      fc.property(steps, fc.array(names, { minLength: 1, maxLength: 10 }), (changes, asked) => {
        const index = new TemplateIndex<string>();
        const model = new Map<string, ScopeTemplate>();
        for (const [what, template] of changes) {
          if (what === "set") {
            index.set(template, template.name);
            model.set(shapeOf(template), template);
          } else {
            index.delete(template);
            model.delete(shapeOf(template));
          }
        }
        expect(index.size).toBe(model.size);
        for (const [, template] of changes) expect(index.get(template)).toBe(model.get(shapeOf(template))?.name);
        for (const name of asked) {
          const match = index.match(name);
          const matching = [...model.values()].filter((one) => parametersByContract(one.name, name) !== undefined);
          expect(match !== undefined).toBe(matching.length > 0);
          if (match === undefined) continue;
          expect(matching.map((one) => one.name)).toContain(match.value);
          expect(match.template.name).toBe(match.value);
          expect(match.parameters).toEqual(parametersByContract(match.value, name));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("matches a template of twelve segments, and nothing longer", () => {
    const alike = ["a:{p}:c:d:e/{q}.g:h:i:j:k:{r}", "a:{p}:c:d:e/{q}.g:h:i:j:k/l"];
    const index = indexOf(templatesNamed("a:{p}:::::::::{q}:", ...alike, "b:{p}"));
    expect(index.match("a:1:::::::::2:")?.parameters).toEqual({ p: "1", q: "2" });
    expect(index.match("a:1:c:d:e/2.g:h:i:j:k:3")?.parameters).toEqual({ p: "1", q: "2", r: "3" });
    expect(index.match("a:1:c:d:e/2.g:h:i:j:k/l")?.parameters).toEqual({ p: "1", q: "2" });
    for (const name of ["a:1:::::::::2::", "a:1:c:d:e/2.g:h:i:j:k:3:l", `b:1${":".repeat(200)}`]) {
      expect(index.match(name)).toBeUndefined();
    }
  });

  it("answers the same whatever the order in which templates came", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fewTemplates, { selector: shapeOf, maxLength: 8 }), names, (templates, name) => {
        expect(indexOf(templates).match(name)).toEqual(indexOf(templates.toReversed()).match(name));
      }),
      { numRuns: 1_000 },
    );
  });

  it("tells of each template that could match a name which another one matches too, and of no other", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fewTemplates, { selector: shapeOf, maxLength: 10 }),
        fewTemplates,
        (templates, one) => {
          const told = [...indexOf(templates).overlapping(one, { steps: BUDGET })];
          const meeting = templates.filter((other) => commonInstance(one, other) !== undefined);
          expect(told.sort()).toEqual(meeting.map(({ name }) => name).sort());
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("has one template for a name at the most, where none was added that overlaps", () => {
    fc.assert(
      fc.property(fc.array(fewTemplates, { maxLength: 10 }), fc.array(names, { maxLength: 10 }), (templates, asked) => {
        const index = new TemplateIndex<string>();
        const added: ScopeTemplate[] = [];
        for (const template of templates) {
          if ([...index.overlapping(template, { steps: BUDGET })].length > 0) continue;
          index.set(template, template.name);
          added.push(template);
        }
        const instances = added.map(({ name }) => name.replace(/\{\w+\}/g, "b"));
        for (const name of [...asked, ...instances]) {
          expect(added.filter((one) => parametersByContract(one.name, name)).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("finds an overlap behind a literal segment, and none where separators or values differ", () => {
    const index = indexOf(templatesNamed("a:{x}:read", "a:b:c:{x}", "d:{x}"));
    const overlapping = (name: string) =>
      templatesNamed(name).flatMap((one) => [...index.overlapping(one, { steps: BUDGET })]);
    expect(overlapping("a:b:{y}")).toEqual(["a:{x}:read"]);
    expect(overlapping("a:{p}:{q}")).toEqual(["a:{x}:read"]);
    expect(overlapping("a:{p}:c:{q}")).toEqual(["a:b:c:{x}"]);
    expect(overlapping("a/{x}:read")).toEqual([]);
    expect(overlapping("a:*:{y}")).toEqual([]);
    expect(overlapping("a::{y}")).toEqual([]);
    expect(overlapping(`a:${"v".repeat(128)}:{y}`)).toEqual(["a:{x}:read"]);
    expect(overlapping(`a:${"v".repeat(129)}:{y}`)).toEqual([]);
    expect(overlapping("d:{x}:{y}")).toEqual([]);
  });

  it("looks at no more places than it may", () => {
    const many = Array.from({ length: 1_000 }, (_, at) => `a:b${at}:{x}`);
    const index = indexOf(templatesNamed(...many));
    const [wide, narrow] = templatesNamed("a:{p}:c", "a:b7:{q}") as [ScopeTemplate, ScopeTemplate];
    const budget = { steps: 100 };
    expect(() => [...index.overlapping(wide, budget)]).toThrow(StepBudgetError);
    expect(budget.steps).toBe(0);
    expect([...index.overlapping(wide, { steps: 2_000 })]).toHaveLength(1_000);
    expect([...index.overlapping(narrow, { steps: 10 })]).toEqual(["a:b7:{x}"]);
  });

  it("compares what is added after it was first asked to, and no longer what is gone", () => {
    const index = indexOf(templatesNamed("a:{x}"));
    const [one, other] = templatesNamed("a:{p}", "b:{p}") as [ScopeTemplate, ScopeTemplate];
    expect([...index.overlapping(one, { steps: BUDGET })]).toEqual(["a:{x}"]);
    index.set(other, "added");
    index.delete(one);
    expect([...index.overlapping(one, { steps: BUDGET })]).toEqual([]);
    expect([...index.overlapping(other, { steps: BUDGET })]).toEqual(["added"]);
  });

  it("gives memory back: templates that came and went leave nothing to be looked at", () => {
    const index = new TemplateIndex<number>();
    const templates = templatesNamed(...Array.from({ length: 500 }, (_, at) => `a:b${at}:{x}:c:{y}`));
    const [wide] = templatesNamed("a:{p}:{x}:c:{y}") as [ScopeTemplate];
    expect([...index.overlapping(wide, { steps: 1 })]).toEqual([]);
    for (const [at, template] of templates.entries()) index.set(template, at);
    for (const template of templates) index.delete(template);
    expect(index.size).toBe(0);
    expect([...index.overlapping(wide, { steps: 0 })]).toEqual([]);
  });
});
