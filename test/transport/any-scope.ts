/** Scopes with anything in them that a record can hold, and more. */
import type { ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import { plainScope } from "../../clients/typescript/test/judging/few-scopes.ts";

/** Texts, short and long, of any characters. */
export const text = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme-ascii", minLength: 60, maxLength: 300 }),
);
/** Lists of them. */
export const texts = fc.array(text, { maxLength: 4 });
const time = fc.oneof(fc.constant(0), fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }));
/** Revisions. */
export const revision = fc.oneof(fc.constant(1), fc.nat(), fc.maxSafeNat());

const proposal = fc.option(
  fc.record({ isDefault: fc.boolean(), restricted: fc.boolean(), resources: texts, aliases: texts }),
  { nil: undefined },
);

/** Scopes. */
export const scope: fc.Arbitrary<ScopeRecord> = fc
  .record({
    name: text,
    description: text,
    isDefault: fc.boolean(),
    owner: text,
    state: fc.constantFrom("ACTIVE", "DEPRECATED", "DISABLED", "PENDING"),
    restricted: fc.boolean(),
    resources: texts,
    consentTexts: fc.dictionary(text, fc.record({ title: text, description: text }), { maxKeys: 2 }),
    deprecated: fc.boolean(),
    replacedBy: text,
    sunsetTime: fc.option(time, { nil: undefined }),
    unlisted: fc.boolean(),
    aliases: texts,
    disabledByAdmin: fc.boolean(),
    proposal,
    refusedProposal: proposal,
    createTime: time,
    updateTime: time,
    revision,
  })
  .map(plainScope);
