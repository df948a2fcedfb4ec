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
/** The most other names of a scope. */
export const MAX_ALIASES = 20;
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
/** The latest time that can be given, in milliseconds since 1970-01-01T00:00:00Z: what a protobuf Timestamp holds. */
export const LATEST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** The most characters of a contact. */
export const MAX_CONTACT_LENGTH = 320;
/** The most name prefixes that one resource server may hold. */
export const MAX_NAME_PREFIXES = 100;
/** The most entries of a client's ceiling. */
export const MAX_ALLOWED_SCOPES = 1_000;
/** The most scopes that a client has as its own defaults. */
export const MAX_CLIENT_DEFAULTS = 100;
/** The most scopes that one client may hold a grant for. */
export const MAX_GRANTS = 5_000;
/** The most of them that are one resource server's, as far as that grants them itself: others are to have room. */
export const MAX_GRANTS_OF_OWNER = 1_000;
