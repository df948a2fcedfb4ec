/** Names, templates, language tags and URIs, and what they are. */
import {
  canonicalLanguageTag,
  isScopeName,
  parametersIn,
  parseScopeParameter,
  parseTemplate,
  resourceProblem,
} from "@scope-registry/client/judging";

const NAMES = [
  ...["a", "!", "~", "invoices:read", "https://example.com/scope", "a[b]", "{", "dataset:{id}", "n".repeat(255)],
  ...["", " ", "a b", 'a"b', "a\\b", "a\tb", "a\n", "\u007f", "é", "😀", "n".repeat(256), "a\u0000"],
];

const SCOPE_PARAMETERS = ["", " ", "a", "a b", "  a   b ", "a\tb", "a,b", "a a"];

const TEMPLATES = [
  ...[
    "dataset:{id}",
    "dataset:{id}:read",
    "a/{b}/{c}.{d}:{e_1}",
    "x.{a}",
    ":{x}",
    "a::{x}",
    "a:{abcdefghijklmnopqrstuvwxyz012345}",
  ],
  ...["a:b:c:d:e:f:g:h:i:j:k:{x}", "a:{x}:*", "a:{x}:[y]"],
  ...["dataset", "{id}", "{id}:read", "a:{}", "a:{Id}", "a:{1d}", "a:{id}x", "a:x{id}", "a:{id", "a:id}", "a:{i-d}"],
  ...[
    "a:{x}:{x}",
    "a:{a}:{b}:{c}:{d}:{e}",
    "a:b:c:d:e:f:g:h:i:j:k:l:{x}",
    "a:{abcdefghijklmnopqrstuvwxyz0123456}",
    "a b:{x}",
  ],
];

const MATCHES = [
  ["dataset:{id}:read", "dataset:42:read"],
  ["dataset:{id}:read", "dataset:42:write"],
  ["dataset:{id}:read", "dataset:42:read:more"],
  ["dataset:{id}:read", "dataset::read"],
  ["dataset:{id}:read", "dataset:a:b:read"],
  ["dataset:{id}:read", "Dataset:42:read"],
  ["dataset:{id}:read", "dataset:{id}:read"],
  ["dataset:{id}:read", `dataset:${"v".repeat(128)}:read`],
  ["dataset:{id}:read", `dataset:${"v".repeat(129)}:read`],
  ["a/{b}/{c}.{d}:{e_1}", "a/1/2.3:4"],
  ["a/{b}/{c}.{d}:{e_1}", "a/1/2:3.4"],
  ["a:{x}:{y}", `a:${"v".repeat(128)}:${"w".repeat(126)}`],
  ["a:{x}", "a:AZaz09-_~@%+="],
  ["a:{x}", "a:b!"],
  ["a:{x}", "a:é"],
] as const;

const LANGUAGE_TAGS = [
  ...["en", "EN", "en-us", "EN-latn-us", "de-AT", "zh-hant-tw", "sr-latn-rs", "es-419", "de-1996", "sl-rozaj-biske"],
  ...["en-u-co-phonebk", "x-pig-latin", "X-Pig-Latin", "en-x-private", "und", "yue", "haw"],
  ...["iw", "in", "ji", "i-klingon", "zh-yue", "zh-min-nan", "no-bok"],
  ...[
    "",
    "e",
    "english",
    "en_US",
    "en-",
    "-en",
    "e n",
    "en--us",
    "xy",
    "en-a",
    "en-u",
    "abcd",
    "12",
    "x",
    "x-",
    "en-us-us-us",
  ],
  // The Kelvin sign and the I with a dot, whose lower cases are ASCII.
  ...["\u212aa", "i-\u212alingon", "x-\u212a", "\u0130t"],
];

const RESOURCES = [
  ...[
    "https://api.example.com/",
    "https://api.example.com/v1?x=1",
    "urn:example:api",
    "http://[::1]:8080/",
    "mcp:server",
  ],
  ...[
    "",
    "api",
    "/v1",
    "//api.example.com/",
    "https://api.example.com/#a",
    "https://api example.com/",
    "https://é.example/",
  ],
  ...[
    "https://api.example.com/%zz",
    "https://%C3%A9.example/",
    "https://a%01b.example/",
    "https://a%7Fb.example/",
    "https://%A9.example/",
    "https://[::1]]/",
    "1:x",
    `https://api.example.com/${"p".repeat(2_024)}`,
    `https://api.example.com/${"p".repeat(2_025)}`,
  ],
];

/** The names, and what they are. */
export function nameCases(): object {
  return {
    scopeNames: NAMES.map((name) => ({ name, valid: isScopeName(name) })),
    scopeParameters: SCOPE_PARAMETERS.map((scope) => ({ scope, names: parseScopeParameter(scope) })),
    templates: TEMPLATES.map((name) => ({ name, parameters: parseTemplate(name)?.parameters ?? null })),
    matches: MATCHES.map(([name, instance]) => {
      const template = parseTemplate(name);
      return { template: name, name: instance, parameters: (template && parametersIn(template, instance)) ?? null };
    }),
    languageTags: LANGUAGE_TAGS.map((tag) => ({ tag, canonical: canonicalLanguageTag(tag) ?? null })),
    resources: RESOURCES.map((uri) => ({ uri, valid: resourceProblem(uri) === undefined })),
  };
}
