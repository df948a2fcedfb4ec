/**
 * Keycloak as the issuer, as docs/keycloak.md tells it: the realm of `deploy/keycloak` and the settings of the page, with a real
 * Keycloak. It runs where KEYCLOAK_HOME names an unpacked one, and needs Java.
 */
import { connectScopeRegistry } from "@scope-registry/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type ClientsFile, makeClientsFile } from "../support/introspection-clients.ts";
import { type Keycloak, PASSWORD, START_TIMEOUT_MS, startKeycloak } from "../support/keycloak.ts";
import { launchChromium } from "../support/launch-chromium.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const HOME = process.env["KEYCLOAK_HOME"] ?? "";
const AUDIENCE = "https://scopes.example.com";
const CATALOGUE = "scope-registry-catalogue";

if (HOME === "") {
  process.stderr.write(
    "\nSKIPPED: Keycloak as the issuer. Set KEYCLOAK_HOME to the folder of an unpacked Keycloak\n\n",
  );
}

describe.skipIf(HOME === "")("Keycloak as the issuer", () => {
  let keycloak: Keycloak;
  let file: ClientsFile;
  let server: TestServer;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    keycloak = await startKeycloak({ home: HOME, registryUrl: url, audience: AUDIENCE });
    await keycloak.addPerson("ada", "scope-registry-administrator");
    await keycloak.addPerson("rita", "scope-registry-reader");
    await keycloak.addPerson("nemo");
    file = await makeClientsFile([{ id: "billing-api", secrets: ["secret"] }]);
    server = await startTestServer({
      issuer: { owner_prefix: "test:" },
      moreIssuers: [{ issuer: keycloak.issuer, client_id_claim: "azp" }],
      settings: {
        AUDIENCE,
        HTTP_ADDRESS: `127.0.0.1:${port}`,
        CATALOGUE_CLIENT_ID: CATALOGUE,
        CATALOGUE_ISSUER: keycloak.issuer,
        INTROSPECTION_CLIENTS: file.path,
      },
    });
    await using billing = await connect("billing-api");
    await billing.registry.registerScopes({ scopes: [{ name: "invoices:read", description: "Read your invoices" }] });
    browser = await launchChromium();
  }, 2 * START_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await file?.[Symbol.asyncDispose]();
    await keycloak?.[Symbol.asyncDispose]();
  });

  /** A connection of a service account. */
  async function connect(clientId: string) {
    const clientSecret = await keycloak.secretOf(clientId);
    return connectScopeRegistry({
      address: server.grpcAddress,
      credentials: { clientCredentials: { issuer: keycloak.issuer, clientId, clientSecret } },
    });
  }

  async function serviceToken(clientId: string): Promise<string> {
    const form = { grant_type: "client_credentials", client_id: clientId };
    const { access_token = "" } = await keycloak.token({ ...form, client_secret: await keycloak.secretOf(clientId) });
    return access_token;
  }

  async function endSessionsOf(person: string): Promise<void> {
    const [found] = await keycloak.administer<{ id: string }[]>("GET", `/users?username=${person}`);
    await keycloak.administer("POST", `/users/${found?.id}/logout`);
  }

  /** Signs in with the page's button, at Keycloak's own page. */
  async function open(person: string, path: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url + path);
    await page.getByRole("navigation").getByRole("button", { name: "Sign in" }).click();
    await page.locator("#username").fill(person);
    await page.locator("#password").fill(PASSWORD);
    await page.locator("#kc-login").click();
    await page.waitForURL(url + path);
    return page;
  }

  it("lets a service account register, and a token issuer judge; neither may do what the other does", async () => {
    await using billing = await connect("billing-api");
    await using issuer = await connect("auth-server");
    const scopes = [{ name: "invoices:export", description: "Export your invoices" }];
    const { results } = await billing.registry.registerScopes({ scopes });
    expect(results[0]?.scope).toMatchObject({ name: "invoices:export", owner: "billing-api" });
    const { grantedScopes } = await issuer.registry.validateScopes({ scope: "invoices:export" });
    expect(grantedScopes).toEqual(["invoices:export"]);
    await expect(issuer.registry.registerScopes({ scopes })).rejects.toThrow("scope_registry.register");
    await expect(billing.registry.listScopes({})).rejects.toThrow("scope_registry.read");
  });

  it("is believed about its tokens, by gRPC and by a form with HTTP Basic", async () => {
    await using billing = await connect("billing-api");
    const token = await serviceToken("auth-server");
    const expected = { active: true, iss: keycloak.issuer, sub: expect.any(String) };
    expect(await billing.registry.introspect({ token })).toMatchObject({ ...expected, clientId: "auth-server" });
    const response = await fetch(`${url}/oauth2/introspect`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("billing-api:secret")}` },
      body: new URLSearchParams({ token }),
    });
    expect(await response.json()).toMatchObject({ ...expected, client_id: "auth-server", aud: AUDIENCE });
  });

  it("lets an administrator sign in, approve what waits, and sign out", async () => {
    const { admin } = await server.as({ scopes: ["admin"], claims: { aud: AUDIENCE } });
    await admin.setResourceServer({ resourceServer: { name: "billing-api", mode: 2 } });
    await using billing = await connect("billing-api");
    await billing.registry.registerScopes({ scopes: [{ name: "invoices:write", description: "Change invoices" }] });
    const page = await open("ada", "/scopes/invoices%3Aread");
    await page.getByText("Read your invoices").first().waitFor();
    await page.getByRole("link", { name: "Reviews" }).click();
    await page.getByRole("button", { name: "Approve invoices:write" }).click();
    await page.getByText("Approved invoices:write at revision").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.locator("#kc-logout").click();
    await page.waitForURL(`${url}/`);
    await page.getByRole("navigation").getByRole("button", { name: "Sign in" }).click();
    await page.locator("#password").waitFor();
    await page.context().close();
  });

  it("lets a reader read, and gives no more than its role", async () => {
    const page = await open("rita", "/");
    await page.getByText("invoices:read").first().waitFor();
    const scope = await page.evaluate("JSON.parse(sessionStorage['scope-registry.tokens']).scope");
    expect(scope).toBe("scope_registry.read");
    await page.getByRole("link", { name: "Changes" }).click();
    await page.getByText("Your sign-in does not have it").waitFor();
    await page.context().close();
  });

  it("lets nobody read who has no role, and names the scope", async () => {
    const page = await open("nemo", "/");
    await page.getByText("The issuer has not given you scope_registry.read: ask who runs the registry.").waitFor();
    await page.context().close();
  });

  it("renews tokens, so that a page stays live past their end", async () => {
    await keycloak.administer("PUT", "", { accessTokenLifespan: 10 });
    const page = await open("rita", "/");
    await page.getByText("invoices:read").first().waitFor();
    const stored = async () => {
      const text = await page.evaluate("sessionStorage['scope-registry.tokens']");
      return JSON.parse(String(text)) as { accessToken: string; refreshToken: string };
    };
    const first = await stored();
    const next = async () => (await stored()).accessToken !== first.accessToken && stored();
    await expect.poll(next, { timeout: 30_000 }).toBeTruthy();
    await using billing = await connect("billing-api");
    await billing.registry.registerScopes({ scopes: [{ name: "invoices:read", description: "Read every invoice" }] });
    await page.getByTitle("Read every invoice").waitFor();
    await endSessionsOf("rita");
    await page.getByRole("navigation").getByRole("button", { name: "Sign in" }).waitFor();
    await page.getByRole("main").getByText("Sign in to see the scopes").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await page.context().close();
  }, 90_000);

  it("lets who is administrator read where the client may not ask for more", async () => {
    const [client] = await keycloak.administer<{ id: string }[]>("GET", `/clients?clientId=${CATALOGUE}`);
    const path = `/clients/${client?.id}/optional-client-scopes`;
    const optional = await keycloak.administer<{ id: string; name: string }[]>("GET", path);
    await keycloak.administer("DELETE", `${path}/${optional.find(({ name }) => name === "scope_registry.admin")?.id}`);
    const page = await open("ada", "/");
    await page.getByText("invoices:read").first().waitFor();
    await page.context().close();
  });

  describe("tokens of a person in a client as Keycloak makes it", () => {
    let tokens: Readonly<Record<string, string>>;
    beforeAll(async () => {
      // Its own scopes have colons in their names.
      await keycloak.administer("POST", "/client-scopes", {
        name: "invoices:read",
        protocol: "openid-connect",
        attributes: { "include.in.token.scope": "true" },
      });
      await keycloak.administer("POST", "/clients", {
        clientId: "web-shop",
        publicClient: true,
        directAccessGrantsEnabled: true,
        defaultClientScopes: ["basic", "scope_registry.read", "invoices:read"],
      });
      const form = { grant_type: "password", client_id: "web-shop", scope: "openid", username: "rita" };
      tokens = await keycloak.token({ ...form, password: PASSWORD });
    });

    /** Another registry, on which the issuer's entry has more members. */
    async function startWith(entry: Readonly<Record<string, unknown>>): Promise<TestServer> {
      return startTestServer({
        issuer: { owner_prefix: "test:" },
        moreIssuers: [{ issuer: keycloak.issuer, client_id_claim: "azp", ...entry }],
        settings: { AUDIENCE },
      });
    }
    const inspect = async (server: TestServer, token: string | undefined) => {
      const { registry } = await server.as({ scopes: ["introspect"], claims: { aud: AUDIENCE } });
      return registry.introspect({ token: token ?? "" });
    };

    it("are taken where the type JWT is, but for ID and refresh tokens", async () => {
      const { access_token, id_token, refresh_token } = tokens;
      expect(await inspect(server, access_token)).toMatchObject({ active: false });
      await using another = await startWith({ token_types: ["JWT"] });
      expect(await inspect(another, access_token)).toMatchObject({
        active: true,
        clientId: "web-shop",
        unregisteredScopes: expect.arrayContaining(["invoices:read"]),
      });
      expect(await inspect(another, id_token)).toMatchObject({ active: false });
      expect(await inspect(another, refresh_token)).toMatchObject({ active: false });
      const { registry } = another.withHeader(`Bearer ${access_token}`);
      expect((await registry.listScopes({})).scopes).not.toEqual([]);
    });

    it("are refused once their session has ended, where Keycloak is asked", async () => {
      const client_secret = await keycloak.secretOf("scope-registry");
      const endpoint = `${keycloak.issuer}/protocol/openid-connect/token/introspect`;
      const introspection = { endpoint, client_id: "scope-registry", client_secret, cache_seconds: 0, for_jwts: true };
      await using another = await startWith({ token_types: ["JWT"], introspection });
      expect(await inspect(another, tokens["access_token"])).toMatchObject({ active: true });
      await endSessionsOf("rita");
      const { registry } = another.withHeader(`Bearer ${tokens["access_token"]}`);
      await expect(registry.listScopes({})).rejects.toThrow("The token is not active");
    });
  });
});
