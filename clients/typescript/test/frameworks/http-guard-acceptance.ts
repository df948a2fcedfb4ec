/** What every guarded HTTP API does, whatever its framework. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BILLING, BILLING_METADATA_URL, type BillingRegistry, startBillingRegistry } from "./billing-registry.ts";

/** A listening API. */
export interface ListeningApi {
  readonly url: string;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** Starts an API with GET and POST `/invoices` and its metadata. */
export type StartApi = (registry: BillingRegistry) => Promise<ListeningApi>;

/** Describes what an API does that needs `invoices:read` to GET and also `invoices:write` to POST. */
export function describeGuardedApi(name: string, start: StartApi): void {
  describe(`a guarded API on ${name}`, () => {
    let registry: BillingRegistry;
    let api: ListeningApi;
    beforeAll(async () => {
      registry = await startBillingRegistry();
      api = await start(registry);
    });
    afterAll(async () => {
      await api.stop();
      await registry.stop();
    });

    async function call(authorization: string | string[] | undefined, method = "GET", path = "/invoices") {
      const headers = authorization === undefined ? {} : { authorization };
      return new Promise<Answer>((resolve, reject) => {
        const request = httpRequest(api.url + path, { method, headers: headers as { authorization: string } });
        request.on("error", reject).on("response", (response) => {
          text(response)
            .then((body) =>
              resolve({ status: response.statusCode, headers: response.headers, body: body && JSON.parse(body) }),
            )
            .catch(reject);
        });
        request.end();
      });
    }

    const challenge = (answer: Answer) => answer.headers["www-authenticate"];
    const METADATA = `resource_metadata="${BILLING_METADATA_URL}"`;

    it("lets a request through whose token has the scopes, and shows the handler its token", async () => {
      const read = `Bearer ${await registry.tokenWith("invoices:read")}`;
      expect(await call(read)).toMatchObject({
        status: 200,
        body: { clientId: "web-shop", subject: "alice", scopes: ["invoices:read"] },
      });
      const both = `bearer ${await registry.tokenWith("invoices:write invoices:read")}`;
      expect(await call(both, "POST")).toMatchObject({ status: 201, body: { created: true } });
    });

    it("challenges a request without a token, and names no error", async () => {
      for (const header of [undefined, "Basic dTpw", "Bearer"]) {
        const answer = await call(header);
        expect(answer).toMatchObject({ status: 401, body: { scope: "invoices:read" } });
        expect(challenge(answer)).toBe(`Bearer scope="invoices:read", ${METADATA}`);
        expect(answer.headers["cache-control"]).toBe("no-store");
        expect(answer.headers["content-type"]).toMatch(/^application\/json\b/);
      }
    });

    it("refuses a token without all the scopes, and says which are needed", async () => {
      for (const [scope, lacking] of [
        ["invoices:read", "invoices:write"],
        ["", "invoices:read invoices:write"],
      ] as const) {
        const answer = await call(`Bearer ${await registry.tokenWith(scope)}`, "POST");
        const expected = {
          error: "insufficient_scope",
          error_description: `The token lacks ${lacking}`,
          scope: "invoices:read invoices:write",
        };
        expect(answer).toMatchObject({ status: 403, body: expected });
        expect(challenge(answer)).toBe(
          `Bearer error="insufficient_scope", error_description="The token lacks ${lacking}", ` +
            `scope="invoices:read invoices:write", ${METADATA}`,
        );
      }
    });

    it("refuses a token that is not valid here", async () => {
      const now = Math.floor(Date.now() / 1_000);
      const tokens = [
        await registry.tokenWith("invoices:read", { aud: "https://other.example.com/" }),
        await registry.tokenWith("invoices:read", { exp: now - 60 }),
        await registry.tokenWith("invoices:read", { iss: "https://stranger.example.com" }),
        await registry.tokenWith("invoices:read", { cnf: { jkt: "key" } }),
        await registry.tokenWith("invoices:read", { cnf: { "x5t#S256": "certificate" } }),
        `${await registry.tokenWith("invoices:read")}x`,
        "made-up",
      ];
      for (const token of tokens) {
        const answer = await call(`Bearer ${token}`);
        expect(answer).toMatchObject({ status: 401, body: { error: "invalid_token", scope: "invoices:read" } });
        expect(challenge(answer)).toMatch(
          /^Bearer error="invalid_token", error_description="The [^"\\]+", scope="invoices:read", /,
        );
        expect(JSON.stringify(answer)).not.toContain(token);
      }
    });

    it("refuses two tokens, and a token in the URL, as malformed", async () => {
      const token = await registry.tokenWith("invoices:read");
      const answers = [
        await call([`Bearer ${token}`, `Bearer ${token}`]),
        await call(`Bearer ${token}, Bearer ${token}`),
        await call(undefined, "GET", `/invoices?access_token=${token}`),
        await call(`Bearer ${token}`, "GET", `/invoices?page=2&access%5Ftoken=${token}`),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } });
        expect(challenge(answer)).toContain('error="invalid_request"');
      }
    });

    it("serves its metadata with the registered scopes to anybody", async () => {
      const answer = await call(undefined, "GET", new URL(BILLING_METADATA_URL).pathname);
      expect(answer).toMatchObject({ status: 200, headers: { "access-control-allow-origin": "*" } });
      expect(answer.body).toEqual({
        resource: BILLING,
        authorization_servers: [registry.issuer.issuer],
        scopes_supported: ["invoices:read", "invoices:write"],
        bearer_methods_supported: ["header"],
      });
    });
  });
}
