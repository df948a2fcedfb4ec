import { canonicalLanguageTag, chooseConsentText, parseScopeParameter } from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";
import { parseAcceptLanguage } from "./accept-language.ts";
import { listed } from "./oauth-request.ts";
import type { ProviderNames } from "./provider-names.ts";

/** What the provider's `interactionDetails` gives, as far as consent texts need it. */
export interface ConsentInteraction {
  /** The parameters of the authorization request: `scope`, `resource` and `ui_locales` are read. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What the user is asked for. Its `missingResourceScopes` are the scopes that are not granted yet, by resource. */
  readonly prompt: { readonly name: string; readonly details: Readonly<Record<string, unknown>> };
}

/** A scope, as the consent page shows it. The texts are plain text of the scope's owner: escape them for HTML. */
export interface ConsentItem {
  readonly name: string;
  readonly title: string;
  /** May be empty. */
  readonly description: string;
  /** The language of the texts as a BCP 47 tag; empty where the scope has no consent texts. */
  readonly locale: string;
  /** The resources that the user is asked about for this scope. */
  readonly resources: readonly string[];
  readonly deprecated: boolean;
}

/**
 * The registered scopes that an interaction asks the user to consent to, in the best of the languages that the client
 * (`ui_locales`, OpenID Connect Core §3.1.2.1) and then the browser (`Accept-Language`) name.
 */
export function consentItems(
  replica: ScopeReplica,
  names: ProviderNames,
  { params, prompt }: ConsentInteraction,
  acceptLanguage: string,
): readonly ConsentItem[] {
  const uiLocales = typeof params["ui_locales"] === "string" ? params["ui_locales"].split(" ") : [];
  const locales = [...uiLocales, ...parseAcceptLanguage(acceptLanguage)].flatMap(
    (tag) => canonicalLanguageTag(tag) ?? [],
  );
  const missing = prompt.details["missingResourceScopes"];
  // Where nothing is missing, the user is asked once more (`prompt=consent`): for all that is requested.
  const asked =
    missing === undefined && prompt.name === "consent" ? requestedResources(names, params) : missingResources(missing);
  return [...asked].map(([name, resources]) => {
    const resolved = replica.resolve(name);
    // It is gone since the page was asked for: the request will be refused, and until then its name is shown.
    if (resolved === undefined) return { name, title: name, description: "", locale: "", resources, deprecated: false };
    const { scope } = resolved;
    const { locale, text } = chooseConsentText(scope, locales, resolved);
    return { name, ...text, locale, resources, deprecated: scope.deprecated || scope.state === "DEPRECATED" };
  });
}

type ResourcesByName = ReadonlyMap<string, readonly string[]>;

function requestedResources(names: ProviderNames, { scope, resource }: ConsentInteraction["params"]): ResourcesByName {
  const registered = parseScopeParameter(typeof scope === "string" ? scope : "").filter((name) => !names.isOwn(name));
  const resources = listed(resource);
  return new Map(registered.map((name) => [name, resources.filter((uri) => names.reaches(name, uri))]));
}

function missingResources(missing: unknown): ResourcesByName {
  const byName = new Map<string, string[]>();
  for (const [resource, names] of Object.entries(missing ?? {})) {
    for (const name of names) byName.set(name, [...(byName.get(name) ?? []), resource]);
  }
  return byName;
}
