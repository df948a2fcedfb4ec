/**
 * The story of the scope registry, with real parts: an authorization server that never restarts, resource servers that come
 * and go, and clients. `main.ts` tells it on an embedded registry; a test tells it on MongoDB with two registry servers.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type AuthorizationServer, startAuthorizationServer, type TokenAnswer } from "./authorization-server.ts";
import { type ResourceServer, startResourceServer } from "./resource-server.ts";

/** How long the registry's scopes, or a change, may take to the token issuer until the story has failed, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Where the story plays. */
export interface Stage {
  /** The registry's gRPC port. */
  readonly address: string;
  /** Makes a token of an issuer that the registry trusts. */
  token(clientId: string, scope: string): Promise<string>;
  /** What happens in the middle, before the third resource server starts. */
  readonly intermission?: () => Promise<void>;
}

/** A step that has happened. */
export interface Step {
  /** What happened, in plain words. */
  readonly title: string;
  /** What was seen of it. */
  readonly details: readonly string[];
  /** How long it took. */
  readonly milliseconds: number;
}

/**
 * Plays the story, and reports each step as it happens.
 *
 * @throws {Error} if something happens otherwise than it should
 */
export async function playStory(stage: Stage, report: (step: Step) => void): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const step = async <T>(title: string, act: () => Promise<T>, describe: (outcome: T) => readonly string[]) => {
    const startedAt = performance.now();
    const outcome = await act();
    report({ title, details: describe(outcome), milliseconds: performance.now() - startedAt });
    return outcome;
  };
  const registry = async (client: string, scope: string) => ({
    address: stage.address,
    token: await stage.token(client, scope),
  });

  const server = await step(
    "The authorization server starts, and follows the registry",
    async () =>
      parts.use(
        await startAuthorizationServer(
          await registry("auth-server", "scope_registry.read scope_registry.validate"),
          ["web-shop", "old-app"],
          PATIENCE_MS,
        ),
      ),
    ({ issuer, replica }) => [`node-oidc-provider at ${issuer}, which knows ${replica.size} scopes`],
  );
  const start = async (name: string, scope: string, description: string) =>
    parts.use(
      await startResourceServer({
        ...{ name, scope, description, issuer: server.issuer },
        registry: await registry(name, "scope_registry.register"),
      }),
    );

  const [billing] = await step(
    "Two resource servers start, and register their scopes",
    () =>
      allStarted([
        start("billing-api", "invoices:read", "Read your invoices"),
        start("docs-api", "docs:read", "Read your documents"),
      ]),
    (started) => started.map(describeApi),
  );
  const oldToken = await step(
    "A client gets a token for the billing API, and calls it",
    async () => {
      const token = await tokenFor(server, "old-app", "invoices:read");
      await expectStatus(await call(billing, token), 200);
      return token;
    },
    () => [`old-app: token for invoices:read; GET ${billing.url} answers 200`],
  );

  await stage.intermission?.();

  const reports = await step(
    "While all of that runs, a third resource server is deployed",
    () => start("reports-api", "reports:read", "Read your reports"),
    (started) => [describeApi(started)],
  );
  const newToken = await step(
    "A client gets a token for it, of a server that nobody has restarted",
    () => tokenFor(server, "web-shop", "reports:read"),
    () => ["web-shop: token for reports:read"],
  );
  await step(
    "The client calls the new API",
    async () => expectStatus(await call(reports, newToken), 200),
    (body) => [`web-shop: GET ${reports.url} answers 200 ${body}`],
  );
  await step(
    "An old client calls it with the token that it has, and is refused",
    async () => {
      const response = await call(reports, oldToken);
      await expectStatus(response, 403);
      return response.headers.get("www-authenticate");
    },
    (challenge) => [`old-app: GET ${reports.url} answers 403`, `www-authenticate: ${challenge}`],
  );
  await step(
    "The owner of the new scope disables it",
    () => reports.disable(),
    (revision) => [`reports:read is DISABLED at revision ${revision}`],
  );
  await step(
    "Requests for a token with it are refused, as soon as that has arrived",
    () => answerOf(server, "web-shop", "reports:read", "invalid_scope"),
    ({ answer: { status, error, error_description: text }, before }) => [
      `web-shop: POST ${server.issuer}/token answers ${status} ${error}: ${text}`,
      before === 0 ? "no request came before that" : `before that, ${before} requests were granted still`,
    ],
  );
}

function describeApi({ name, url, registered }: ResourceServer): string {
  return `${name} at ${url}: ${registered.scopes.join(" ")}, revision ${registered.revision}`;
}

/** What has started, once all have. After a failure all have ended too, so that what has started can be taken down. */
async function allStarted<const T extends readonly Promise<ResourceServer>[]>(starting: T) {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

async function tokenFor(server: AuthorizationServer, clientId: string, scope: string): Promise<string> {
  const { answer } = await answerOf(server, clientId, scope, "a token");
  return answer.access_token ?? "";
}

/**
 * Asks for a token until the answer is the wanted one, and counts the answers before: a change takes some milliseconds to the
 * token issuer, which until then answers as before the change.
 */
async function answerOf(
  server: AuthorizationServer,
  clientId: string,
  scope: string,
  wanted: "a token" | "invalid_scope",
): Promise<{ readonly answer: TokenAnswer; readonly before: number }> {
  const unchanged = wanted === "a token" ? "invalid_scope" : "a token";
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let before = 0; ; before += 1) {
    const answer = await server.requestToken(clientId, scope);
    const got = answer.access_token === undefined ? answer.error : "a token";
    if (got === wanted) return { answer, before };
    if (got !== unchanged || performance.now() > giveUpAt) {
      const { status, error_description: text = "" } = answer;
      throw new Error(`${clientId} asked for ${scope} and got ${status} ${got}, not ${wanted}: ${text}`);
    }
    await delay(1);
  }
}

function call({ url }: ResourceServer, token: string): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${token}` } });
}

async function expectStatus(response: Response, status: number): Promise<string> {
  const body = await response.text();
  if (response.status !== status)
    throw new Error(`${response.url} answered ${response.status}, not ${status}: ${body}`);
  return body;
}
