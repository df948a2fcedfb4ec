/** Fields of the contract and their values, in words. */
import type { JsonValue } from "@bufbuild/protobuf";
import { enumValueWord } from "../../changes/enum-value-word.ts";
import { dateText } from "../time-text.ts";

const NAMES: Readonly<Record<string, string>> = {
  is_default: "Default",
  replaced_by: "Replaced by",
  sunset_time: "Sunset",
  disabled_by_admin: "Disabled by an administrator",
  display_name: "Display name",
  name_prefixes: "Prefixes",
  may_set_defaults: "May set defaults",
  allowed_scopes: "Ceiling",
  default_scopes: "Defaults",
  granted_scopes: "Grants",
  names: "New names",
};

/** Elsewhere, what looks like an enum's value is a text that somebody has written. */
const ENUM_FIELDS = new Set(["state", "mode", "names"]);

const CONSENT = /^consent_texts\.(.+)\.(title|description)$/;
const PROPOSED = /^proposal\./;
const REFUSED = /^refused_proposal\./;

/** What a field is called. @param field its path, as `changedFields` gives it */
export function fieldName(field: string): string {
  const [, language, part] = CONSENT.exec(field) ?? [];
  if (language !== undefined) return `Consent ${part === "title" ? "title" : "text"}, ${language}`;
  if (PROPOSED.test(field)) return `Proposed: ${fieldName(field.replace(PROPOSED, "")).toLowerCase()}`;
  if (REFUSED.test(field)) return `Refused: ${fieldName(field.replace(REFUSED, "")).toLowerCase()}`;
  return NAMES[field] ?? sentence(field);
}

/** A value that is a text by itself, as people wrote it; undefined: it is of a few values only, or a list. */
export function writtenText(value: JsonValue | undefined, field: string): string | undefined {
  if (value === undefined) return "";
  return typeof value === "string" && shortText(value, field) === undefined ? value : undefined;
}

/** A value that needs no comparison: yes or no, a state, a number, a time; undefined: it is a text or a list. */
export function shortText(value: JsonValue | undefined, field: string): string | undefined {
  if (value === undefined || value === "") return "None";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return undefined;
  if (field.endsWith("_time")) return dateText(new Date(value));
  if (field === "release") return value;
  const word = ENUM_FIELDS.has(field) ? enumValueWord(value) : undefined;
  return word === undefined ? undefined : (WORDS[word] ?? sentence(word));
}

/** Where a word says less than it should. */
const WORDS: Readonly<Record<string, string>> = { pending: "Waits for review" };

function sentence(word: string): string {
  const words = word.replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
