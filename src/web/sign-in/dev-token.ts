import type { CatalogueConfig } from "../registry/catalogue-config.ts";

const TOKEN_IN_FRAGMENT = /^#token=([\w.~+/-]+=*)$/;

/**
 * The token in the page's URL, which `npm start` prints in dev mode: undefined where there is none, or it is not dev mode. It is
 * taken out of the URL and the tab's history at once, in whatever mode.
 */
export function takeDevToken({ dev }: Pick<CatalogueConfig, "dev">): string | undefined {
  const { pathname, search, hash } = location;
  const token = TOKEN_IN_FRAGMENT.exec(hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(history.state, "", pathname + search);
  return dev && pathname === "/sign-in" ? token : undefined;
}
