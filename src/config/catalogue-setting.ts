import { SettingsError } from "./settings-error.ts";

const ACCESS = ["off", "open", "sign-in"] as const;

/** Whether there is a catalogue, and who may read in it: anybody, or only who has signed in. */
export type CatalogueAccess = (typeof ACCESS)[number];

/** Reads the setting CATALOGUE. @throws {SettingsError} */
export function parseCatalogue(text: string): CatalogueAccess {
  const access = ACCESS.find((known) => known === text);
  if (access === undefined) {
    throw new SettingsError(["must be off, open (anybody may read) or sign-in"]);
  }
  return access;
}
