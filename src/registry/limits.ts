/** The most scopes that one registration may name. */
export const MAX_SCOPES_PER_REGISTRATION = 5_000;
/** The most scopes that one REPLACE disables: with those that it names, an answer still holds all their names. */
export const MAX_REMOVALS = 5_000;
/** The most characters of a scope's or a consent text's description. */
export const MAX_DESCRIPTION_LENGTH = 1_000;
/** The most characters of a consent text's title. */
export const MAX_TITLE_LENGTH = 200;
/** The most characters of a resource server's display name. */
export const MAX_DISPLAY_NAME_LENGTH = 200;
/** The most languages of a scope's consent texts. */
export const MAX_CONSENT_TEXTS = 64;
/** The most consent texts that one registration may bring: looking at each costs some microseconds. */
export const MAX_CONSENT_TEXTS_PER_REGISTRATION = 20_000;
/** The most resources that one resource server may hold. */
export const MAX_RESOURCES_HELD = 1_000;
/** The most characters of a hint at a token's type. */
export const MAX_HINT_LENGTH = 64;
/** How much of scopes one answer brings: clients take messages of 4 MiB by default. */
export const MAX_ANSWER_BYTES = 3.5 * 1024 * 1024;
/** How many scopes a page has when the request does not say. */
export const DEFAULT_PAGE_SIZE = 100;
/** The most scopes that a page has. */
export const MAX_PAGE_SIZE = 1_000;
/** The most characters of a registry's identity. */
export const MAX_REGISTRY_ID_LENGTH = 64;
