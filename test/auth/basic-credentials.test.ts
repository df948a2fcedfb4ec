import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basicAuthorization, basicCredentials } from "../../src/auth/introspection-clients/basic-credentials.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";

const basic = (text: string | Uint8Array) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("basicCredentials", () => {
  it("reads what was encoded, whatever the characters", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, text, (clientId, secret) => {
        expect(basicCredentials(basicAuthorization({ clientId, secret }))).toEqual({ clientId, secret });
      }),
    );
  });

  it.each([
    [basic("a:b"), "a", "b"],
    [basic("a:b:c"), "a", "b:c"],
    [basic(":"), "", ""],
    [basic("a+b:c%2Bd%3A%25"), "a b", "c+d:%"],
    [basic("a:b").replace("Basic ", "bAsIc   "), "a", "b"],
    ["Basic YTpi", "a", "b"],
    ["Basic YTpiYw==", "a", "bc"],
    ["Basic YTpiYw", "a", "bc"],
    [basic("%E2%82%AC:ä"), "€", "ä"],
  ])("reads %j", (header, clientId, secret) => {
    expect(basicCredentials(header)).toEqual({ clientId, secret });
  });

  it.each([undefined, "", "Bearer x", "Basicx YTpi", "basics", " Basic YTpi", "Digest x"])(
    "leaves %j to others",
    (header) => {
      expect(basicCredentials(header)).toBeUndefined();
    },
  );

  it.each([
    "Basic",
    "Basic ",
    "Basic !",
    "Basic YTpi YTpi",
    "Basic YTpi,",
    "Basic YT:pi",
    "Basic YTpiY",
    "Basic YTpiYw===",
    "Basic YTpi-_",
    basic("ab"),
    basic("a:%"),
    basic("a:%zz"),
    basic("%ff:b"),
    basic(Uint8Array.of(0x61, 0x3a, 0xff)),
  ])("refuses %j without repeating it", (header) => {
    const read = () => basicCredentials(header);
    expect(read).toThrow(RegistryError);
    expect(read).toThrow(expect.objectContaining({ reason: "CLIENT_INVALID", cause: undefined }));
  });

  it("reads or refuses any header", () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        try {
          basicCredentials(`Basic ${rest}`);
        } catch (error) {
          expect(error).toMatchObject({ reason: "CLIENT_INVALID" });
        }
      }),
    );
  });
});
