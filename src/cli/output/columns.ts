/** The columns of the tables that more than one command prints. */
import type { Scope, ScopeUsage } from "@scope-registry/client";
import type { Column } from "./table.ts";
import { clientWords, stateStyle, stateWord, traitWords } from "./words.ts";

/** A table of scopes. */
export const SCOPE_COLUMNS: readonly Column<Scope>[] = [
  { title: "NAME", text: ({ name }) => name, style: () => "bold" },
  { title: "STATE", text: stateWord, style: stateStyle },
  { title: "OWNER", text: ({ owner }) => owner },
  { title: "TRAITS", text: traitWords },
  { title: "DESCRIPTION", text: ({ description }) => description },
];

/** A table of who uses scopes. */
export const USAGE_COLUMNS: readonly Column<ScopeUsage>[] = [
  { title: "NAME", text: ({ name }) => name, style: () => "bold" },
  { title: "IN USE", text: ({ inUse }) => (inUse ? "yes" : "no"), style: ({ inUse }) => (inUse ? "yellow" : "green") },
  { title: "LAST VALIDATED", text: ({ lastValidatedDay }) => lastValidatedDay || "never" },
  { title: "GRANTS", text: ({ grantCount }) => String(grantCount) },
  { title: "DEFAULT", text: ({ isDefault }) => (isDefault ? "yes" : "no") },
  { title: "CLIENTS", text: ({ clientIds }) => clientWords(clientIds) },
  { title: "GRANTED TO", text: ({ grantedClientIds }) => clientWords(grantedClientIds) },
];
