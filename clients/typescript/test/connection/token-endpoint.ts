/** A real authorization server on loopback that knows one client and one grant (RFC 6749 §4.4), with faults at will. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request of a token. */
export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly parameters: URLSearchParams;
}

/** An answer of the token endpoint. */
export interface TokenAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A running authorization server. */
export interface TokenEndpoint extends AsyncDisposable {
  readonly issuer: string;
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly requests: TokenRequest[];
  /** How often metadata was asked for. */
  readonly metadataRequests: string[];
  /** Answers this in place of the usual; undefined ends that. A promise is waited for. */
  answer(next: ((request: TokenRequest) => TokenAnswer | Promise<TokenAnswer>) | undefined): void;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/**
 * Starts one whose tokens `mint` makes.
 *
 * @param metadata where it publishes its metadata
 * @param metadataOf what that says, of this issuer
 */
export async function startTokenEndpoint(
  mint: () => Promise<string>,
  options: { expiresIn?: number; metadata?: string; metadataOf?: (issuer: string) => object } = {},
): Promise<TokenEndpoint> {
  const { expiresIn = 300, metadata = "oauth-authorization-server" } = options;
  const { metadataOf = (issuer) => ({ issuer, token_endpoint: `${issuer}/token` }) } = options;
  const requests: TokenRequest[] = [];
  const metadataRequests: string[] = [];
  const clientId = "billing:api";
  const clientSecret = "s3cret %+/of-billing";
  let canned: Parameters<TokenEndpoint["answer"]>[0];

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const url = `${issuer}/token`;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== "/token") {
      metadataRequests.push(request.url ?? "");
      const known = request.url === `/.well-known/${metadata}`;
      send(response, known ? { body: metadataOf(issuer) } : { status: 404, body: {} });
      return;
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const asked = { authorization: request.headers.authorization, parameters: new URLSearchParams(body) };
    requests.push(asked);
    send(response, await (canned ?? usual)(asked));
  }

  async function usual({ authorization, parameters }: TokenRequest): Promise<TokenAnswer> {
    const posted = [parameters.get("client_id"), parameters.get("client_secret")];
    const [id, secret] = authorization === undefined ? posted : basicOf(authorization);
    if (id !== clientId || secret !== clientSecret) {
      const headers = { "www-authenticate": 'Basic realm="tokens"' };
      return { status: 401, headers, body: { error: "invalid_client", error_description: "No such client" } };
    }
    return { body: { access_token: await mint(), token_type: "Bearer", expires_in: expiresIn } };
  }

  async function goDown(): Promise<void> {
    if (!server.listening) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  return {
    issuer,
    url,
    clientId,
    clientSecret,
    requests,
    metadataRequests,
    answer(next) {
      canned = next;
    },
    goDown,
    comeBack: () => listen(port),
    [Symbol.asyncDispose]: goDown,
  };
}

/** Both parts are form-encoded (RFC 6749 §2.3.1). */
function basicOf(authorization: string): string[] {
  const text = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
  return text.split(":").map((part) => decodeURIComponent(part.replaceAll("+", " ")));
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: TokenAnswer): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}
