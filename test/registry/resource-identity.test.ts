import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resourceIdentity } from "../../src/registry/resource-identity.ts";

describe("the identity of a resource", () => {
  it.each([
    ["the case of scheme and host", "HTTPS://API.Example.COM/v1", "https://api.example.com/v1"],
    ["the default port", "https://api.example.com:443/v1", "https://api.example.com/v1"],
    ["an empty path", "https://api.example.com", "https://api.example.com/"],
    ["dot segments", "https://api.example.com/a/./b/../v1", "https://api.example.com/a/v1"],
    ["encoded dot segments", "https://api.example.com/a/%2e%2E/v1", "https://api.example.com/v1"],
    ["what need not be encoded", "https://api.example.com/%7Euser/%61", "https://api.example.com/~user/a"],
    ["the case of encodings", "https://api.example.com/%c3%a4", "https://api.example.com/%C3%A4"],
    ["the scheme's case without a host", "URN:billing", "urn:billing"],
  ])("does not depend on %s", (_what, one, other) => {
    expect(resourceIdentity(one)).toBe(resourceIdentity(other));
  });

  it.each([
    ["the scheme", "http://api.example.com/", "https://api.example.com/"],
    ["the port", "https://api.example.com:8443/", "https://api.example.com/"],
    ["the path's case", "https://api.example.com/V1", "https://api.example.com/v1"],
    ["a slash at the end of a path", "https://api.example.com/v1/", "https://api.example.com/v1"],
    ["the query", "https://api.example.com/?a", "https://api.example.com/"],
    ["an encoded delimiter", "https://api.example.com/a%2Fb", "https://api.example.com/a/b"],
  ])("depends on %s", (_what, one, other) => {
    expect(resourceIdentity(one)).not.toBe(resourceIdentity(other));
  });

  it("of what is no URI is the text itself, and the identity of an identity is itself", () => {
    expect(resourceIdentity("scope-registry")).toBe("scope-registry");
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()), (uri) => {
        expect(resourceIdentity(resourceIdentity(uri))).toBe(resourceIdentity(uri));
      }),
    );
  });
});
