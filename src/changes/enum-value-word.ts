/** What the values of the contract's enums begin with, of those that stand in what is recorded of changes. */
const ENUM_PREFIX = /^(SCOPE_STATE|RESOURCE_SERVER_MODE|NAME_POLICY)_/;

/** An enum's value as a word, `read-write` for `RESOURCE_SERVER_MODE_READ_WRITE`; undefined: the text is no such value. */
export function enumValueWord(text: string): string | undefined {
  return ENUM_PREFIX.test(text) ? text.replace(ENUM_PREFIX, "").toLowerCase().replaceAll("_", "-") : undefined;
}
