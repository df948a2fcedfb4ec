import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isForm, parseForm } from "../../src/transport/http/oauth/form-body.ts";

const NAMES = ["token", "token_type_hint"] as const;
const parse = (text: string | Uint8Array) => parseForm(Buffer.from(text), NAMES);

describe("parseForm", () => {
  it("reads what a browser would send, whatever the characters", () => {
    const value = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(value, value, value, (token, hint, other) => {
        const form = new URLSearchParams({ other, token, token_type_hint: hint }).toString();
        expect(parse(form)).toEqual({ token, token_type_hint: hint });
      }),
    );
  });

  it.each<[string, object]>([
    ["", {}],
    ["&&", {}],
    ["token", {}],
    ["token=", {}],
    ["=x", {}],
    ["token=a=b", { token: "a=b" }],
    ["t%6Fken=a+b%2B", { token: "a b+" }],
    ["token=&token=a", { token: "a" }],
    ["other=1&other=2&token=a", { token: "a" }],
    ["__proto__=x&constructor=y&token=a", { token: "a" }],
    ["token=é", { token: "é" }],
    ["\ufefftoken=a", {}],
  ])("reads %j", (text, form) => {
    expect(parse(text)).toEqual(form);
  });

  it.each(["token=a&token=b", "token=a&token=a", "t%6Fken=a&token=a"])(
    "refuses %j, naming what is there twice",
    (text) => {
      expect(() => parse(text)).toThrow(
        expect.objectContaining({
          reason: "INVALID_REQUEST",
          violations: [expect.objectContaining({ field: "token" })],
        }),
      );
    },
  );

  it.each([
    "token=%",
    "token=%zz",
    "token=%ff",
    "token=a&x=%",
    "%=1",
    "token=%u0041",
    "token=%ED%A0%80",
    Uint8Array.of(0x74, 0xff),
  ])("refuses %j, which cannot be read", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ reason: "INVALID_REQUEST", violations: [] }));
  });
});

describe("isForm", () => {
  const type = "application/x-www-form-urlencoded";
  it.each([type, type.toUpperCase(), `${type};`, `${type}; charset=UTF-8`, `${type} ;x=1; CharSet="utf8"`])(
    "takes %j",
    (text) => {
      expect(isForm(text)).toBe(true);
    },
  );
  it.each([
    null,
    "",
    "application/json",
    `${type}2`,
    `x${type}`,
    "multipart/form-data",
    `${type}; charset=latin1`,
    `${type};charset=`,
  ])("refuses %j", (text) => {
    expect(isForm(text)).toBe(false);
  });
});
