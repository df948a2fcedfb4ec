/** The two methods that the catalogue reads by, at paths of their own, where anybody may call them. */
import { ScopeRegistry } from "@scope-registry/client/messages";
import type { ArrivalBudget } from "../../arrival-budget.ts";
import type { CallPipeline } from "../../call-pipeline.ts";
import { connectRoutes } from "../connect-routes.ts";
import { type HttpRoutes, mapRoutes } from "../http-route.ts";
import { loopbackOnly } from "./loopback-only.ts";

const { listScopes, watchScopes } = ScopeRegistry.method;

/** Where they are: the methods' own paths behind `/catalogue`, so that a client library finds them by its base URL. */
export const OPEN_READING_PATHS: readonly string[] = [listScopes, watchScopes].map(
  ({ parent, name }) => `/catalogue/${parent.typeName}/${name}`,
);

/** What the routes need. */
export interface OpenReadingParts {
  /** Admits callers without a token as such that may read. */
  readonly pipeline: CallPipeline;
  readonly budget: ArrivalBudget;
  /** How long the reader of a stream may take for one message, in milliseconds. */
  readonly readTimeoutMs: number;
  /** Aborts with a refusal when the server stops and waits no longer. */
  readonly stop?: AbortSignal;
  /** In dev mode they are only for who calls this machine by a name of its own. */
  readonly dev: boolean;
}

/** The routes. */
export function openReadingRoutes({ dev, ...parts }: OpenReadingParts): HttpRoutes {
  const { exact } = connectRoutes({ ...parts, services: [ScopeRegistry] });
  const moved = [...exact].map(([path, route]) => [`/catalogue${path}`, route] as const);
  const open = { exact: new Map(moved.filter(([path]) => OPEN_READING_PATHS.includes(path))) };
  return dev ? mapRoutes(open, loopbackOnly) : open;
}
