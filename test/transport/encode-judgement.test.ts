import { toBinary } from "@bufbuild/protobuf";
import type { Judgement, ScopeVerdict } from "@scope-registry/client/judging";
import { ValidateScopesResponseSchema } from "@scope-registry/client/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainScope } from "../../clients/typescript/test/judging/few-scopes.ts";
import { encodeJudgement } from "../../src/transport/messages/encode-judgement.ts";
import { fromJudgement } from "../../src/transport/messages/validation-messages.ts";
import { revision, scope, text, texts } from "./any-scope.ts";

const verdict: fc.Arbitrary<ScopeVerdict> = fc.record({
  name: text,
  status: fc.constantFrom("GRANTED", "DEPRECATED", "UNKNOWN", "MALFORMED", "DISABLED", "PENDING", "NOT_ALLOWED"),
  scope: fc.option(scope, { nil: undefined }),
  grantedName: text,
  replacedBy: text,
  parameters: fc.option(fc.dictionary(text, text, { maxKeys: 3 }), { nil: undefined }),
  message: text,
  consent: fc.option(fc.record({ locale: text, text: fc.record({ title: text, description: text }) }), {
    nil: undefined,
  }),
});

const judgement: fc.Arbitrary<Judgement> = fc.record({
  valid: fc.boolean(),
  grantedScopes: texts,
  audiences: texts,
  defaultsApplied: fc.boolean(),
  verdicts: fc.array(verdict, { maxLength: 5 }),
  error: fc.constantFrom("", "invalid_scope", "invalid_target"),
  errorDescription: text,
  revision,
});

function encodedByLibrary(judged: Judgement): Buffer {
  return Buffer.from(toBinary(ValidateScopesResponseSchema, fromJudgement(judged)));
}

describe("a judgement as bytes", () => {
  it("is what the library makes of its message, byte by byte", () => {
    fc.assert(
      fc.property(judgement, (judged) => {
        expect(encodeJudgement(judged).equals(encodedByLibrary(judged))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is so when it is larger than any before, and when it is too large to hold its scopes", () => {
    const of = (count: number, name: string): Judgement => ({
      valid: true,
      grantedScopes: [],
      audiences: [],
      defaultsApplied: false,
      verdicts: Array.from({ length: count }, (_, at) => ({
        name: `${name}${at}`,
        status: "GRANTED",
        scope: plainScope({ name, description: "é".repeat(1_000) }),
        grantedName: name,
        replacedBy: "",
        parameters: undefined,
        message: "",
        consent: undefined,
      })),
      error: "",
      errorDescription: "",
      revision: 7,
    });
    for (const judged of [of(100, "some"), of(1_000, "many"), of(1_000, "n".repeat(2_000)), of(1, "few")]) {
      expect(encodeJudgement(judged).equals(encodedByLibrary(judged))).toBe(true);
    }
    expect(encodeJudgement(of(1_000, "many")).length).toBeGreaterThan(1024 * 1024);
  });

  it("is refused where its message is", () => {
    const judged: Judgement = {
      valid: false,
      grantedScopes: [],
      audiences: [],
      defaultsApplied: false,
      verdicts: Array.from({ length: 1_000 }, () => ({
        name: "a",
        status: "UNKNOWN",
        scope: undefined,
        grantedName: "",
        replacedBy: "",
        parameters: undefined,
        message: "m".repeat(5_000),
        consent: undefined,
      })),
      error: "invalid_scope",
      errorDescription: "",
      revision: 7,
    };
    const refusal = expect.objectContaining({ reason: "MESSAGE_TOO_LARGE" });
    expect(() => encodeJudgement(judged)).toThrow(refusal);
    expect(() => fromJudgement(judged)).toThrow(refusal);
  });
});
