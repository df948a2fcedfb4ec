import { createHash, randomBytes } from "node:crypto";
import { RegistrationMode } from "@scope-registry/client";
import { describe, expect, it } from "vitest";
import { startTestServer } from "../../../../test/support/test-server.ts";
import { startAuthorizationServer } from "../../examples/oidc-provider.ts";
import { follow, readerOf } from "../replica/following.ts";
import { createBrowser } from "./browser.ts";
import { claimsOf, clientCredentials, formOf, post } from "./oauth-client.ts";
import { CALLBACK, usualConfiguration } from "./running-provider.ts";

describe("the example of an authorization server", () => {
  it("accepts a scope registered while it runs, with its consent text, until it is disabled", async (context) => {
    await using registry = await startTestServer();
    const { replica } = follow(context, await readerOf(registry));
    await replica.ready;
    await using example = await startAuthorizationServer({ replica, configuration: await usualConfiguration() });
    const { registry: owner } = await registry.as({ client: "billing-api", scopes: ["register"] });
    await owner.registerScopes({
      scopes: [
        {
          name: "invoices:read",
          description: "Read your invoices",
          resources: ["https://billing.example.com/"],
          consentTexts: { de: { title: "Rechnungen <sehen>", description: "Auch alte" } },
        },
      ],
    });
    await expect.poll(() => replica.get("invoices:read")?.state).toBe("ACTIVE");

    const browser = createBrowser({ "accept-language": "de-AT" });
    const verifier = randomBytes(32).toString("base64url");
    const query = formOf({
      client_id: "web-shop",
      response_type: "code",
      redirect_uri: CALLBACK,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      scope: "invoices:read",
    });
    const page = await browser.open(`${example.issuer}/auth?${query}`);
    expect(page.body).toContain('<li lang="de"><b>Rechnungen &#60;sehen&#62;</b> Auch alte</li>');
    const { url } = await browser.open(page.url.href, new URLSearchParams());
    const answer = await post(`${example.issuer}/token`, {
      grant_type: "authorization_code",
      client_id: "web-shop",
      redirect_uri: CALLBACK,
      code: url.searchParams.get("code") ?? "",
      code_verifier: verifier,
    });
    expect(claimsOf(answer)).toMatchObject({ aud: "https://billing.example.com/", scope: "invoices:read" });

    await owner.registerScopes({ mode: RegistrationMode.REPLACE, scopes: [] });
    await expect.poll(() => replica.get("invoices:read")?.state).toBe("DISABLED");
    expect((await clientCredentials(example.issuer, { scope: "invoices:read" })).body).toEqual({
      error: "invalid_scope",
      error_description: "Scope invoices:read is disabled",
    });
  });
});
