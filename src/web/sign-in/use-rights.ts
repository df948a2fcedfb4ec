import { useCatalogue } from "../catalogue.ts";

/** What the page offers to who looks at it. What one really may, the registry decides with each call. */
export interface Rights {
  /** Whether one may act on everybody's scopes. */
  readonly admin: boolean;
  /** Whether one may act on scopes of one's own. */
  readonly owner: boolean;
  /** Whether one may see the history and who uses a scope: all of it, or of one's own scopes. */
  readonly history: boolean;
}

/** What the token's scopes allow. */
export function useRights(): Rights {
  const { config, session } = useCatalogue();
  const admin = session.scopes.has(config.scopes.admin);
  const owner = session.scopes.has(config.scopes.register);
  return { admin, owner, history: admin || owner };
}
