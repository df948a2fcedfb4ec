/** Clients in a browser: grants, ceilings and defaults, and what somebody else has changed meanwhile. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { unique } from "../support/test-server.ts";
import {
  expectAccessible,
  type GovernedCatalogue,
  OPERATOR,
  startGovernedCatalogue,
  textsOf,
} from "./governed-catalogue.ts";

await describeInBrowser("clients in the catalogue", (browser: Browser) => {
  let catalogue: GovernedCatalogue;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    const { registry } = await catalogue.server.as({ client: "billing-api", scopes: ["register", "registerDefault"] });
    await registry.registerScopes({
      scopes: [
        { name: "invoices:read", description: "Read" },
        { name: "invoices:write", description: "Write", restricted: true },
        { name: "invoices:status", description: "Status", isDefault: true },
        { name: "invoices:all", description: "All", isDefault: true, restricted: true },
      ],
    });
  });
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  /** Undefined: the client has neither a policy nor a grant. */
  const policyOf = async (clientId: string) => {
    const { clientPolicies } = await catalogue.operator.admin.listClientPolicies({ pageSize: 1_000 });
    return clientPolicies.find((policy) => policy.clientId === clientId);
  };

  it("lists those that have something, and opens any other", async () => {
    const clientId = unique("<i>web</i> shop/ä");
    await catalogue.operator.admin.setClientPolicy({
      clientPolicy: { clientId, allowedScopes: ["invoices:read", "invoices:write"], defaultScopes: ["invoices:read"] },
    });
    const page = await catalogue.open(browser, "/clients", OPERATOR);
    const row = page.getByRole("row").filter({ hasText: clientId });
    await row.waitFor();
    expect((await row.getByRole("cell").allTextContents()).slice(0, 3)).toEqual(["2", "1", "0"]);
    await row.getByRole("link").click();
    await page.getByRole("heading", { name: clientId, level: 1 }).waitFor();
    expect(await page.getByLabel(/^Ceiling/).inputValue()).toBe("invoices:read\ninvoices:write");
    await page.goBack();
    await page.getByRole("textbox", { name: "Client" }).fill("unheard-of");
    await page.keyboard.press("Enter");
    await page.getByText("The registry knows nothing of this client").waitFor();
  });

  it("grants and revokes, by the keyboard alone, and says at which revision", async () => {
    const clientId = unique("web-shop");
    const page = await catalogue.open(browser, `/clients/${clientId}`, OPERATOR);
    await page.getByLabel("Scope", { exact: true }).focus();
    await page.keyboard.type("invoices:write");
    await page.keyboard.press("Enter");
    await page.getByText(/Granted at revision \d+/).waitFor();
    expect((await policyOf(clientId))?.grantedScopes).toEqual(["invoices:write"]);
    const revoke = page.getByRole("button", { name: "Revoke invoices:write" });
    await revoke.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Revoke the grant" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Revoke invoices:write");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Revoke" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText(/Revoked at revision \d+/).waitFor();
    await page.getByText("It holds no grant").waitFor();
    expect((await policyOf(clientId))?.grantedScopes ?? []).toEqual([]);
  });

  it("asks again at once where somebody has just said no", async () => {
    const clientId = unique("web-shop");
    await catalogue.operator.admin.grantScopes({ clientId, scopes: ["invoices:write"] });
    const page = await catalogue.open(browser, `/clients/${clientId}`, OPERATOR);
    const revoke = page.getByRole("button", { name: "Revoke invoices:write" });
    await revoke.click();
    const dialog = page.getByRole("dialog", { name: "Revoke the grant" });
    await dialog.waitFor();
    // Both before the browser tells that the window is closed, and what follows that after it.
    await page.evaluate(`(async () => {
      const button = (text) => [...document.querySelectorAll("button")].find((one) => (one.ariaLabel ?? one.textContent) === text);
      button("Cancel").click();
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      button("Revoke invoices:write").click();
      await new Promise((resolve) => setTimeout(resolve, 200));
    })()`);
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByText(/Revoked at revision \d+/).waitFor();
  });

  it("says beside the form why a grant was refused", async () => {
    const page = await catalogue.open(browser, `/clients/${unique("web-shop")}`, OPERATOR);
    await page.getByLabel("Scope", { exact: true }).fill("nobody:knows");
    await page.getByRole("button", { name: "Grant" }).click();
    await page.getByRole("form", { name: "Grant" }).getByRole("alert").getByText("nobody:knows").waitFor();
  });

  it("overwrites nobody's change unseen", async () => {
    const clientId = unique("web-shop");
    const { admin } = catalogue.operator;
    await admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: ["invoices:read"] } });
    const page = await catalogue.open(browser, `/clients/${clientId}`, OPERATOR);
    await page.getByLabel(/^Defaults/).fill("invoices:read");
    await admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: ["invoices:write"] } });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else has changed it since you began").waitFor();
    expect(await textsOf(page, ".since-read li.line")).toEqual(["− Removed: invoices:read", "+ Added: invoices:write"]);
    expect(await policyOf(clientId)).toMatchObject({ allowedScopes: ["invoices:write"], defaultScopes: [] });
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await page.getByLabel(/^Ceiling/).fill("invoices:write\ninvoices:read");
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/Saved at revision \d+/).waitFor();
    expect(await policyOf(clientId)).toMatchObject({
      allowedScopes: ["invoices:write", "invoices:read"],
      defaultScopes: ["invoices:read"],
    });
  });

  describe("deletes all that is set for a client", () => {
    const deleting = async (clientId: string) => {
      const page = await catalogue.open(browser, `/clients/${clientId}`, OPERATOR);
      await page.getByRole("button", { name: "Delete…" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Delete the policy" });
      await dialog.getByRole("button", { name: "Delete the policy" }).waitFor();
      return { page, dialog };
    };

    it("after it has said what is known, and not that there are no defaults before it knows them", async () => {
      const clientId = unique("web-shop");
      await catalogue.operator.admin.grantScopes({ clientId, scopes: ["invoices:write"] });
      const page = await catalogue.open(browser, "/sign-in", OPERATOR);
      const begin = Promise.withResolvers<void>();
      await page.context().route("**/WatchScopes", async (route) => {
        await begin.promise;
        await route.continue();
      });
      await page.goto(`${catalogue.server.httpUrl}/clients/${clientId}`);
      await page.getByRole("button", { name: "Delete…" }).click();
      const defaults = page.locator(".breaks li").last();
      await defaults.waitFor();
      expect(await defaults.textContent()).toMatch(/it gets the defaults of everybody, as far as they fit/);
      begin.resolve();
      await defaults.getByRole("link", { name: "invoices:status" }).waitFor();
    });

    it("after it has said what that changes, by the keyboard alone, and says at which revision", async () => {
      const clientId = unique("web-shop");
      const { admin } = catalogue.operator;
      await admin.setClientPolicy({
        clientPolicy: { clientId, allowedScopes: ["invoices:read"], defaultScopes: ["invoices:read"] },
      });
      await admin.grantScopes({ clientId, scopes: ["invoices:write"] });
      const { page, dialog } = await deleting(clientId);
      await dialog.getByText("as far as they fit").getByRole("link", { name: "invoices:status" }).waitFor();
      expect(await textsOf(page, ".breaks li")).toEqual([
        "It loses 1 grant: invoices:write. As far as they are restricted, it is refused them from its next token request on.",
        "It has no ceiling any more: beside invoices:read it may ask for every scope that is not restricted.",
        "Where it names no scope, it gets in place of its own (invoices:read) the defaults of everybody, as far as they fit the resources that it asks for: invoices:status.",
      ]);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Delete…");
      await page.keyboard.press("Enter");
      const typed = dialog.getByLabel("To go on, type the client");
      await typed.focus();
      await page.keyboard.press("Enter");
      expect(await policyOf(clientId)).toBeDefined();
      await page.keyboard.type(clientId);
      await page.keyboard.press("Enter");
      await page.getByText(/Deleted at revision \d+/).waitFor();
      expect(await policyOf(clientId)).toBeUndefined();
      expect(await page.evaluate("document.activeElement.className")).toBe("done");
      expect(await page.getByLabel(/^Ceiling/).inputValue()).toBe("");
      await page.getByText("It holds no grant").waitFor();
      expect(await page.getByRole("button", { name: "Delete…" }).count()).toBe(0);
      await page.getByLabel(/^Ceiling/).fill("invoices:write");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText(/Saved at revision \d+/).waitFor();
      expect(await policyOf(clientId)).toMatchObject({ allowedScopes: ["invoices:write"], defaultScopes: [] });
    });

    it("not as somebody else has changed it meanwhile, and shows what that is", async () => {
      const clientId = unique("web-shop");
      const { admin } = catalogue.operator;
      await admin.setClientPolicy({ clientPolicy: { clientId, defaultScopes: ["invoices:read"] } });
      const { page, dialog } = await deleting(clientId);
      await admin.grantScopes({ clientId, scopes: ["invoices:write"] });
      await dialog.getByRole("button", { name: "Delete the policy" }).click();
      await dialog.getByRole("alert").getByText("Nothing was done: it has been changed meanwhile").waitFor();
      await dialog.getByText("It loses 1 grant").waitFor();
      expect(await policyOf(clientId)).toMatchObject({ grantedScopes: ["invoices:write"] });
      await dialog.getByLabel("To go on, type the client").fill(clientId);
      await dialog.getByRole("button", { name: "Delete the policy" }).click();
      await page.getByText(/Deleted at revision \d+/).waitFor();
      expect(await policyOf(clientId)).toBeUndefined();
    });

    it("and says so where somebody else has, and where there is nothing to delete", async () => {
      const clientId = unique("web-shop");
      const { admin } = catalogue.operator;
      await admin.grantScopes({ clientId, scopes: ["invoices:write"] });
      const page = await catalogue.open(browser, `/clients/${clientId}`, OPERATOR);
      const begin = page.getByRole("button", { name: "Delete…" });
      await begin.waitFor();
      await admin.deleteClientPolicy({ clientId });
      await begin.click();
      const dialog = page.getByRole("dialog", { name: "Delete the policy" });
      await dialog.getByText("There is nothing to delete any more.").waitFor();
      await dialog.getByRole("button", { name: "Close" }).click();
      await page.getByText("The registry knows nothing of this client").waitFor();
      expect(await begin.count()).toBe(0);
    });
  });

  it("is not for who is no administrator", async () => {
    for (const path of ["/clients", "/clients/web-shop"]) {
      const page = await catalogue.open(browser, path, undefined);
      await page.getByText("scope_registry.admin", { exact: true }).waitFor();
      expect(await page.locator("main input, main textarea, main table").count()).toBe(0);
      await page.context().close();
    }
  });

  it.each([1280, 390])("has nothing that axe finds fault with at %i pixels", async (width) => {
    const clientId = unique("c".repeat(500));
    await catalogue.operator.admin.grantScopes({ clientId, scopes: ["invoices:write"] });
    const page = await catalogue.open(browser, "/clients", OPERATOR, { width });
    await page.getByRole("row").nth(1).waitFor();
    await expectAccessible(page);
    await page.goto(`${new URL(page.url()).origin}/clients/${clientId}`);
    await page.locator(".entry").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog").getByText("It loses 1 grant").waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
