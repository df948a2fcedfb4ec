import { ResponseBodyError } from "oauth4webapi";
import type { CatalogueConfig } from "../registry/catalogue-config.ts";
import { beginSignIn, completeSignIn } from "./authorization.ts";
import { takeDevToken } from "./dev-token.ts";
import { findIssuer } from "./issuer.ts";
import type { Session } from "./session.ts";
import { SignInError } from "./sign-in-error.ts";
import { createTokenKeeper, isOver } from "./token-keeper.ts";
import { type Tokens, tokensOfAccessToken } from "./tokens.ts";

/** Makes the session of this tab: the one that there was before the page was loaded, if it still holds. */
export function createSession(config: CatalogueConfig): Session {
  const keeper = createTokenKeeper();
  let renewing: Promise<string | undefined> | undefined;

  const devToken = takeDevToken(config);
  if (devToken !== undefined) keeper.hold(tokensOfAccessToken(devToken));

  async function renew(current: Tokens, refreshToken: string): Promise<string | undefined> {
    try {
      const next = await (await findIssuer(config)).renew(current, refreshToken);
      // Who has signed out meanwhile stays so.
      if (keeper.tokens === current) keeper.hold(next);
    } catch (error) {
      const isRefused = error instanceof ResponseBodyError;
      if (isRefused && keeper.tokens === current) keeper.hold({ ...current, refreshToken: undefined });
      if (!isRefused && isOver(current.expiresAt)) {
        throw new SignInError("The issuer cannot be reached: try again later", { cause: error });
      }
    }
    return keeper.tokens?.accessToken;
  }

  return {
    async token() {
      const { tokens } = keeper;
      if (tokens === undefined || !isOver(tokens.renewAt) || tokens.refreshToken === undefined) {
        return tokens?.accessToken;
      }
      renewing ??= renew(tokens, tokens.refreshToken).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    get scopes() {
      return keeper.scopes;
    },
    get signedIn() {
      return keeper.signedIn;
    },
    signIn: (returnTo) => beginSignIn(config, returnTo),
    async complete(url) {
      const completed = await completeSignIn(config, url);
      // The browser is on its way to the issuer again.
      if (completed === undefined) return new Promise<never>(() => undefined);
      keeper.hold(completed.tokens);
      return completed.returnTo;
    },
    async signOut() {
      const { tokens } = keeper;
      keeper.hold(undefined);
      const endSession = async () =>
        tokens && config.sign_in ? (await findIssuer(config)).endSessionUrl(tokens) : undefined;
      // The page is left in any case, and with it all that it has in memory.
      location.assign((await endSession().catch(() => undefined)) ?? "/");
    },
    onChange: keeper.onChange,
  };
}
