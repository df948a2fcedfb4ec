import fc from "fast-check";
import type { AskedScope, Surroundings } from "../../src/web/snippets/snippet.ts";

/** Where the registry is, in tests of snippets that reach none. */
export const SURROUNDINGS: Surroundings = {
  grpcAddress: "registry.example.com:50051",
  grpcTls: false,
  httpOrigin: "https://registry.example.com",
  audience: "https://registry.example.com",
  dev: false,
  issuers: [{ issuer: "https://login.example.com", authorizationEndpoint: undefined, tokenEndpoint: undefined }],
  validateScope: "scope_registry.validate",
};

/** The characters of a scope-token (RFC 6749 §3.3). */
const NAME_CHARACTERS = Array.from({ length: 0x7f - 0x21 }, (_, at) => String.fromCharCode(0x21 + at)).filter(
  (character) => character !== '"' && character !== "\\",
);

/** What a URI may hold that a shell or a string could read something into. */
const URI_CHARACTERS = Array.from("abc019-._~:/?[]@!$&'()*+,;=%27");

/** Any name that can be registered, those that a shell would read something into among them. */
export const anyName = fc.oneof(
  fc.string({ unit: fc.constantFrom(...NAME_CHARACTERS), minLength: 1, maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(..."'$`!~=#&;|<>()*?-{}"), minLength: 1, maxLength: 12 }),
);

/** Any scope to ask for. */
export const anyAskedScope: fc.Arbitrary<AskedScope> = fc.record({
  name: anyName,
  resources: fc.array(
    fc.string({ unit: fc.constantFrom(...URI_CHARACTERS), minLength: 1, maxLength: 30 }).map((rest) => `urn:${rest}`),
    { maxLength: 3 },
  ),
  restricted: fc.boolean(),
});
