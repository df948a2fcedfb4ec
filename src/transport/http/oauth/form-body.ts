import type { Violation } from "@scope-registry/client/judging";
import { invalidRequest } from "../../../registry/invalid-request.ts";
import { RegistryError } from "../../../registry/registry-error.ts";

/** The parameters of a form that were given; those without a value count as left out (RFC 6749 §3.1). */
export type Form<Name extends string> = Readonly<Partial<Record<Name, string>>>;

const MEDIA_TYPE = /^application\/x-www-form-urlencoded[\t ]*(?:;(.*))?$/i;
const CHARSET = /(?:^|;)[\t ]*charset[\t ]*=[\t ]*"?([^";\t ]*)"?/i;

/** Whether a content type is that of a form in UTF-8, which a form is in that does not say (RFC 6749 appendix B). */
export function isForm(contentType: string | null): boolean {
  const match = MEDIA_TYPE.exec(contentType ?? "");
  if (match === null) return false;
  const [, charset = "utf-8"] = CHARSET.exec(match[1] ?? "") ?? [];
  return /^utf-?8$/i.test(charset);
}

/**
 * Reads a body as `application/x-www-form-urlencoded`. Parameters of other names are passed over.
 *
 * @throws {RegistryError} INVALID_REQUEST if it is none, or if a parameter is there twice (RFC 6749 §3.2)
 */
export function parseForm<Name extends string>(body: Uint8Array, names: readonly Name[]): Form<Name> {
  const form: Partial<Record<string, string>> = {};
  const repeated = new Set<string>();
  for (const [name, value] of decode(body)) {
    if (!(names as readonly string[]).includes(name) || value === "") continue;
    if (form[name] !== undefined) repeated.add(name);
    form[name] = value;
  }
  const violations = [...repeated].map(
    (field): Violation => ({ field, description: "It is there twice: give it once" }),
  );
  if (violations.length > 0) throw invalidRequest(violations);
  return form as Form<Name>;
}

function decode(body: Uint8Array): readonly (readonly [string, string])[] {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    return text.split("&").map((parameter) => {
      const at = parameter.indexOf("=");
      const [name, value] = at < 0 ? [parameter, ""] : [parameter.slice(0, at), parameter.slice(at + 1)];
      return [decodePart(name), decodePart(value)];
    });
  } catch {
    throw new RegistryError("INVALID_REQUEST", "The form cannot be read: percent-encode its values, in UTF-8");
  }
}

/** Strictly, as a token of which a part is lost would be another one. */
function decodePart(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
