import type { Catalogue } from "./catalogue.ts";
import { createCalls } from "./registry/calls.ts";
import { loadConfig } from "./registry/catalogue-config.ts";
import { openFeed } from "./registry/open-feed.ts";
import { createSession } from "./sign-in/create-session.ts";

/** Asks the server what there is, and puts together what the page stands on. @throws {Error} if the server does not answer */
export async function startCatalogue(): Promise<Catalogue> {
  const config = await loadConfig();
  const session = createSession(config);
  const calls = createCalls(config, session, location.origin);
  return { config, session, calls, feed: openFeed(config, session) };
}
