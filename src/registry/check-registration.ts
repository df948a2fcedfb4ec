import {
  type ConsentText,
  canonicalLanguageTag,
  isScopeName,
  isTemplateName,
  MAX_RESOURCES,
  parseTemplate,
  resourceProblem,
  templateTextProblem,
  type Violation,
} from "@scope-registry/client/judging";
import { checkAliases } from "./check-aliases.ts";
import { invalidRequest } from "./invalid-request.ts";
import {
  LATEST_TIME,
  MAX_CONSENT_TEXTS,
  MAX_CONSENT_TEXTS_PER_REGISTRATION,
  MAX_DESCRIPTION_LENGTH,
  MAX_DISPLAY_NAME_LENGTH,
  MAX_SCOPES_PER_REGISTRATION,
  MAX_TITLE_LENGTH,
} from "./limits.ts";
import type { Registration, ScopeDefinition } from "./registration.ts";
import { scopeNameProblem, textProblem } from "./text-rules.ts";

/**
 * Checks what can be told of a registration without knowing what is stored, and brings it into canonical form: resources
 * in code point order and each once, aliases in order, language tags in their canonical form and in order.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkRegistration(registration: Registration): Registration {
  const check = new Checker();
  // Past a limit of the whole nothing more is looked at: the one violation is enough, and the work stays bounded.
  const scopes = check.request(registration) ? check.definitions(registration.scopes) : [];
  if (check.violations.length > 0) throw invalidRequest(check.violations);
  return { ...registration, scopes };
}

class Checker {
  readonly violations: Violation[] = [];

  /** Checks all but the definitions. Says whether these are few enough to be looked at. */
  request(registration: Registration): boolean {
    const { scopes, mode, release, displayName, expectedRevision } = registration;
    if (scopes.length > MAX_SCOPES_PER_REGISTRATION) {
      this.#add(
        "scopes",
        `${scopes.length} scopes are too many: register at most ${MAX_SCOPES_PER_REGISTRATION} at once`,
      );
    }
    if (mode === "UNRECOGNIZED") this.#add("mode", "Mode is unknown: give MERGE or REPLACE");
    if (scopes.length === 0 && mode === "MERGE") this.#add("scopes", "No scope is given: name at least one");
    if (!Number.isSafeInteger(release)) this.#add("release", "Release is too large: give at most 2^53 - 1");
    if (expectedRevision !== undefined && !Number.isSafeInteger(expectedRevision)) {
      this.#add("expected_revision", "Revision is too large: give one that the registry has answered");
    }
    this.#text("display_name", "Display name", displayName, MAX_DISPLAY_NAME_LENGTH, false, false);
    const texts = scopes.reduce((sum, { consentTexts }) => sum + Object.keys(consentTexts).length, 0);
    if (texts > MAX_CONSENT_TEXTS_PER_REGISTRATION) {
      const limit = MAX_CONSENT_TEXTS_PER_REGISTRATION;
      this.#add("scopes", `${texts} consent texts are too many: register at most ${limit} at once`);
    }
    return scopes.length <= MAX_SCOPES_PER_REGISTRATION && texts <= MAX_CONSENT_TEXTS_PER_REGISTRATION;
  }

  definitions(scopes: readonly ScopeDefinition[]): readonly ScopeDefinition[] {
    const seen = new Map<string, number>();
    checkAliases(this.violations, scopes);
    return scopes.map((definition, at) => this.#definition(definition, `scopes[${at}]`, seen, at));
  }

  #definition(definition: ScopeDefinition, path: string, seen: Map<string, number>, at: number): ScopeDefinition {
    this.#report(`${path}.name`, scopeNameProblem(definition.name));
    const twin = seen.get(definition.name);
    if (twin === undefined) seen.set(definition.name, at);
    else if (definition.name !== "") this.#add(`${path}.name`, `Name stands at scopes[${twin}] too: give each once`);
    this.#text(`${path}.description`, "Description", definition.description, MAX_DESCRIPTION_LENGTH, true, true);
    this.#replacement(definition, path);
    if (definition.isDefault === true && isTemplateName(definition.name)) {
      this.#add(`${path}.is_default`, "A template cannot be a default, as it stands for no one scope: leave it out");
    }
    this.#sunset(definition.sunsetTime, path);
    return {
      ...definition,
      resources: this.#resources(definition.resources, path),
      consentTexts: this.#consentTexts(definition, path),
      aliases: definition.aliases.length > 1 ? [...definition.aliases].sort() : definition.aliases,
    };
  }

  #replacement({ name, replacedBy }: ScopeDefinition, path: string): void {
    if (replacedBy === undefined || replacedBy === "") return;
    if (!isScopeName(replacedBy)) {
      this.#add(`${path}.replaced_by`, "Replacement is no scope name (RFC 6749 section 3.3)");
    } else if (replacedBy === name) {
      this.#add(`${path}.replaced_by`, "Replacement is the scope itself: name another one, or leave it out");
    }
  }

  #sunset(time: number | undefined, path: string): void {
    if (time !== undefined && !(time >= 0 && time <= LATEST_TIME)) {
      this.#add(`${path}.sunset_time`, "Time is out of range: give one from 1970-01-01 to 9999-12-31");
    }
  }

  #resources(resources: readonly string[], path: string): readonly string[] {
    if (resources.length > MAX_RESOURCES) {
      this.#add(`${path}.resources`, `${resources.length} resources are too many: give at most ${MAX_RESOURCES}`);
      return resources;
    }
    resources.forEach((uri, at) => {
      this.#report(`${path}.resources[${at}]`, resourceProblem(uri));
    });
    return resources.length > 1 ? [...new Set(resources)].sort() : resources;
  }

  #consentTexts({ name, consentTexts: texts }: ScopeDefinition, path: string): Readonly<Record<string, ConsentText>> {
    const template = parseTemplate(name);
    const given = Object.entries(texts);
    if (given.length === 0) return texts;
    if (given.length > MAX_CONSENT_TEXTS) {
      this.#add(`${path}.consent_texts`, `${given.length} languages are too many: give at most ${MAX_CONSENT_TEXTS}`);
      return texts;
    }
    const canonical = new Map<string, ConsentText>();
    for (const [tag, text] of given) {
      // A tag is data from a stranger: only one that is well-formed is repeated in the path.
      const language = canonicalLanguageTag(tag);
      const field = language === undefined ? `${path}.consent_texts` : `${path}.consent_texts["${tag}"]`;
      if (language === undefined) this.#add(field, "A key is no BCP 47 language tag (RFC 5646): write it like en-US");
      else if (canonical.has(language)) this.#add(field, `Language ${language} is given twice: give each once`);
      else canonical.set(language, text);
      this.#text(`${field}.title`, "Title", text.title, MAX_TITLE_LENGTH, true, false);
      this.#text(`${field}.description`, "Description", text.description, MAX_DESCRIPTION_LENGTH, false, true);
      if (template === undefined) continue;
      this.#report(`${field}.title`, templateTextProblem(text.title, template));
      this.#report(`${field}.description`, templateTextProblem(text.description, template));
    }
    return Object.fromEntries([...canonical].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #text(field: string, label: string, text: string, maxLength: number, required: boolean, mayHaveLines: boolean): void {
    this.#report(field, textProblem(label, text, { maxLength, required, mayHaveLines }));
  }

  #report(field: string, problem: string | undefined): void {
    if (problem !== undefined) this.#add(field, problem);
  }

  #add(field: string, description: string): void {
    this.violations.push({ field, description });
  }
}
