/** What resource servers with dot-dynamic-scopes send: `{"name": …, "description": …, "is_default": …}`. */
import { create } from "@bufbuild/protobuf";
import type { Violation } from "@scope-registry/client/judging";
import { type RegisterScopesRequest, RegisterScopesRequestSchema } from "@scope-registry/client/messages";
import { checkRegistration } from "../../registry/check-registration.ts";
import { invalidRequest } from "../../registry/invalid-request.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { toRegistration } from "../messages/registration-messages.ts";

/** Where a violation of the request's one scope is told of the message that is made of it. */
const FIELD_OF_SCOPE = /^scopes\[0\]\./;

/**
 * The registration that a body asks for: of one scope, all others left as they are. Members that are not known are passed over,
 * and of one that is given twice the last counts, as where the protocol comes from.
 *
 * @throws {RegistryError} MALFORMED_MESSAGE; INVALID_REQUEST with every member that is missing or of a wrong type, and all that is
 *   wrong with the others
 */
export function readRegistration(body: Uint8Array): RegisterScopesRequest {
  const { name, description, is_default: isDefault } = parseObject(body);
  const violations = [
    ...textViolations("name", "Name", name),
    ...textViolations("description", "Description", description),
    ...(isDefault === undefined || typeof isDefault === "boolean" ? [] : [IS_DEFAULT_TYPE]),
  ];
  const request = create(RegisterScopesRequestSchema, {
    scopes: [
      {
        name: isText(name) ? name : FAULTLESS,
        description: isText(description) ? description : FAULTLESS,
        ...(typeof isDefault === "boolean" && { isDefault }),
      },
    ],
  });
  if (violations.length > 0) throw invalidRequest([...violations, ...brokenRules(request)]);
  return request;
}

/** Stands for a member that is wrong already, while the others are looked at. */
const FAULTLESS = "x";

/** The rules that a request breaks: those that it will be checked by. */
function brokenRules(request: RegisterScopesRequest): readonly Violation[] {
  try {
    checkRegistration(toRegistration(request));
    return [];
  } catch (error) {
    if (error instanceof RegistryError) return error.violations;
    throw error;
  }
}

/** A violation as the sender of a body knows its members. */
export function violationOfBody({ field, description }: Violation): Violation {
  return { field: field.replace(FIELD_OF_SCOPE, ""), description };
}

const IS_DEFAULT_TYPE: Violation = {
  field: "is_default",
  description: "Default is neither true nor false: give one of them, or leave it out",
};

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  const value = parseJson(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("is no JSON object");
  return value as Readonly<Record<string, unknown>>;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw malformed("is no JSON in UTF-8");
  }
}

function malformed(what: string): RegistryError {
  return new RegistryError(
    "MALFORMED_MESSAGE",
    `The body ${what}: send an object with name, description and is_default`,
  );
}

function textViolations(field: string, label: string, value: unknown): readonly Violation[] {
  if (isText(value)) return [];
  if (value === undefined) return [{ field, description: `${label} is missing: give a text` }];
  if (typeof value !== "string") return [{ field, description: `${label} is no text: give a JSON string` }];
  return [{ field, description: `${label} holds half of a surrogate pair: remove it` }];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}
