/** The catalogue page: what it is made of, and what it needs to know. What it calls is elsewhere. */
import type { CallPipeline } from "../../call-pipeline.ts";
import { type HttpRoute, type HttpRoutes, mapRoutes } from "../http-route.ts";
import { type HttpAnswer, jsonResponse, methodNotAllowed } from "../json-refusal.ts";
import { type CatalogueConfig, describeCatalogue, type SignIn, signInOrigins } from "./catalogue-config.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import { loopbackOnly } from "./loopback-only.ts";
import { assetHeaders, dataHeaders, pageHeaders } from "./page-headers.ts";
import { answerFile } from "./static-file.ts";

/** The paths that are a page each. */
export const PAGE_PATHS: readonly string[] = [
  "/",
  "/scopes",
  "/resource-servers",
  "/changes",
  "/reviews",
  "/clients",
  "/sign-in",
];

/** What below them is a page as well. */
export const PAGES_BELOW: readonly string[] = ["/scopes/", "/resource-servers/", "/changes/", "/clients/", "/sign-in/"];

/** Below this is what pages load. */
export const ASSETS_BELOW = "/assets/";

/** What pages read first. */
export const CONFIG_PATH = "/catalogue.json";

/** What the catalogue needs of the server. */
export interface CatalogueParts {
  /** Undefined: they have not been built. */
  readonly files: CatalogueFiles | undefined;
  readonly config: CatalogueConfig;
  /** Undefined: nobody can sign in. */
  readonly signIn: SignIn | undefined;
  /** Admits callers without a token as such that may read. Undefined: reading needs a token. */
  readonly openPipeline: CallPipeline | undefined;
}

/** The routes of what the page is made of. In dev mode, only for who calls this machine by a name of its own. */
export function catalogueRoutes(parts: CatalogueParts): HttpRoutes {
  const page = pageRoute(parts);
  const routes: HttpRoutes = {
    exact: new Map([...PAGE_PATHS.map((path) => [path, page] as const), [CONFIG_PATH, configRoute(parts)]]),
    below: new Map([...PAGES_BELOW.map((path) => [path, page] as const), [ASSETS_BELOW, assetRoute(parts)]]),
  };
  return parts.config.dev ? mapRoutes(routes, loopbackOnly) : routes;
}

function pageRoute({ files, signIn }: CatalogueParts): HttpRoute {
  return async (request) => {
    if (files === undefined) return notBuilt();
    return answerFile(files.index, request, pageHeaders(await signInOrigins(signIn)));
  };
}

function assetRoute({ files }: CatalogueParts): HttpRoute {
  return async (request, source) => {
    if (files === undefined) return notBuilt();
    // As it was sent: a name that is spelt with escapes, or leads elsewhere, is none of them.
    const name = source.url?.split("?", 1)[0]?.slice(ASSETS_BELOW.length) ?? "";
    const file = files.assets.get(name);
    return file === undefined ? notFound() : answerFile(file, request, assetHeaders());
  };
}

function configRoute({ config, signIn }: CatalogueParts): HttpRoute {
  return async ({ method }) => {
    if (method !== "GET" && method !== "HEAD") return methodNotAllowed(method, ["GET", "HEAD"]);
    const answer = jsonResponse(200, await describeCatalogue(config, signIn), Object.fromEntries(dataHeaders()));
    return method === "HEAD" ? { status: answer.status, header: answer.header } : answer;
  };
}

function notBuilt(): HttpAnswer {
  const body = { error: "not_built", error_description: "The catalogue has not been built: run npm run build" };
  return jsonResponse(503, body, Object.fromEntries(dataHeaders()));
}

function notFound(): HttpAnswer {
  const body = { error: "not_found", error_description: "There is nothing at this path" };
  return jsonResponse(404, body, Object.fromEntries(dataHeaders()));
}
