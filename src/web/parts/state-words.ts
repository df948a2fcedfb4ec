import type { StateName } from "../navigation/place.ts";

/** The states of scopes, as they are shown. */
export const STATE_WORDS: Readonly<Record<StateName, string>> = {
  active: "Active",
  deprecated: "Deprecated",
  disabled: "Disabled",
  pending: "Waits for review",
};
