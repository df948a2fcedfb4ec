import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PrefixClaims } from "../../src/registry/prefix-claims.ts";

const prefixes = fc.constantFrom("a", "a.", "a.b", "a.b:", "a~", "A", "b:", "b:c:", "~", "~~");
const texts = fc.oneof(prefixes, fc.constantFrom("", "a.b:c", "a.c", "b", "b:c:d", "c", "!"));
const change = fc.record({
  what: fc.constantFrom("add", "add", "remove"),
  holder: fc.constantFrom("billing-api", "shop-api"),
  prefixes: fc.array(prefixes, { maxLength: 3 }),
  asked: texts,
});

function claim([prefix, holder]: readonly [string, string]) {
  return { prefix, holder };
}

describe("claims to name prefixes", () => {
  it("are what was added and not removed, whatever text they are asked by after each change", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const claims = new PrefixClaims();
        const model = new Map<string, string>();
        for (const { what, holder, prefixes, asked } of changes) {
          if (what === "add") claims.add(holder, prefixes);
          else claims.remove(prefixes);
          for (const prefix of prefixes) {
            if (what === "add") model.set(prefix, holder);
            else model.delete(prefix);
          }
          const all = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
          expect([...claims.under(asked)]).toEqual(all.filter(([prefix]) => prefix.startsWith(asked)).map(claim));
          const over = all.filter(([prefix]) => asked.startsWith(prefix)).map(claim);
          if (over.length === 0) expect(claims.over(asked)).toBeUndefined();
          else expect(over).toContainEqual(claims.over(asked));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
