import { describe, expect, it } from "vitest";
import { fieldName } from "../../src/web/history/field-text.ts";

describe("fieldName", () => {
  it.each([
    ["is_default", "Default"],
    ["proposal.is_default", "Proposed: default"],
    ["refused_proposal.resources", "Refused: resources"],
    ["consent_texts.de-CH.title", "Consent title, de-CH"],
    ["description", "Description"],
  ])("calls %s what people call it", (field, name) => {
    expect(fieldName(field)).toBe(name);
  });
});
