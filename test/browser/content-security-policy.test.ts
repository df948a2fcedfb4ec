/** Each page of the catalogue, as it is built and served: nothing that it does is against its policy. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const PATHS = [
  ...["/", "/?q=invoices", "/scopes/invoices%3Aread", "/scopes/nobody%3Aknows", "/resource-servers"],
  ...["/resource-servers/billing-api", "/changes", "/changes/2", "/reviews", "/clients", "/clients/web-shop"],
  ...["/sign-in", "/sign-in/callback?code=x&state=y", "/sign-in/elsewhere"],
];

await describeInBrowser("the catalogue's policy", (browser) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ settings: { CATALOGUE: "open" } });
    const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
    await registry.registerScopes({
      scopes: [{ name: "invoices:read", description: "<img src=x onerror=alert(1)><script>alert(1)</script>" }],
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  // Side by side, as each waits for what comes last.
  it.concurrent.each(PATHS)("is kept by %s", async (path) => {
    const context = await browser.newContext();
    const problems: string[] = [];
    const foreign: string[] = [];
    await context.exposeFunction("noteViolation", (text: string) => problems.push(text));
    await context.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
      noteViolation(event.violatedDirective + " " + event.blockedURI + " " + event.sample))`);
    context.on("weberror", (error) => problems.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
    });
    context.on("dialog", (dialog) => problems.push(`a dialog: ${dialog.message()}`));
    context.on("request", (request) => {
      if (!request.url().startsWith(server.httpUrl)) foreign.push(request.url());
    });
    const page = await context.newPage();
    await page.goto(server.httpUrl + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // What it loads or writes at last, it does by then.
    await page.waitForTimeout(500);
    expect({ problems, foreign }).toEqual({ problems: [], foreign: [] });
    await context.close();
  });

  it("is there to be kept: what it forbids is told", async () => {
    const page = await browser.newPage();
    await page.goto(server.httpUrl);
    const violated = page.evaluate(`new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true });
      document.body.append(Object.assign(document.createElement("img"), { src: "https://elsewhere.example.com/x.png" }));
    })`);
    expect(await violated).toBe("img-src");
    await expect(page.evaluate('document.body.innerHTML = "<b>x</b>"')).rejects.toThrow(/TrustedHTML/);
    await page.close();
  });
});
