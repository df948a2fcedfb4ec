import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_TOKEN_LENGTH, readCredentials } from "../../src/resource-server/bearer-credentials.ts";

describe("the credentials of a request", () => {
  it("are the scheme in any case, spaces, and one token68", () => {
    const token68 = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{1,40}={0,2}$/);
    fc.assert(
      fc.property(fc.mixedCase(fc.constant("bearer")), fc.stringMatching(/^ {1,3}$/), token68, (scheme, gap, token) => {
        expect(readCredentials(`${scheme}${gap}${token}`)).toEqual({ kind: "token", token });
        expect(readCredentials([`${scheme}${gap}${token}`], "/a?b=c")).toEqual({ kind: "token", token });
      }),
    );
  });

  it.each([undefined, [], "", " ", "Bearer", "Bearer ", "Basic dTpw", "DPoP abc", "Bearerabc", " Bearer abc"])(
    "are none in %j",
    (header) => {
      expect(readCredentials(header)).toEqual({ kind: "none" });
    },
  );

  it.each(["Bearer a b", "Bearer a,b", "Bearer a, Bearer b", "Bearer é", "Bearer a\nb", "Bearer =", 'Bearer "a"'])(
    "are malformed in %j",
    (header) => {
      expect(readCredentials(header).kind).toBe("malformed");
    },
  );

  it("are malformed if there are two, if they stand in the URL, and if they are too long", () => {
    expect(readCredentials(["Bearer a", "Bearer a"]).kind).toBe("malformed");
    expect(readCredentials(undefined, "/a?x=1&access_token=a").kind).toBe("malformed");
    expect(readCredentials("Bearer a", "https://billing.example.com/a?access_token").kind).toBe("malformed");
    expect(readCredentials("Bearer a", "/access_token?my_access_token=a").kind).toBe("token");
    expect(readCredentials(`Bearer ${"a".repeat(MAX_TOKEN_LENGTH)}`).kind).toBe("token");
    expect(readCredentials(`Bearer ${"a".repeat(MAX_TOKEN_LENGTH + 1)}`).kind).toBe("malformed");
  });
});
