import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Calls } from "./registry/calls.ts";
import type { CatalogueConfig } from "./registry/catalogue-config.ts";
import type { Feed } from "./registry/feed.ts";
import type { Session } from "./sign-in/session.ts";

/** What every part of the page stands on. */
export interface Catalogue {
  readonly config: CatalogueConfig;
  readonly session: Session;
  readonly calls: Calls;
  readonly feed: Feed;
}

const CatalogueContext = createContext<Catalogue | undefined>(undefined);

/** Gives the parts below what they stand on. */
export const CatalogueProvider = CatalogueContext.Provider;

/** What this part stands on. */
export function useCatalogue(): Catalogue {
  const catalogue = useContext(CatalogueContext);
  if (catalogue === undefined) throw new Error("A part of the page stands outside of it");
  return catalogue;
}
