import type { ChangeKind } from "@scope-registry/client/messages";
import type { ChangesQuery } from "../navigation/place.ts";
import { CHANGE_KINDS } from "./change-kinds.ts";

/** What ListChanges is asked for. */
export interface ChangeFilters {
  readonly scope: string;
  readonly resourceServer: string;
  readonly actor: string;
  readonly clientId: string;
  readonly kinds: ChangeKind[];
}

/** The filters of a query. A kind that there is none of narrows nothing. */
export function changeFilters({ scope, resourceServer, actor, client, kind }: ChangesQuery): ChangeFilters {
  const kinds = CHANGE_KINDS.filter(({ word }) => word === kind).map((known) => known.kind);
  return { scope, resourceServer, actor, clientId: client, kinds };
}
