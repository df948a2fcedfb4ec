import {
  checkLimit,
  isScopeName,
  isTemplateName,
  MAX_PARTY_LENGTH,
  resourceProblem,
  type Violation,
} from "@scope-registry/client/judging";
import { invalidRequest } from "../invalid-request.ts";
import { MAX_CONTACT_LENGTH, MAX_DISPLAY_NAME_LENGTH, MAX_NAME_PREFIXES, MAX_RESOURCES_HELD } from "../limits.ts";
import { textProblem } from "../text-rules.ts";
import type { ResourceServerSettings } from "./governance.ts";

const MAIL_ADDRESS = /^[^\s@<>"]+@[^\s@<>"]+$/;

/** Settings that no rule speaks against without knowing what is stored. */
export interface CheckedSettings extends ResourceServerSettings {
  readonly mode: Exclude<ResourceServerSettings["mode"], "UNRECOGNIZED">;
}

/**
 * Checks the settings of a resource server, and leaves out what they say twice.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkResourceServer(settings: ResourceServerSettings): CheckedSettings {
  const violations: Violation[] = [];
  const { name, displayName, contact, resources, namePrefixes, mode } = settings;
  const report = (field: string, description: string | undefined) => {
    if (description !== undefined) violations.push({ field: `resource_server.${field}`, description });
  };
  if (name === "") report("name", "Name is missing: give the owner name that its scopes carry");
  checkLimit(violations, "resource_server.name", name.length, MAX_PARTY_LENGTH, "characters");
  const line = { required: false, mayHaveLines: false };
  report("display_name", textProblem("Display name", displayName, { ...line, maxLength: MAX_DISPLAY_NAME_LENGTH }));
  report("contact", contactProblem(contact));
  checkLimit(violations, "resource_server.resources", resources.length, MAX_RESOURCES_HELD, "resources");
  if (resources.length <= MAX_RESOURCES_HELD) {
    resources.forEach((uri, at) => {
      report(`resources[${at}]`, resourceProblem(uri));
    });
  }
  checkLimit(violations, "resource_server.name_prefixes", namePrefixes.length, MAX_NAME_PREFIXES, "prefixes");
  if (namePrefixes.length <= MAX_NAME_PREFIXES) {
    namePrefixes.forEach((prefix, at) => {
      report(`name_prefixes[${at}]`, prefixProblem(prefix));
    });
  }
  if (mode === "UNRECOGNIZED") report("mode", "Mode is unknown: give READ_WRITE, REVIEW or READ_ONLY");
  if (violations.length > 0 || mode === "UNRECOGNIZED") throw invalidRequest(violations);
  return { ...settings, mode, resources: [...new Set(resources)], namePrefixes: [...new Set(namePrefixes)].sort() };
}

function prefixProblem(prefix: string): string | undefined {
  if (isTemplateName(prefix)) return "Prefix holds a brace: a prefix is compared as it is, leave the parameter out";
  return isScopeName(prefix)
    ? undefined
    : "Prefix is none of a scope name (RFC 6749 section 3.3): give 1 to 255 of its characters";
}

/** It is shown as a link, so that nothing but mail and https is taken. */
function contactProblem(contact: string): string | undefined {
  const problem = textProblem("Contact", contact, {
    maxLength: MAX_CONTACT_LENGTH,
    required: false,
    mayHaveLines: false,
  });
  if (problem !== undefined || contact === "" || MAIL_ADDRESS.test(contact)) return problem;
  if (URL.parse(contact)?.protocol === "https:") return undefined;
  return "Contact is neither a mail address nor an https URL: give whom to ask about its scopes";
}
