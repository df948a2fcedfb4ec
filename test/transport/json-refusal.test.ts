import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { type RefusalReason, RegistryError } from "../../src/registry/registry-error.ts";
import { jsonRefusal } from "../../src/transport/http/json-refusal.ts";

async function answered(error: RegistryError) {
  const { status, header, body } = jsonRefusal(error, error.violations);
  return { status, headers: Object.fromEntries(header), body: JSON.parse(body === undefined ? "" : await text(body)) };
}

describe("a refusal in plain HTTP and JSON", () => {
  it.each<[RefusalReason, number, string]>([
    ["INVALID_REQUEST", 400, "invalid_request"],
    ["MALFORMED_MESSAGE", 400, "malformed_message"],
    ["TOKEN_MISSING", 401, "token_missing"],
    ["TOKEN_INVALID", 401, "invalid_token"],
    ["SCOPE_MISSING", 403, "insufficient_scope"],
    ["SCOPE_NOT_OWNED", 403, "scope_not_owned"],
    ["REGISTRATION_CLOSED", 409, "registration_closed"],
    ["MESSAGE_TOO_LARGE", 413, "message_too_large"],
    ["OVERLOADED", 429, "overloaded"],
    ["INTERNAL", 500, "internal"],
    ["STORE_UNAVAILABLE", 503, "store_unavailable"],
    ["SHUTTING_DOWN", 503, "shutting_down"],
    ["DEADLINE_EXCEEDED", 504, "deadline_exceeded"],
  ])("has for %s the status %d", async (reason, status, error) => {
    const answer = await answered(new RegistryError(reason, "Do this", { cause: new Error("inside") }));
    expect(answer).toMatchObject({ status, body: { error, error_description: "Do this" } });
    expect(Object.keys(answer.body)).toHaveLength(2);
    expect(answer.headers["content-length"]).toBe(String(JSON.stringify(answer.body).length));
  });

  it("tells when to come again, in whole seconds that are not too few", async () => {
    const { headers } = await answered(new RegistryError("OVERLOADED", "Later", { retryAfterMs: 1_001 }));
    expect(headers["retry-after"]).toBe("2");
  });

  it("has every violation, in the description as well", async () => {
    const violations = [
      { field: "name", description: "Name is missing" },
      { field: "", description: "Two is too many" },
    ];
    const { body } = await answered(new RegistryError("INVALID_REQUEST", "name: and 1 more", { violations }));
    expect(body).toEqual({
      error: "invalid_request",
      error_description: "name: Name is missing; Two is too many",
      violations,
    });
  });
});
