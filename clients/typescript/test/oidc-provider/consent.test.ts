import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOidcProviderScopes } from "../../src/oidc-provider/index.ts";
import { createBrowser } from "./browser.ts";
import { createMemoryReplica } from "./memory-replica.ts";
import { authorize, formOf } from "./oauth-client.ts";
import { CALLBACK, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";
const CLIENT = {
  client_id: "web-shop",
  response_type: "code",
  redirect_uri: CALLBACK,
  code_challenge: "x".repeat(43),
  code_challenge_method: "S256",
};
const TEXTS = {
  en: { title: "See your invoices", description: "" },
  de: { title: "Deine Rechnungen sehen", description: "Auch alte" },
  fr: { title: "Voir vos factures", description: "" },
};

describe("the consent texts of an interaction", () => {
  const replica = createMemoryReplica({
    scopes: [
      { name: "invoices:read", resources: [BILLING], consentTexts: TEXTS, state: "DEPRECATED" },
      { name: "search", description: "Search everything" },
    ],
  });
  const { consent } = createOidcProviderScopes({ replica, configuration: {} });
  const page = (params: Record<string, unknown>, missing: unknown) => ({
    params,
    prompt: { name: "consent", details: { missingResourceScopes: missing } },
  });

  it("are shown on the page in the language of ui_locales, then of the browser", async () => {
    await using running = await startProvider({ replica });
    const shown = async (parameters: Record<string, string>, acceptLanguage: string) => {
      const asked = { scope: "invoices:read search", ...parameters };
      await authorize(running.issuer, asked, { "accept-language": acceptLanguage });
      return running.pages.at(-1)?.items;
    };
    expect(await shown({ ui_locales: "xx de-AT" }, "fr")).toEqual([
      {
        name: "invoices:read",
        title: "Deine Rechnungen sehen",
        description: "Auch alte",
        locale: "de",
        resources: [BILLING],
        deprecated: true,
      },
      {
        name: "search",
        title: "search",
        description: "Search everything",
        locale: "",
        resources: [BILLING],
        deprecated: false,
      },
    ]);
    expect((await shown({}, "de;q=0.2, fr-CA;q=0.9, *"))?.[0]?.locale).toBe("fr");
    expect((await shown({ ui_locales: "ja" }, ""))?.[0]?.locale).toBe("en");
  });

  it("are those of all requested scopes where the user is asked once more", async () => {
    await using running = await startProvider({ replica });
    const browser = createBrowser();
    const asked = { ...CLIENT, scope: "openid offline_access invoices:read search", prompt: "consent" };
    for (const _ of ["first", "second"]) await browser.open(`${running.issuer}/auth?${formOf(asked)}`);
    const [, first, second] = running.pages;
    expect(first?.items.map(({ name }) => name)).toEqual(["invoices:read", "search"]);
    expect(second).toEqual(first);
  });

  it("come once for a scope of several resources", () => {
    const items = consent(page({}, { "https://one.example/": ["search"], "https://two.example/": ["search"] }));
    expect(items).toMatchObject([{ name: "search", resources: ["https://one.example/", "https://two.example/"] }]);
  });

  it("are the name of a scope that is gone meanwhile", () => {
    expect(consent(page({}, { [BILLING]: ["gone"] }))).toMatchObject([{ name: "gone", title: "gone", locale: "" }]);
  });

  it("are none where the user is not asked for registered scopes", () => {
    expect(consent(page({ scope: "openid" }, undefined))).toEqual([]);
  });

  it("are answered whatever the browser and the client send as languages", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (uiLocales, acceptLanguage) => {
        const items = consent(page({ ui_locales: uiLocales }, { [BILLING]: ["invoices:read"] }), acceptLanguage);
        expect(Object.keys(TEXTS)).toContain(items[0]?.locale);
      }),
    );
  });
});
