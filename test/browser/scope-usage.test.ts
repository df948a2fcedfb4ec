/** Who uses a scope, in a browser: grants, and taking a scope away once one has seen what that breaks. */
import { ScopeState } from "@scope-registry/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { type CallerOptions, type Clients, unique } from "../support/test-server.ts";
import {
  expectAccessible,
  type GovernedCatalogue,
  type LookOptions,
  OPERATOR,
  startGovernedCatalogue,
} from "./governed-catalogue.ts";

await describeInBrowser("who uses a scope, in the catalogue", (browser: Browser) => {
  let catalogue: GovernedCatalogue;
  let billing: Clients;
  /** A scope that a client holds a grant for, and one that nobody has. */
  let used: string;
  let unused: string;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    billing = await catalogue.server.as({ client: "billing-api", scopes: ["register"] });
  });
  beforeEach(async () => {
    used = unique("invoices:write");
    unused = unique("invoices:old");
    await billing.registry.registerScopes({
      scopes: [
        { name: used, description: "Write", restricted: true, replacedBy: "invoices:change" },
        { name: unused, description: "Old" },
      ],
    });
    await billing.admin.grantScopes({ clientId: "web-shop", scopes: [used] });
  });
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  const open = (name: string, caller: CallerOptions | undefined, options?: LookOptions) =>
    catalogue.open(browser, `/scopes/${encodeURIComponent(name)}`, caller, options);
  const stateOf = async (name: string) =>
    (await catalogue.operator.registry.listScopes({ names: [name] })).scopes[0]?.state;
  const retire = async (page: Page) => {
    await page.getByRole("button", { name: "Retire…" }).click();
    return page.getByRole("dialog", { name: "Retire scope" });
  };

  it("shows what retiring it would break, and does not before its name is typed", async () => {
    const page = await open(used, OPERATOR);
    const dialog = await retire(page);
    await dialog.getByText("What it would break").waitFor();
    await dialog.getByText(/1 client holds a grant: web-shop/).waitFor();
    await dialog.getByText(/Clients are told to ask for invoices:change instead/).waitFor();
    const go = dialog.getByRole("button", { name: "Retire scope" });
    expect(await go.isDisabled()).toBe(true);
    await go.click({ force: true });
    await dialog.getByRole("textbox").fill(`${used}-another`);
    await page.keyboard.press("Enter");
    expect(await go.isDisabled()).toBe(true);
    expect(await stateOf(used)).toBe(ScopeState.ACTIVE);
    await dialog.getByRole("textbox").fill(used);
    await page.keyboard.press("Enter");
    await dialog.getByText(/Retired at revision \d+/).waitFor();
    expect(await stateOf(used)).toBe(ScopeState.DISABLED);
    await dialog.getByRole("button", { name: "Undo" }).click();
    await dialog.getByText(/Enabled at revision \d+/).waitFor();
    expect(await stateOf(used)).toBe(ScopeState.ACTIVE);
  });

  it("retires what nobody uses without more ado, and then deletes it, by the keyboard alone", async () => {
    const page = await open(unused, OPERATOR);
    await page.getByRole("button", { name: "Retire…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Retire scope" });
    await dialog.getByText("It would break nothing that the registry knows of").waitFor();
    await dialog.getByRole("button", { name: "Retire scope" }).focus();
    await page.keyboard.press("Enter");
    await dialog.getByText(/Retired at revision \d+/).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    const remove = page.getByRole("button", { name: "Delete…" });
    await remove.focus();
    await page.keyboard.press("Enter");
    const second = page.getByRole("dialog", { name: "Delete scope" });
    await second.getByText(/Its name stays reserved for at:billing-api/).waitFor();
    await second.getByRole("button", { name: "Delete scope" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => stateOf(unused)).toBeUndefined();
    const { reservedNames } = await catalogue.operator.admin.listReservedNames({ owner: "at:billing-api" });
    expect(reservedNames.map(({ name }) => name)).toContain(unused);
    await page.getByRole("link", { name: "What was ever changed of it" }).click();
    await page.locator(".entry").getByText("Scopes deleted").first().waitFor();
  });

  it("asks anew where somebody has begun to use it while one read that nobody does", async () => {
    const page = await open(unused, OPERATOR);
    const dialog = await retire(page);
    await dialog.getByText("It would break nothing that the registry knows of").waitFor();
    await catalogue.operator.admin.grantScopes({ clientId: "late-shop", scopes: [unused] });
    await dialog.getByRole("button", { name: "Retire scope" }).click();
    await dialog.getByText("Somebody has begun to use it meanwhile").waitFor();
    await dialog.getByText(/1 client holds a grant: late-shop/).waitFor();
    expect(await dialog.getByRole("button", { name: "Retire scope" }).isDisabled()).toBe(true);
    expect(await stateOf(unused)).toBe(ScopeState.ACTIVE);
  });

  it("grants it to a client and takes the grant back", async () => {
    const page = await open(used, OPERATOR);
    const form = page.getByRole("form", { name: "Grant" });
    await form.getByLabel("Client").fill("mobile-app");
    await form.getByRole("button", { name: "Grant" }).click();
    await page.getByText(/Granted at revision \d+/).waitFor();
    await page.getByRole("button", { name: "Revoke from mobile-app" }).click();
    await page.getByRole("dialog", { name: "Revoke the grant" }).getByRole("button", { name: "Revoke" }).click();
    await page.getByText(/Revoked at revision \d+/).waitFor();
    await page.getByRole("button", { name: "Revoke from mobile-app" }).waitFor({ state: "detached" });
    expect(await page.getByRole("button", { name: "Revoke from web-shop" }).count()).toBe(1);
  });

  it("lets its owner act on it, and others see only what everybody may", async () => {
    const owner = await open(used, { client: "billing-api", scopes: ["register", "read"] });
    await owner.getByRole("button", { name: "Retire…" }).waitFor();
    const stranger = await open(used, undefined);
    await stranger.getByText("Which clients use it").waitFor();
    expect(await stranger.getByRole("button", { name: /Retire|Grant|Revoke/ }).count()).toBe(0);
    const other = await open(used, { client: "other-api", scopes: ["register", "read"] });
    await other.getByText("Which clients use it is shown to its owner").waitFor();
    expect(await other.getByRole("button", { name: /Retire|Grant|Revoke/ }).count()).toBe(0);
  });

  it("shows who signs in without the scope to read what anybody may", async () => {
    const page = await open(used, { client: "billing-api", scopes: ["register"] });
    await page.getByRole("button", { name: "Retire…" }).waitFor();
    await page.locator(".feed-live").waitFor();
    await page.getByRole("link", { name: "Scopes", exact: true }).click();
    await page.locator(`.scope-link[title="${used}"]`).waitFor();
    await page.getByRole("link", { name: "Clients" }).click();
    await page.getByText("Your sign-in does not have it").waitFor();
  });

  it("offers its owner nothing that an administrator alone may do, and says so", async () => {
    await catalogue.operator.admin.disableScopes({ names: [used], force: true });
    const owner = await open(used, { client: "billing-api", scopes: ["register", "read"] });
    await owner.getByText("An administrator alone can enable it again, or delete it.").waitFor();
    expect(await owner.getByRole("button", { name: /Enable|Delete/ }).count()).toBe(0);
    const operator = await open(used, OPERATOR);
    await operator.getByRole("button", { name: "Enable" }).click();
    await operator.getByText(/Enabled at revision \d+/).waitFor();
  });

  it("offers to enable again what was enabled and retired once more", async () => {
    await billing.admin.disableScopes({ names: [unused] });
    const page = await open(unused, OPERATOR);
    await page.getByRole("button", { name: "Enable" }).click();
    const dialog = await retire(page);
    await dialog.getByRole("button", { name: "Retire scope" }).click();
    await dialog.getByText(/Retired at revision \d+/).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByText(/Enabled at revision \d+/).waitFor();
    expect(await stateOf(unused)).toBe(ScopeState.ACTIVE);
  });

  it("does not say of one grant why another could not be taken", async () => {
    await billing.admin.grantScopes({ clientId: "mobile-app", scopes: [used] });
    const page = await open(used, OPERATOR);
    const dialog = page.getByRole("dialog", { name: "Revoke the grant" });
    await page.route("**/RevokeScopes", (route) => route.abort());
    await page.getByRole("button", { name: "Revoke from web-shop" }).click();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await dialog.getByText("It is safe to try again").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Revoke from mobile-app" }).click();
    await dialog.getByText("mobile-app is refused").waitFor();
    expect(await dialog.getByRole("alert").count()).toBe(0);
  });

  it("asks about the longest names on a phone, and has nothing that axe finds fault with", async () => {
    const name = unique("w".repeat(230)).padEnd(255, "w");
    const clientId = unique("c".repeat(230)).padEnd(255, "c");
    await billing.registry.registerScopes({ scopes: [{ name, description: "Write", restricted: true }] });
    await billing.admin.grantScopes({ clientId, scopes: [name] });
    const page = await open(name, OPERATOR, { width: 390 });
    const expectWhole = async (title: string) => {
      const dialog = page.getByRole("dialog", { name: title });
      await dialog.getByText(name).waitFor();
      await expectAccessible(page);
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('dialog[open]')].map((dialog) => dialog.scrollWidth - dialog.clientWidth)",
        ),
      ).toEqual([0]);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    };
    await page.getByRole("button", { name: /^Revoke from/ }).click();
    await expectWhole("Revoke the grant");
    await page.getByRole("button", { name: "Retire…" }).click();
    await expectWhole("Retire scope");
    await page.goto(`${new URL(page.url()).origin}/clients/${clientId}`);
    await page.getByRole("button", { name: /^Revoke / }).click();
    await expectWhole("Revoke the grant");
  });

  it.each([1280, 390])("has nothing that axe finds fault with at %i pixels", async (width) => {
    const page = await open(used, OPERATOR, { width });
    const dialog = await retire(page);
    await dialog.getByText("What it would break").waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
