/** The realm for Keycloak fits the registry, and gives nobody more than a role. `test/keycloak` tries it with a real one. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadSettings } from "../../src/config/settings.ts";
import { REPOSITORY } from "../support/run-command.ts";

interface Client {
  readonly clientId: string;
  readonly publicClient: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly redirectUris?: readonly string[];
  readonly defaultClientScopes: readonly string[];
  readonly optionalClientScopes: readonly string[];
}

interface ClientScope {
  readonly name: string;
  readonly protocolMappers: readonly { readonly config: Readonly<Record<string, string>> }[];
}

const text = await readFile(join(REPOSITORY, "deploy/keycloak/realm.json"), "utf8");
const realm = JSON.parse(text);
const clients: readonly Client[] = realm.clients;
const clientScopes: readonly ClientScope[] = realm.clientScopes;
const { scopeNames } = loadSettings({ SCOPE_REGISTRY_DEV: "true" }, []);

describe("the realm for Keycloak", () => {
  it("has the registry's own scopes, each with the registry as an audience", () => {
    const audiences = Object.fromEntries(
      clientScopes.map(({ name, protocolMappers }) => [name, protocolMappers[0]?.config["included.custom.audience"]]),
    );
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Keycloak fills it in when it imports the realm.
    const audience = "${SCOPE_REGISTRY_AUDIENCE:scope-registry}";
    const own = Object.values(scopeNames).map((name) => [name, audience]);
    expect(audiences).toEqual({ basic: undefined, ...Object.fromEntries(own) });
  });

  it("ties what people may do to roles of which none is part of another", () => {
    expect(realm.scopeMappings).toEqual([
      { clientScope: scopeNames.read, roles: ["scope-registry-reader", "scope-registry-administrator"] },
      { clientScope: scopeNames.admin, roles: ["scope-registry-administrator"] },
    ]);
    expect(realm.roles.realm.filter((role: object) => "composites" in role)).toEqual([]);
  });

  it("has clients whose access tokens say that they are, and whose scopes there are", () => {
    const names = clientScopes.map(({ name }) => name);
    for (const { attributes, defaultClientScopes, optionalClientScopes } of clients) {
      expect(attributes).toMatchObject({ "access.token.header.type.rfc9068": "true" });
      expect(names).toEqual(expect.arrayContaining([...defaultClientScopes, ...optionalClientScopes]));
    }
  });

  it("lets people sign in by a public client with PKCE alone", () => {
    const [catalogue, ...others] = clients.filter(({ publicClient }) => publicClient);
    expect(others).toEqual([]);
    expect(catalogue).toMatchObject({
      standardFlowEnabled: true,
      directAccessGrantsEnabled: false,
      redirectUris: [expect.stringMatching(/^[^*]*\/sign-in\/callback$/)],
      attributes: { "pkce.code.challenge.method": "S256" },
    });
  });

  it("holds no secret and no password", () => {
    expect(text).not.toMatch(/"(secret|credentials|password)"/);
  });
});
