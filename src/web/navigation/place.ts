/** The places of the catalogue and their URLs: everything that narrows what is seen is in the URL, so that it can be sent to somebody. */

/** What a list of scopes is narrowed to. Of several values of a kind, one has to hold. */
export interface ScopeQuery {
  /** Words, all of which have to be found. */
  readonly text: string;
  readonly owners: readonly string[];
  readonly states: readonly StateName[];
  readonly resources: readonly string[];
  readonly defaultsOnly: boolean;
}

/** The states of scopes, as they stand in URLs. */
export const STATE_NAMES = ["active", "deprecated", "disabled", "pending"] as const;

/** One of {@link STATE_NAMES}. */
export type StateName = (typeof STATE_NAMES)[number];

/** What the history is narrowed to; empty: not by that. */
export interface ChangesQuery {
  readonly scope: string;
  readonly resourceServer: string;
  readonly actor: string;
  readonly client: string;
  readonly kind: string;
}

/** Where one is. */
export type Place =
  | { readonly page: "scopes"; readonly query: ScopeQuery }
  | { readonly page: "scope"; readonly name: string }
  | { readonly page: "resource-servers" }
  | { readonly page: "resource-server"; readonly name: string }
  | { readonly page: "changes"; readonly query: ChangesQuery }
  | { readonly page: "change"; readonly revision: string }
  | { readonly page: "reviews" }
  | { readonly page: "clients" }
  | { readonly page: "client"; readonly id: string }
  | { readonly page: "sign-in" }
  | { readonly page: "signed-in" }
  | { readonly page: "unknown" };

/** All scopes. */
export const ALL_SCOPES: ScopeQuery = { text: "", owners: [], states: [], resources: [], defaultsOnly: false };

/** The whole history. */
export const ALL_CHANGES: ChangesQuery = { scope: "", resourceServer: "", actor: "", client: "", kind: "" };

const CHANGES_PARAMETERS = [
  ["scope", "scope"],
  ["resourceServer", "resource_server"],
  ["actor", "actor"],
  ["client", "client"],
  ["kind", "kind"],
] as const satisfies readonly (readonly [keyof ChangesQuery, string])[];

/** The place at a URL. */
export function placeOf({ pathname, searchParams }: Pick<URL, "pathname" | "searchParams">): Place {
  const [, collection = "", ...rest] = pathname.split("/");
  const item = itemOf(rest.join("/"), searchParams);
  switch (collection) {
    case "":
      return { page: "scopes", query: scopeQueryOf(searchParams) };
    case "scopes":
      return item === "" ? { page: "scopes", query: scopeQueryOf(searchParams) } : { page: "scope", name: item };
    case "resource-servers":
      return item === "" ? { page: "resource-servers" } : { page: "resource-server", name: item };
    case "changes":
      return item === "" ? { page: "changes", query: changesQueryOf(searchParams) } : changeOf(item);
    case "clients":
      return item === "" ? { page: "clients" } : { page: "client", id: item };
    case "reviews":
      return item === "" ? { page: "reviews" } : { page: "unknown" };
    case "sign-in":
      return item === "" ? { page: "sign-in" } : item === "callback" ? { page: "signed-in" } : { page: "unknown" };
    default:
      return { page: "unknown" };
  }
}

/** The URL of a place, from the page's root. */
export function hrefOf(place: Place): string {
  switch (place.page) {
    case "scopes":
      return withParameters(isWhole(place.query) ? "/" : "/scopes", scopeParameters(place.query));
    case "scope":
      return itemHref("/scopes", place.name);
    case "resource-server":
      return itemHref("/resource-servers", place.name);
    case "changes":
      return withParameters("/changes", changesParameters(place.query));
    case "change":
      return `/changes/${place.revision}`;
    case "client":
      return itemHref("/clients", place.id);
    case "signed-in":
      return "/sign-in/callback";
    case "unknown":
      return "/";
    default:
      return `/${place.page}`;
  }
}

function changeOf(item: string): Place {
  return /^[1-9]\d{0,15}$/.test(item) ? { page: "change", revision: item } : { page: "unknown" };
}

function itemOf(rest: string, parameters: URLSearchParams): string {
  if (rest === "") return parameters.get("name") ?? "";
  try {
    return decodeURIComponent(rest);
  } catch {
    // What is not encoded as it should be is the name that it looks like.
    return rest;
  }
}

/** Browsers take `.` and `..` out of a path, encoded too, so that these two names stand behind it. */
function itemHref(collection: string, item: string): string {
  if (item === "." || item === "..") return `${collection}/?name=${item}`;
  return `${collection}/${encodeURIComponent(item)}`;
}

function scopeQueryOf(parameters: URLSearchParams): ScopeQuery {
  const states = parameters.getAll("state");
  return {
    text: parameters.get("q") ?? "",
    owners: parameters.getAll("owner"),
    states: STATE_NAMES.filter((state) => states.includes(state)),
    resources: parameters.getAll("resource"),
    defaultsOnly: parameters.get("default") === "true",
  };
}

function scopeParameters({ text, owners, states, resources, defaultsOnly }: ScopeQuery): [string, string][] {
  return [
    ...(text === "" ? [] : [["q", text] as [string, string]]),
    ...owners.map((owner): [string, string] => ["owner", owner]),
    ...states.map((state): [string, string] => ["state", state]),
    ...resources.map((resource): [string, string] => ["resource", resource]),
    ...(defaultsOnly ? [["default", "true"] as [string, string]] : []),
  ];
}

function changesQueryOf(parameters: URLSearchParams): ChangesQuery {
  const given = CHANGES_PARAMETERS.map(([key, parameter]) => [key, parameters.get(parameter) ?? ""]);
  return Object.fromEntries(given) as unknown as ChangesQuery;
}

function changesParameters(query: ChangesQuery): [string, string][] {
  return CHANGES_PARAMETERS.map(([key, parameter]): [string, string] => [parameter, query[key]]).filter(
    ([, value]) => value !== "",
  );
}

function isWhole(query: ScopeQuery): boolean {
  return scopeParameters(query).length === 0;
}

function withParameters(path: string, parameters: [string, string][]): string {
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters)}`;
}
