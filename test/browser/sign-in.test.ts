/** Signing in to the catalogue, in a real browser and at a real issuer, with tokens that the registry takes. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { AUDIENCE, CATALOGUE_CLIENT } from "../support/sign-in-issuer.ts";
import { type SignInParties, startSignInParties } from "../support/sign-in-parties.ts";
import { isReady, openSessionPage } from "./session-page.ts";

const READ = "scope_registry.read";
const ADMIN = "scope_registry.admin";

await describeInBrowser("signing in to the catalogue", (browser) => {
  let parties: SignInParties;
  let context: BrowserContext;
  beforeAll(async () => {
    parties = await startSignInParties();
  });
  afterAll(async () => {
    await browser.close();
    await parties[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    parties.issuer.asked.length = 0;
    parties.issuer.grants.length = 0;
    parties.issuer.isAway = false;
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  const open = (path: string) => openSessionPage(context, parties.url + path);

  /** Begins, and agrees or not to each page that the issuer shows. */
  async function signIn(page: Page, returnTo: string, ...choices: ("Yes" | "No")[]): Promise<void> {
    await page.evaluate(`session.signIn(${JSON.stringify(returnTo)})`);
    for (const choice of choices) {
      // The pages look alike: the next one is another document.
      await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name: choice }).click()]);
    }
    await page.waitForURL(`${parties.url}/sign-in/callback?**`);
    await isReady(page);
  }

  it("leads back to where one was, with a token that the registry takes", async () => {
    const page = await open("/scopes/invoices%3Aread?tab=history");
    expect(await page.evaluate("[session.signedIn, session.scopes.size]")).toEqual([false, 0]);
    await signIn(page, "/scopes/invoices%3Aread?tab=history", "Yes", "Yes");
    expect(await page.evaluate("[globalThis.returnTo, globalThis.problem]")).toEqual([
      "/scopes/invoices%3Aread?tab=history",
      undefined,
    ]);
    expect(await page.evaluate("[session.signedIn, [...session.scopes].sort(), changes]")).toEqual([
      true,
      [ADMIN, READ],
      1,
    ]);
    expect(parties.issuer.asked).toEqual([`${READ} ${ADMIN}`]);
    const token = await page.evaluate("session.token()");
    const { admin } = parties.server.withHeader(`Bearer ${token}`);
    expect(await admin.getRegistryPolicy({})).toBeDefined();
  });

  it("lasts when the page is loaded anew, and is this tab's alone", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "Yes");
    const token = await page.evaluate("session.token()");
    await page.goto(`${parties.url}/changes`);
    await isReady(page);
    expect(await page.evaluate("session.token()")).toBe(token);
    const another = await open("/");
    expect(await another.evaluate("session.signedIn")).toBe(false);
    expect(await page.evaluate("[localStorage.length, document.cookie]")).toEqual([0, ""]);
  });

  it("needs no password in a second tab", async () => {
    await signIn(await open("/"), "/", "Yes", "Yes");
    const another = await open("/clients");
    await signIn(another, "/clients");
    expect(await another.evaluate("[session.signedIn, globalThis.returnTo]")).toEqual([true, "/clients"]);
  });

  it("asks once more for reading alone where consent is refused", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "No", "Yes");
    expect(parties.issuer.asked).toEqual([`${READ} ${ADMIN}`, READ]);
    expect(await page.evaluate("[session.signedIn, [...session.scopes]]")).toEqual([true, [READ]]);
  });

  it("says so where consent is refused for reading too", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "No", "No");
    expect(await page.evaluate("[session.signedIn, globalThis.problem]")).toEqual([
      false,
      "You were not let in: sign in again, and agree to what is asked",
    ]);
  });

  it.each([
    ["another state", (state: string) => `code=x&state=${state}-another&iss=ISSUER`],
    ["no state", () => "code=x&iss=ISSUER"],
    ["another issuer", (state: string) => `code=x&state=${state}&iss=https%3A%2F%2Felsewhere.example.com`],
    ["no issuer, though it names itself", (state: string) => `code=x&state=${state}`],
    ["an error of another's request", () => "error=invalid_scope&state=another&iss=ISSUER"],
  ])("takes no answer with %s", async (_what, query) => {
    const page = await open("/");
    // The issuer is never reached: its answer is made up.
    await page.route(`${parties.issuer.issuer}/auth?**`, (route) => route.fulfill({ body: "stay" }));
    await page.evaluate("session.signIn('/')");
    await page.waitForURL(`${parties.issuer.issuer}/auth?**`);
    const state = new URL(page.url()).searchParams.get("state") ?? "";
    const answer = query(state).replace("ISSUER", encodeURIComponent(parties.issuer.issuer));
    await page.goto(`${parties.url}/sign-in/callback?${answer}`);
    await isReady(page);
    expect(await page.evaluate("[session.signedIn, globalThis.problem]")).toEqual([
      false,
      "What the issuer has answered is not for this page: sign in again",
    ]);
    expect(parties.issuer.grants).toEqual([]);
    // It was good for one answer.
    await page.goto(`${parties.url}/sign-in/callback?code=x&state=${state}`);
    await isReady(page);
    expect(await page.evaluate("globalThis.problem")).toBe("This sign-in was not begun in this tab: sign in again");
  });

  it("sends what proves the request, and nothing that the page could leak later", async () => {
    const page = await open("/");
    await page.route(`${parties.issuer.issuer}/auth?**`, (route) => route.fulfill({ body: "stay" }));
    await page.evaluate("session.signIn('/')");
    await page.waitForURL(`${parties.issuer.issuer}/auth?**`);
    const parameters = Object.fromEntries(new URL(page.url()).searchParams);
    expect(parameters).toEqual({
      client_id: CATALOGUE_CLIENT,
      response_type: "code",
      redirect_uri: `${parties.url}/sign-in/callback`,
      scope: `${READ} ${ADMIN}`,
      state: expect.stringMatching(/^[\w-]{40,}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      resource: AUDIENCE,
    });
  });

  it.each([
    "https://elsewhere.example.com/x",
    "//elsewhere.example.com/x",
    "javascript:alert(1)",
    "/sign-in/callback?code=x",
  ])("leads nobody to %s", async (returnTo) => {
    const page = await open("/");
    await signIn(page, returnTo, "Yes", "Yes");
    expect(await page.evaluate("globalThis.returnTo")).toBe("/");
  });

  it("renews a token before it expires, once for all who wait, with another refresh token", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "Yes");
    const refreshToken = () => page.evaluate("JSON.parse(sessionStorage['scope-registry.tokens']).refreshToken");
    const [token, first] = [await page.evaluate("session.token()"), await refreshToken()];
    expect(first).toEqual(expect.any(String));
    await later(page, 3_550);
    const renewed = await page.evaluate("Promise.all([1, 2, 3].map(() => session.token()))");
    expect(new Set(renewed as string[]).size).toBe(1);
    expect((renewed as string[])[0]).not.toBe(token);
    expect(parties.issuer.grants).toEqual(["authorization_code", "refresh_token"]);
    expect(await refreshToken()).not.toBe(first);
    const { admin } = parties.server.withHeader(`Bearer ${(renewed as string[])[0]}`);
    expect(await admin.getRegistryPolicy({})).toBeDefined();
  });

  it("goes on with the token while the issuer is away, and says so once it has expired", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "Yes");
    const token = await page.evaluate("session.token()");
    parties.issuer.isAway = true;
    await later(page, 3_550);
    expect(await page.evaluate("session.token()")).toBe(token);
    await later(page, 60);
    const problem = await page.evaluate("session.token().catch((error) => error.message)");
    expect(problem).toBe("The issuer cannot be reached: try again later");
    parties.issuer.isAway = false;
    expect(await page.evaluate("session.token()")).not.toBe(token);
  });

  it("ends where the issuer refuses to renew it", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "Yes");
    await page.evaluate(`{
      const tokens = JSON.parse(sessionStorage["scope-registry.tokens"]);
      sessionStorage["scope-registry.tokens"] = JSON.stringify({ ...tokens, refreshToken: "revoked" });
    }`);
    await page.reload();
    await isReady(page);
    await later(page, 3_601);
    expect(await page.evaluate("session.token().then((token) => [token, session.signedIn, changes])")).toEqual([
      undefined,
      false,
      1,
    ]);
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("is renewed by the newest tab alone where a tab is duplicated", async () => {
    const page = await open("/");
    await signIn(page, "/", "Yes", "Yes");
    const copy = await page.evaluate("Object.entries(sessionStorage)");
    await context.addInitScript(`for (const [name, value] of ${JSON.stringify(copy)}) sessionStorage[name] ??= value`);
    const duplicate = await open("/");
    const token = await page.evaluate("session.token()");
    expect(await duplicate.evaluate("session.token()")).toBe(token);
    const stored = () => page.evaluate("JSON.parse(sessionStorage['scope-registry.tokens']).refreshToken ?? null");
    await expect.poll(stored).toBeNull();
    await later(page, 3_550);
    await later(duplicate, 3_550);
    expect(await page.evaluate("session.token()")).toBe(token);
    expect(await duplicate.evaluate("session.token()")).not.toBe(token);
    expect(parties.issuer.grants).toEqual(["authorization_code", "refresh_token"]);
  });

  it("ends everywhere by signing out", async () => {
    const page = await open("/scopes");
    await signIn(page, "/", "Yes", "Yes");
    await Promise.all([page.waitForURL(`${parties.issuer.issuer}/session/end?**`), page.evaluate("session.signOut()")]);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: CATALOGUE_CLIENT,
      post_logout_redirect_uri: `${parties.url}/`,
    });
    await page.getByRole("button", { name: "Yes" }).click();
    await page.waitForURL(`${parties.url}/`);
    await isReady(page);
    expect(await page.evaluate("[session.signedIn, sessionStorage.length]")).toEqual([false, 0]);
  });

  it("takes no token out of the URL outside of dev mode", async () => {
    const page = await open("/sign-in#token=abc.def.ghi");
    expect(await page.evaluate("[session.signedIn, location.href]")).toEqual([false, `${parties.url}/sign-in`]);
  });
});

/** Lets the page's clock go on. */
async function later(page: Page, seconds: number): Promise<void> {
  const now = Number(await page.evaluate("Date.now()"));
  await page.clock.setFixedTime(now + seconds * 1_000);
}
