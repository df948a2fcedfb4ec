/** Reviews in a browser: what would come into force is read, approved as it was read, or refused. */

import { ScopeState } from "@scope-registry/client";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { type Clients, unique } from "../support/test-server.ts";
import {
  expectAccessible,
  type GovernedCatalogue,
  OPERATOR,
  PREFIX,
  startGovernedCatalogue,
  textsOf,
} from "./governed-catalogue.ts";

await describeInBrowser("reviews in the catalogue", (browser: Browser) => {
  let catalogue: GovernedCatalogue;
  let docs: Clients;
  /** A scope that was never approved, and one that proposes to reach further. */
  let fresh: string;
  let proposed: string;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    const { server, operator } = catalogue;
    await operator.admin.setResourceServer({ resourceServer: { name: `${PREFIX}docs-api`, mode: 2 } });
    docs = await server.as({ client: "docs-api", scopes: ["register"] });
  });
  beforeEach(async () => {
    fresh = unique("docs:new");
    proposed = unique("docs:read");
    await docs.registry.registerScopes({ scopes: [{ name: proposed, description: "Read", restricted: true }] });
    await catalogue.operator.admin.approveScopes({ names: [proposed] });
    await docs.registry.registerScopes({
      scopes: [
        { name: proposed, description: "Read", restricted: false },
        { name: fresh, description: "<b>New</b>", consentTexts: { ar: { title: "قراءة", description: "" } } },
      ],
    });
    return async () => {
      const { scopes } = await catalogue.operator.registry.listScopes({ states: [ScopeState.PENDING] });
      if (scopes.length > 0) await catalogue.operator.admin.approveScopes({ names: scopes.map(({ name }) => name) });
    };
  });
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  const stateOf = async (name: string) => {
    const { scopes } = await catalogue.operator.registry.listScopes({ names: [name] });
    return scopes[0] && { state: scopes[0].state, restricted: scopes[0].restricted };
  };
  const item = (page: Awaited<ReturnType<GovernedCatalogue["open"]>>, name: string) =>
    page.locator(".review").filter({ hasText: name });

  it("tells what would come into force, who asked, and in the head how many wait", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await item(page, proposed).waitFor();
    await expect.poll(() => textsOf(page, ".places .count")).toEqual(["2 waiting"]);
    expect(await item(page, proposed).locator(".field").allTextContents()).toEqual(["RestrictedYes → No"]);
    expect(await item(page, fresh).locator(".field").allTextContents()).toEqual([
      "Description<b>New</b>",
      "Consent title, arقراءة",
    ]);
    expect(await item(page, fresh).textContent()).toContain(`Asked by ${PREFIX}docs-api`);
  });

  it("approves several at once, by the keyboard alone", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await page.getByRole("checkbox", { name: "Choose all" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText(/Approved 2 scopes at revision/).waitFor();
    expect(await page.evaluate("document.activeElement.className")).toBe("done");
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.ACTIVE });
    expect(await stateOf(proposed)).toEqual({ state: ScopeState.ACTIVE, restricted: false });
    await page.getByText("Nothing waits for a review").waitFor();
    await expect.poll(() => page.locator(".places .count").count()).toBe(0);
  });

  it("approves nothing that has changed since it was read, shows what has, and asks again", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await item(page, proposed).waitFor();
    const wider = { name: proposed, description: "Read", restricted: false, resources: ["https://new.example/"] };
    await docs.registry.registerScopes({ scopes: [wider] });
    const approve = page.getByRole("button", { name: `Approve ${proposed}` });
    await approve.click();
    await page.getByText("Nothing was done: it has changed since you read it").waitFor();
    expect(await item(page, proposed).locator(".since-read .field").allTextContents()).toEqual([
      "Resources+Added: https://new.example/",
    ]);
    expect(await stateOf(proposed)).toEqual({ state: ScopeState.PENDING, restricted: true });
    await approve.click();
    await page.getByText(`Approved ${proposed} at revision`).waitFor();
    expect(await stateOf(proposed)).toEqual({ state: ScopeState.ACTIVE, restricted: false });
  });

  it("refuses what was never approved, after a question that Esc answers with no", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    const refuse = page.getByRole("button", { name: `Refuse ${fresh}` });
    await refuse.click();
    const dialog = page.getByRole("dialog", { name: "Refuse" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe(`Refuse ${fresh}`);
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.PENDING });
    await refuse.click();
    await dialog.getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByText(`Refused ${fresh} at revision`).waitFor();
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.DISABLED });
    await docs.registry.registerScopes({ scopes: [{ name: fresh, description: "New" }] });
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.DISABLED });
  });

  it("does not refuse what somebody else has approved meanwhile", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await page.getByRole("button", { name: `Refuse ${fresh}` }).click();
    await catalogue.operator.admin.approveScopes({ names: [fresh] });
    await page.getByRole("dialog").getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByText("does not wait any more: somebody else has decided").waitFor();
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.ACTIVE });
  });

  it("refuses what a valid scope proposes beside what is new, and it does not come back by itself", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await page.getByRole("checkbox", { name: "Choose all" }).check();
    await page.getByRole("button", { name: "Refuse… 2" }).click();
    const dialog = page.getByRole("dialog", { name: "Refuse" });
    await dialog.getByText("It stays valid as it is, and what it proposes is dropped").waitFor();
    await dialog.getByText("It is disabled: its owner can register it again, but not make it valid").waitFor();
    await dialog.getByRole("button", { name: "Refuse 2" }).click();
    await page.getByText("Refused 2 scopes at revision").waitFor();
    await page.getByText("Nothing waits for a review").waitFor();
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.DISABLED });
    expect(await stateOf(proposed)).toEqual({ state: ScopeState.ACTIVE, restricted: true });
    await docs.registry.registerScopes({ scopes: [{ name: proposed, description: "Read", restricted: false }] });
    expect(await stateOf(proposed)).toEqual({ state: ScopeState.ACTIVE, restricted: true });
  });

  it("refuses no proposal that has changed since it was read", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await page.getByRole("button", { name: `Refuse ${proposed}` }).click();
    const wider = { name: proposed, description: "Read", restricted: false, resources: ["https://new.example/"] };
    await docs.registry.registerScopes({ scopes: [wider] });
    await page.getByRole("dialog").getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByText("Nothing was done: it has changed since you read it").waitFor();
    expect(await stateOf(proposed)).toEqual({ state: ScopeState.PENDING, restricted: true });
  });

  it("leads to what was refused, who may see the history", async () => {
    await catalogue.operator.admin.refuseScopes({ names: [fresh] });
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await page.getByRole("link", { name: "What was refused" }).click();
    await page.locator(".entry").filter({ hasText: fresh }).waitFor();
    expect(new Set(await textsOf(page, ".entry-title"))).toSatisfy((titles: Set<string>) =>
      [...titles].every((title) => title.endsWith("Scopes refused")),
    );
    const stranger = await catalogue.open(browser, "/reviews", undefined);
    await item(stranger, proposed).waitFor();
    expect(await stranger.getByRole("link", { name: "What was refused" }).count()).toBe(0);
  });

  it("lets others read, and offers them nothing to decide", async () => {
    const page = await catalogue.open(browser, "/reviews", undefined);
    await item(page, proposed).waitFor();
    expect(await page.locator(".review button, .review input, .reviews-bar button").count()).toBe(0);
    await expect.poll(() => textsOf(page, ".places .count")).toEqual(["2 waiting"]);
  });

  it("says why the registry does not take a sign-in, though anybody may read with it", async () => {
    const elsewhere = { client: "operator", scopes: ["admin"], claims: { aud: "elsewhere" } } as const;
    const page = await catalogue.open(browser, "/reviews", elsewhere);
    await item(page, fresh).getByRole("button", { name: "Approve" }).click();
    await page
      .getByRole("alert")
      .getByText(/sign out, and in again\. The token is meant for another audience/)
      .waitFor();
    expect(await stateOf(fresh)).toMatchObject({ state: ScopeState.PENDING });
  });

  it("says when what waits has changed, and moves nothing until it is asked to", async () => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR);
    await item(page, proposed).waitFor();
    await expect.poll(() => textsOf(page, ".places .count")).toEqual(["2 waiting"]);
    const another = unique("docs:another");
    await docs.registry.registerScopes({ scopes: [{ name: another, description: "Another" }] });
    const show = page.getByRole("button", { name: "Show it" });
    await show.waitFor();
    expect(await page.locator(".review").count()).toBe(2);
    await show.click();
    await item(page, another).waitFor();
  });

  it.each([1280, 390])("has nothing that axe finds fault with at %i pixels", async (width) => {
    const page = await catalogue.open(browser, "/reviews", OPERATOR, { width });
    await item(page, proposed).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: `Refuse ${fresh}` }).click();
    await page.getByRole("dialog", { name: "Refuse" }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
