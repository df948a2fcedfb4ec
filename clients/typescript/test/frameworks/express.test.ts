import express, { type ErrorRequestHandler } from "express";
import { describe, expect, it } from "vitest";
import { createBillingApi } from "../../examples/express.ts";
import { guardExpress } from "../../src/frameworks/express.ts";
import { createProtectedResource } from "../../src/resource-server/protected-resource.ts";
import { fixedTokens } from "../resource-server/fixed-tokens.ts";
import { BILLING } from "./billing-registry.ts";
import { describeGuardedApi } from "./http-guard-acceptance.ts";
import { listen } from "./listen.ts";

describeGuardedApi("Express", ({ issuer, scopes }) => listen(createBillingApi({ issuer: issuer.issuer, scopes })));

describe("guardExpress", () => {
  const guard = guardExpress(
    createProtectedResource({
      resource: BILLING,
      authorizationServers: ["https://login.example.com"],
      tokens: fixedTokens({ good: ["a"] }),
      scopesSupported: ["a"],
    }),
  );

  /** The texts of the errors that Express is given, when a request with a good token comes to this application. */
  async function errorsOf(build: (app: express.Express) => void): Promise<string[]> {
    const errors: string[] = [];
    const app = express();
    build(app);
    const note: ErrorRequestHandler = (error: Error, _request, response, _next) => {
      errors.push(error.message);
      response.status(500).end();
    };
    const api = await listen(app.use(note));
    try {
      const response = await fetch(api.url, { headers: { authorization: "Bearer good" } });
      expect(response.status).toBe(500);
    } finally {
      await api.stop();
    }
    return errors;
  }

  it("leaves the errors of a handler to Express", async () => {
    const errors = await errorsOf((app) =>
      app.get("/", guard.requireScopes("a"), () => {
        throw new Error("The handler failed");
      }),
    );
    expect(errors).toEqual(["The handler failed"]);
  });

  it("has no token for a request that it has not seen, whatever the request says", async () => {
    const errors = await errorsOf((app) =>
      app.get("/", (request, response) => {
        Object.assign(request, { auth: { clientId: "mallory" } });
        response.json(guard.tokenOf(request));
      }),
    );
    expect(errors).toEqual(["The request has no token: put requireScopes before its handler"]);
  });

  it("is not set up with what is no scope name", () => {
    expect(() => guard.requireScopes("a\nb")).toThrow("is no scope name");
  });
});
