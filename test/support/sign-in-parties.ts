import { freePort } from "./free-port.ts";
import { AUDIENCE, CATALOGUE_CLIENT, type SignInIssuer, startSignInIssuer } from "./sign-in-issuer.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

/** A registry whose catalogue lets people sign in, and the issuer that they do so at. */
export interface SignInParties extends AsyncDisposable {
  readonly issuer: SignInIssuer;
  readonly server: TestServer;
  /** Where the catalogue is. */
  readonly url: string;
}

/** Starts them. Either knows the other from the start. */
export async function startSignInParties(): Promise<SignInParties> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const issuer = await startSignInIssuer({ origin: url });
  const server = await startTestServer({
    moreIssuers: [{ issuer: issuer.issuer, owner_prefix: "people:" }],
    settings: {
      AUDIENCE,
      HTTP_ADDRESS: `127.0.0.1:${port}`,
      CATALOGUE_CLIENT_ID: CATALOGUE_CLIENT,
      CATALOGUE_ISSUER: issuer.issuer,
    },
  });
  const dispose = async () => {
    await server.stop();
    await issuer[Symbol.asyncDispose]();
  };
  return { issuer, server, url, [Symbol.asyncDispose]: dispose };
}
