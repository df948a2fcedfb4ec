import { parametersIn, parseTemplate } from "@scope-registry/client/judging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleValues, instanceWith } from "../../src/web/scope/example-instance.ts";
import { searchesFor, templateBeginnings } from "../../src/web/scope/names-like.ts";

const segment = fc.string({ unit: fc.constantFrom(..."ab1-_~@"), minLength: 1, maxLength: 5 });
const separator = fc.constantFrom(":", "/", ".");

/** A template, as short or long as one can be. */
const anyTemplate = fc
  .tuple(
    segment,
    fc.array(fc.tuple(separator, segment), { maxLength: 7 }),
    fc.uniqueArray(fc.constantFrom("id", "tenant", "project_name", "x"), { minLength: 1, maxLength: 4 }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([first, rest, parameters, places]) => {
    const parts = rest.map(([between, text]) => between + text);
    for (const parameter of parameters) {
      const place = (places.next().value ?? 0) % (parts.length + 1);
      parts.splice(place, 0, `:{${parameter}}`);
    }
    return first + parts.join("");
  });

describe("What templates begin with that a name is an instance of", () => {
  it("is among the beginnings of the name", () => {
    fc.assert(
      fc.property(anyTemplate, (name) => {
        const template = parseTemplate(name);
        const instance = instanceWith(name, exampleValues(name));
        expect(template).toBeDefined();
        expect(templateBeginnings(instance ?? "")).toContain(`${template?.head}{`);
      }),
    );
  });

  it("ends with a separator and a brace", () => {
    expect(templateBeginnings("dataset:42/rows.read")).toEqual(["dataset:{", "dataset:42/{", "dataset:42/rows.{"]);
    expect(templateBeginnings("openid")).toEqual([]);
  });
});

describe("What to search for in place of a name", () => {
  it("is the name, and less and less of it", () => {
    expect(searchesFor("invoices:read.all")).toEqual(["invoices read all", "invoices read", "invoices"]);
    expect(searchesFor(":")).toEqual([]);
  });
});

describe("The example of a family", () => {
  it("is an instance of it, however long the family's name is", () => {
    fc.assert(
      fc.property(anyTemplate, fc.nat(240), (short, padding) => {
        const name = `${"p".repeat(padding)}${short}`.slice(-255);
        const template = parseTemplate(name);
        fc.pre(template !== undefined);
        const instance = instanceWith(name, exampleValues(name));
        expect(template && parametersIn(template, instance ?? "")).toEqual(exampleValues(name));
      }),
    );
  });

  it("is none with a value that no parameter can have", () => {
    expect(instanceWith("dataset:{id}:read", { id: "4:2" })).toBeUndefined();
    expect(instanceWith("dataset:{id}:read", { id: "" })).toBeUndefined();
    expect(instanceWith("dataset:{id}:read", { id: "x".repeat(129) })).toBeUndefined();
    expect(instanceWith("dataset:{id}:read", { id: "42" })).toBe("dataset:42:read");
  });

  it("is the scope itself where that is no family", () => {
    expect(instanceWith("invoices:read", {})).toBe("invoices:read");
  });
});
