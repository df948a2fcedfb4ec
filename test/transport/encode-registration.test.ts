import { toBinary } from "@bufbuild/protobuf";
import { RegisterScopesResponseSchema } from "@scope-registry/client/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainScope } from "../../clients/typescript/test/judging/few-scopes.ts";
import type { RegistrationAnswer } from "../../src/registry/registration.ts";
import { encodeRegistrationAnswer } from "../../src/transport/messages/encode-registration.ts";
import { fromRegistrationAnswer } from "../../src/transport/messages/registration-messages.ts";
import { revision, scope, text } from "./any-scope.ts";

const answer: fc.Arbitrary<RegistrationAnswer> = fc.record({
  results: fc.array(
    fc.record({
      name: text,
      outcome: fc.constantFrom("CREATED", "UPDATED", "UNCHANGED", "DISABLED", "SUPERSEDED"),
      scope: fc.option(scope, { nil: undefined }),
    }),
    { maxLength: 5 },
  ),
  revision,
  contentHash: text,
});

function encodedByLibrary(registered: RegistrationAnswer): Buffer {
  return Buffer.from(toBinary(RegisterScopesResponseSchema, fromRegistrationAnswer(registered, false)));
}

describe("what became of a registration, as bytes", () => {
  it("is what the library makes of its message, byte by byte", () => {
    fc.assert(
      fc.property(answer, (registered) => {
        expect(encodeRegistrationAnswer(registered).equals(encodedByLibrary(registered))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is so where it is too large to hold the scopes", () => {
    const large = plainScope({ description: "é".repeat(1_000) });
    const results = Array.from({ length: 5_000 }, () => ({
      name: large.name,
      outcome: "CREATED" as const,
      scope: large,
    }));
    const registered = { results, revision: 1, contentHash: "" };
    expect(encodeRegistrationAnswer(registered).equals(encodedByLibrary(registered))).toBe(true);
    expect(encodeRegistrationAnswer(registered).length).toBeLessThan(1024 * 1024);
  });
});
