/** Registries and requests that were thought out by hand: each case is there for the rule in its title. */
import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import { plainClient, plainScope } from "../../../clients/typescript/test/judging/few-scopes.ts";
import { type JudgingVectors, judgeAll } from "./vector-files.ts";

const BILLING = "https://billing.example.com/";
const REPORTS = "https://reports.example.com/";
const LONG_VALUE = "v".repeat(128);

const scopes: readonly ScopeRecord[] = [
  { name: "invoices:read", description: "Read your invoices", resources: [BILLING] },
  { name: "invoices:write", description: "Change your invoices", resources: [BILLING, REPORTS] },
  { name: "openid", isDefault: true },
  { name: "reports:list", isDefault: true, resources: [REPORTS] },
  { name: "old:default", isDefault: true, state: "DISABLED" as const },
  { name: "ledger:read", state: "DEPRECATED" as const, deprecated: true, replacedBy: "invoices:read" },
  {
    name: "ledger:write",
    state: "DEPRECATED" as const,
    deprecated: true,
    sunsetTime: Date.UTC(2031, 0, 2, 3, 4, 5, 6),
  },
  {
    name: "ledger:close",
    state: "DEPRECATED" as const,
    deprecated: true,
    replacedBy: "invoices:write",
    sunsetTime: Date.UTC(2031, 0, 2),
  },
  { name: "gone", state: "DISABLED" as const, replacedBy: "invoices:read" },
  { name: "waiting", state: "PENDING" as const, aliases: ["waiting:old"] },
  {
    name: "changing",
    state: "PENDING" as const,
    proposal: { isDefault: true, restricted: false, resources: [], aliases: [] },
  },
  {
    name: "changing:deprecated",
    state: "PENDING" as const,
    deprecated: true,
    proposal: { isDefault: false, restricted: false, resources: [], aliases: [] },
  },
  { name: "secret", restricted: true, aliases: ["secret:old"] },
  { name: "files.read", aliases: ["files", "docs.read"], replacedBy: "invoices:read" },
  {
    name: "dataset:{id}:read",
    description: "Read one dataset",
    aliases: ["data:{id}:r"],
    resources: [REPORTS],
    replacedBy: "dataset:{id}:use",
    state: "DEPRECATED" as const,
    deprecated: true,
    consentTexts: {
      en: { title: "Read dataset {id}", description: "All of {id}, and {other}" },
      de: { title: "Datensatz {id} lesen", description: "" },
    },
  },
  { name: "dataset:public:read", description: "An instance that is registered under its own name" },
  { name: "vault:{owner}:{key}", restricted: true },
  { name: "long.{value}", aliases: ["l.{value}"] },
  {
    name: "profile",
    description: "Your profile",
    consentTexts: {
      en: { title: "Your profile", description: "Name and picture" },
      "de-AT": { title: "Dein Profil (AT)", description: "" },
      "zh-Hant": { title: "個人資料", description: "姓名和圖片" },
      "sr-Latn": { title: "Tvoj profil", description: "" },
    },
  },
  {
    name: "poster",
    description: "Post",
    consentTexts: { fr: { title: "Publier", description: "" }, da: { title: "Slå op", description: "" } },
  },
].map((scope) => plainScope({ description: `Use ${scope.name}`, ...scope }));

const clients: readonly ClientRecord[] = [
  { clientId: "granted", grantedScopes: ["secret", "vault:{owner}:{key}"] },
  { clientId: "granted-by-alias", grantedScopes: ["secret:old", "vault:anna:1"] },
  { clientId: "bounded", allowedScopes: ["openid", "files", "dataset:{any}:read", "ledger:{x}"] },
  {
    clientId: "bounded-to-instance",
    allowedScopes: ["dataset:7:read", "vault:anna:{x}"],
    grantedScopes: ["vault:anna:1"],
  },
  { clientId: "own-defaults", defaultScopes: ["profile", "gone", "invoices:read", "profile"] },
  { clientId: "hopeless-defaults", defaultScopes: ["gone", "nobody:has:this"] },
].map(plainClient);

const requests = [
  { title: "one open scope", request: { scopes: ["invoices:read"] } },
  {
    title: "several, in the order of the request, each once",
    request: { scopes: ["openid", "invoices:write", "openid", "invoices:read"] },
  },
  { title: "names as the scope parameter, parted by runs of spaces", request: { scope: "  openid   profile " } },
  { title: "a scope parameter of spaces alone is a malformed name, not an omitted one", request: { scope: " " } },
  { title: "names are compared with their case", request: { scopes: ["OpenID"] } },
  { title: "an unknown name refuses all", request: { scopes: ["openid", "payments:send"] } },
  {
    title: "NARROW leaves out what is refused",
    request: { scopes: ["openid", "payments:send"], mode: "VALIDATION_MODE_NARROW" },
  },
  {
    title: "NARROW with nothing left refuses",
    request: { scopes: ["payments:send", "gone"], mode: "VALIDATION_MODE_NARROW" },
  },
  {
    title: "malformed names",
    request: { scopes: ['a"b', "back\\slash", "tab\there", "ünï", "", "n".repeat(256), "😀"] },
  },
  {
    title: "at most ten refused names are described",
    request: { scopes: Array.from({ length: 13 }, (_, at) => `unknown${at}`) },
  },
  { title: "deprecated, with a replacement", request: { scopes: ["ledger:read"] } },
  { title: "deprecated, with an end in milliseconds", request: { scopes: ["ledger:write"] } },
  { title: "deprecated, with both", request: { scopes: ["ledger:close"] } },
  { title: "disabled, with a replacement", request: { scopes: ["gone"] } },
  { title: "never approved", request: { scopes: ["waiting"] } },
  { title: "an alias of one that was never approved is nobody's", request: { scopes: ["waiting:old"] } },
  { title: "a change under review leaves what was approved in force", request: { scopes: ["changing"] } },
  { title: "and granted with the warning that was approved", request: { scopes: ["changing:deprecated"] } },
  { title: "an alias grants the scope under its name", request: { scopes: ["docs.read"] } },
  { title: "an alias beside the name is granted once", request: { scopes: ["files", "files.read"] } },
  { title: "restricted, without a client", request: { scopes: ["secret"] } },
  { title: "restricted, for a client without a record", request: { scopes: ["secret"], clientId: "nobody" } },
  { title: "restricted, with a grant", request: { scopes: ["secret"], clientId: "granted" } },
  { title: "an alias of a restricted scope needs the grant too", request: { scopes: ["secret:old"] } },
  {
    title: "a grant for the alias is one for the scope",
    request: { scopes: ["secret"], clientId: "granted-by-alias" },
  },
  { title: "a grant for a template is for its instances", request: { scopes: ["vault:bert:2"], clientId: "granted" } },
  {
    title: "a grant for an instance is for no other",
    request: { scopes: ["vault:anna:1", "vault:anna:2"], clientId: "granted-by-alias", mode: "VALIDATION_MODE_NARROW" },
  },
  {
    title: "under a ceiling by name, by alias and by pattern",
    request: { scopes: ["openid", "files.read", "dataset:9:read", "ledger:read"], clientId: "bounded" },
  },
  { title: "above a ceiling", request: { scopes: ["openid", "invoices:read"], clientId: "bounded" } },
  {
    title: "a registered instance is under a pattern",
    request: { scopes: ["dataset:public:read"], clientId: "bounded" },
  },
  {
    title: "an alias of an instance is under the ceiling of the instance",
    request: { scopes: ["data:7:r", "data:8:r"], clientId: "bounded-to-instance", mode: "VALIDATION_MODE_NARROW" },
  },
  {
    title: "a ceiling and a grant have to agree",
    request: {
      scopes: ["vault:anna:1", "vault:bert:1"],
      clientId: "bounded-to-instance",
      mode: "VALIDATION_MODE_NARROW",
    },
  },
  { title: "an instance of a template, with its parameters", request: { scopes: ["dataset:42:read"] } },
  { title: "an alias of an instance", request: { scopes: ["data:a-b~@%+=_:r"] } },
  { title: "the instance that is registered goes first", request: { scopes: ["dataset:public:read"] } },
  {
    title: "a template itself cannot be asked for",
    request: { scopes: ["dataset:{id}:read", "data:{id}:r", "long.{value}"] },
  },
  {
    title: "what no value may be",
    request: { scopes: ["dataset::read", "dataset:a/b:read", "dataset:a.b:read", "dataset:ä:read", "dataset:a*:read"] },
  },
  { title: "a value of 128 characters", request: { scopes: [`long.${LONG_VALUE}`, `l.${LONG_VALUE}`] } },
  { title: "a value of 129 characters", request: { scopes: [`long.${LONG_VALUE}v`] } },
  { title: "no scope: the defaults that are tied to no resource", request: {} },
  { title: "no scope: the defaults of the requested resource", request: { resources: [REPORTS] } },
  {
    title: "no scope: nobody's resource leaves the defaults tied to none",
    request: { resources: ["https://nobody.example.com/"] },
  },
  {
    title: "no scope: the client's own defaults, in name order, without those that may not be granted",
    request: { clientId: "own-defaults" },
  },
  { title: "no scope: own defaults of which none may be granted", request: { clientId: "hopeless-defaults" } },
  {
    title: "resources: the scope is tied to the requested one",
    request: { scopes: ["invoices:write"], resources: [REPORTS] },
  },
  { title: "resources: tied to another one", request: { scopes: ["invoices:read"], resources: [REPORTS] } },
  { title: "resources: tied to none passes always", request: { scopes: ["openid"], resources: [REPORTS] } },
  {
    title: "resources that nobody has are an invalid target",
    request: { scopes: ["invoices:read"], resources: ["https://nobody.example.com/"] },
  },
  {
    title: "an invalid target only if nothing else is wrong",
    request: { scopes: ["invoices:read", "gone"], resources: ["https://nobody.example.com/"] },
  },
  {
    title: "resources are compared exactly",
    request: { scopes: ["invoices:read"], resources: ["https://BILLING.example.com/"] },
  },
  { title: "audiences in code point order", request: { scopes: ["reports:list", "invoices:read"] } },
  {
    title: "consent: the text of the language",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["en"] },
  },
  {
    title: "consent: a tag is shortened",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["zh-Hant-TW"] },
  },
  {
    title: "consent: any text of the language",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["de-CH"] },
  },
  {
    title: "consent: the second language where the first has none",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["fr", "de-AT"] },
  },
  {
    title: "consent: English where none fits",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["pl"] },
  },
  {
    title: "consent: the first tag where there is no English",
    request: { scopes: ["poster"], view: "VALIDATION_VIEW_CONSENT", locales: [] },
  },
  {
    title: "consent: tags in any case",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["SR-latn-rs"] },
  },
  {
    title: "consent: a single letter goes with what it introduces",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["de-AT-u-co-phonebk"] },
  },
  {
    title: "consent: private use is no language",
    request: { scopes: ["profile"], view: "VALIDATION_VIEW_CONSENT", locales: ["x-pig-latin"] },
  },
  {
    title: "consent: a scope without texts shows its name and description",
    request: { scopes: ["invoices:read"], view: "VALIDATION_VIEW_CONSENT", locales: ["en"] },
  },
  {
    title: "consent: an instance shows its values, and names no parameter that it has not",
    request: { scopes: ["dataset:42:read"], view: "VALIDATION_VIEW_CONSENT", locales: ["en"] },
  },
  {
    title: "consent: an instance without texts shows its own name",
    request: { scopes: ["l.7"], view: "VALIDATION_VIEW_CONSENT", locales: ["de"] },
  },
  {
    title: "consent: a refused scope has a text, an unknown one has none",
    request: { scopes: ["gone", "unknown"], view: "VALIDATION_VIEW_CONSENT", locales: ["en"] },
  },
  { title: "broken: scope and scopes", request: { scope: "openid", scopes: ["openid"] } },
  { title: "broken: too many names", request: { scopes: Array.from({ length: 1_001 }, (_, at) => `s${at}`) } },
  {
    title: "broken: a resource with a fragment, and one that is no URI",
    request: { scopes: ["openid"], resources: ["https://a.example/#b", "billing", BILLING] },
  },
  {
    title: "broken: too many resources",
    request: { resources: Array.from({ length: 21 }, (_, at) => `https://r${at}.example/`) },
  },
  { title: "broken: what is no language tag", request: { scopes: ["openid"], locales: ["english", "en"] } },
  { title: "broken: a client's name of 513 characters", request: { clientId: "c".repeat(513) } },
  { title: "broken: a mode and a view that nobody knows", request: { scopes: ["openid"], mode: 9, view: 9 } },
];

/** The cases, and what becomes of them. */
export function judgingCases(): JudgingVectors {
  return judgeAll({ scopes, clients }, requests);
}
