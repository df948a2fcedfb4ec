/** Signing in: to the issuer, and back with what it has answered. */
import {
  AuthorizationResponseError,
  generateRandomCodeVerifier,
  generateRandomState,
  OperationProcessingError,
  ResponseBodyError,
} from "oauth4webapi";
import type { CatalogueConfig } from "../registry/catalogue-config.ts";
import { type AuthorizationRequest, CALLBACK_PATH, findIssuer } from "./issuer.ts";
import { SignInError } from "./sign-in-error.ts";
import { tabItem } from "./tab-storage.ts";
import type { Tokens } from "./tokens.ts";

interface PendingRequest extends AuthorizationRequest {
  readonly returnTo: string;
}

/** What the issuer has answered: tokens, and where to go on; undefined: it is asked for less, and the page is left once more. */
export type Completed = { readonly tokens: Tokens; readonly returnTo: string } | undefined;

const pendingRequest = tabItem<PendingRequest>("pending-sign-in");

/** The codes of an answer after which less is asked for (RFC 6749 §4.1.2.1). */
const TOO_MUCH = ["invalid_scope", "access_denied"];

/** Leads to the issuer, for reading and governing, if it gives that. @throws {SignInError} */
export async function beginSignIn(config: CatalogueConfig, returnTo: string): Promise<void> {
  const { read, admin } = config.scopes;
  await leadToIssuer(config, { scope: `${read} ${admin}`, returnTo: ownPath(returnTo) });
}

/** Takes in what the issuer has sent the browser back with. @throws {SignInError} */
export async function completeSignIn(config: CatalogueConfig, callback: URL): Promise<Completed> {
  const request = pendingRequest.read();
  // It is good for one answer.
  pendingRequest.clear();
  if (request === undefined) throw new SignInError("This sign-in was not begun in this tab: sign in again");
  try {
    const issuer = await findIssuer(config);
    return { tokens: await issuer.redeem(callback, request), returnTo: request.returnTo };
  } catch (error) {
    const { read } = config.scopes;
    if (asksTooMuch(error) && request.scope !== read) {
      await leadToIssuer(config, { scope: read, returnTo: request.returnTo });
      return undefined;
    }
    throw describe(error);
  }
}

async function leadToIssuer(
  config: CatalogueConfig,
  { scope, returnTo }: Pick<PendingRequest, "scope" | "returnTo">,
): Promise<void> {
  if (!isSecureContext) throw new SignInError("Browsers let nobody sign in without TLS: call this page by https");
  const issuer = await findIssuer(config);
  const request = { state: generateRandomState(), codeVerifier: generateRandomCodeVerifier(), scope, returnTo };
  pendingRequest.write(request);
  location.assign(await issuer.authorizationUrl(request));
}

function asksTooMuch(error: unknown): boolean {
  return error instanceof AuthorizationResponseError && TOO_MUCH.includes(error.error);
}

/** An error of the library in words for people. What the issuer says is not shown: anybody can make a link with it. */
function describe(error: unknown): Error {
  if (error instanceof SignInError) return error;
  if (error instanceof AuthorizationResponseError) {
    return error.error === "access_denied"
      ? new SignInError("You were not let in: sign in again, and agree to what is asked", { cause: error })
      : new SignInError(`The issuer refuses the sign-in (${error.error}): ask who runs the registry`, { cause: error });
  }
  if (error instanceof ResponseBodyError) {
    return new SignInError(`The issuer gives no token (${error.error}): sign in again`, { cause: error });
  }
  if (error instanceof OperationProcessingError) {
    return new SignInError("What the issuer has answered is not for this page: sign in again", { cause: error });
  }
  return new SignInError("The issuer cannot be reached: try again later", { cause: error });
}

/** A path of this page, with the part of it that is named; the first page in place of anything else. */
function ownPath(text: string): string {
  const url = URL.parse(text, location.origin);
  if (url === null || url.origin !== location.origin || url.pathname === CALLBACK_PATH) return "/";
  return url.pathname + url.search + url.hash;
}
