import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  instantiate,
  isTemplateName,
  parametersIn,
  parseTemplate,
  type ScopeTemplate,
  templateProblem,
  templateTextProblem,
} from "../../src/judging/index.ts";
import { fewTemplates, names, parametersByContract } from "./few-templates.ts";

function template(name: string): ScopeTemplate {
  const parsed = parseTemplate(name);
  if (parsed === undefined) throw new Error(`${name} is no template`);
  return parsed;
}

describe("the grammar of templates", () => {
  it.each([
    ["dataset:{id}:read", "dataset:", ["id"]],
    ["https://api.example.com/{tenant}/{id_2}", "https://api.example.com/", ["tenant", "id_2"]],
    ["a.{p}/{q}:{r}.{s}", "a.", ["p", "q", "r", "s"]],
    [":{p}", ":", ["p"]],
    ["a::{p}:", "a::", ["p"]],
    [`a:{${"p".repeat(32)}}`, "a:", ["p".repeat(32)]],
    ["a:b:c:d:e:f:g:h:i:j:{p}:l", "a:b:c:d:e:f:g:h:i:j:", ["p"]],
  ])("takes %s", (name, head, parameters) => {
    expect(templateProblem(name)).toBeUndefined();
    expect(parseTemplate(name)).toEqual({ name, head, parameters });
  });

  it.each([
    ["{id}:read", "begin with a text"],
    ["{id}", "begin with a text"],
    ["a:{id}x", "belongs to no parameter"],
    ["a:x{id}", "belongs to no parameter"],
    ["a:{id", "belongs to no parameter"],
    ["a:id}", "belongs to no parameter"],
    ["a:{}", "belongs to no parameter"],
    ["a:{{id}}", "belongs to no parameter"],
    ["a:{id}{other}", "belongs to no parameter"],
    ["a:{Id}", "belongs to no parameter"],
    ["a:{1d}", "belongs to no parameter"],
    ["a:{i-d}", "belongs to no parameter"],
    ["a:{i:d}", "belongs to no parameter"],
    ["a:{__proto__}", "belongs to no parameter"],
    [`a:{${"p".repeat(33)}}`, "belongs to no parameter"],
    ["a:{p}:{p}", "{p} is in it twice"],
    ["a:{p}:{q}:{r}:{s}:{t}", "at most 4"],
    ["a:b/c.d:e:f:g:h:i:j:k:l:{p}", "It has 13 segments"],
    ["a:{p}:::::::::::", "It has 13 segments"],
  ])("refuses %s", (name, problem) => {
    expect(isTemplateName(name)).toBe(true);
    expect(templateProblem(name)).toContain(problem);
    expect(parseTemplate(name)).toBeUndefined();
  });

  it("has no template without a brace, and none that is no scope-token", () => {
    expect(isTemplateName("a:b")).toBe(false);
    for (const name of ["a:b", "", 'a":{p}', "a b:{p}", `${"n".repeat(252)}:{p}`])
      expect(parseTemplate(name)).toBeUndefined();
  });
});

describe("an instance of a template", () => {
  const dataset = template("dataset:{id}:read");

  it.each(["1", "A-z_~@%+=9", "constructor", "v".repeat(128)])("has %s as a value", (id) => {
    const name = `dataset:${id}:read`;
    expect(parametersIn(dataset, name)).toEqual({ id });
    expect(instantiate(dataset, { id })).toBe(name);
  });

  it.each(["", "a:b", "a/b", "a.b", "*", "{id}", "a b", "<b>", "é", "a\n", '"', "v".repeat(129)])(
    "never has %j as a value",
    (id) => {
      expect(parametersIn(dataset, `dataset:${id}:read`)).toBeUndefined();
    },
  );

  it("is no longer than a scope name", () => {
    const long = template("a:{p}:{q}");
    expect(parametersIn(long, `a:${"p".repeat(128)}:${"q".repeat(124)}`)).toBeDefined();
    expect(parametersIn(long, `a:${"p".repeat(128)}:${"q".repeat(125)}`)).toBeUndefined();
  });

  it("is what the grammar says, and nothing else", () => {
    fc.assert(
      fc.property(fewTemplates, names, (any, name) => {
        const parameters = parametersIn(any, name);
        expect(parameters).toEqual(parametersByContract(any.name, name));
        if (parameters !== undefined) expect(instantiate(any, parameters)).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a text of a template", () => {
  const dataset = template("dataset:{id}:{op}");

  it("may name its parameters, ten times", () => {
    for (const text of ["", "Read it", "Do {op} with {id}", "{id}".repeat(10)]) {
      expect(templateTextProblem(text, dataset)).toBeUndefined();
    }
    expect(templateTextProblem("{id}".repeat(11), dataset)).toContain("11 times: at most 10");
  });

  it.each(["{other}", "{id", "id}", "{{id}}", "{ id }", "{}", "{constructor}", "{Id}"])("may not have %s", (text) => {
    expect(templateTextProblem(`Read ${text}`, dataset)).toMatch(/is no parameter of|belongs to no parameter/);
  });
});
