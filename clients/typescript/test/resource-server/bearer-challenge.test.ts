import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatChallenge } from "../../src/resource-server/bearer-challenge.ts";
import { readChallenge } from "./challenge-reader.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.stringMatching(/^[ "\\,=\r\n]{0,8}$/));
const scopeName = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,20}$/);
const metadataUrl = "https://billing.example.com/.well-known/oauth-protected-resource";

describe("a Bearer challenge", () => {
  it("parses back to what was said, whatever that is", () => {
    fc.assert(
      fc.property(anyText, fc.array(scopeName, { minLength: 1 }), (errorDescription, scopes) => {
        const value = formatChallenge({ error: "invalid_token", errorDescription, scopes, metadataUrl });
        expect(readChallenge(value)).toEqual({
          error: "invalid_token",
          error_description: errorDescription.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "?"),
          scope: scopes.join(" "),
          resource_metadata: metadataUrl,
        });
      }),
      { numRuns: 500 },
    );
  });

  it("can be put in a header, whatever it says", () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText), anyText, (errorDescription, scopes, url) => {
        const value = formatChallenge({ error: "invalid_token", errorDescription, scopes, metadataUrl: url });
        expect(new Headers({ "www-authenticate": value }).get("www-authenticate")).toBe(value);
        expect(readChallenge(value)["error"]).toBe("invalid_token");
      }),
    );
  });

  it("says nothing of an error where there is none", () => {
    expect(formatChallenge({ scopes: [], metadataUrl })).toBe(`Bearer resource_metadata="${metadataUrl}"`);
  });
});
