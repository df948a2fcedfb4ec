import { afterEach, describe, expect, it, vi } from "vitest";
import { discoverLocation } from "../../src/tokens/issuer-metadata.ts";

afterEach(() => vi.unstubAllGlobals());

/** What is found where an https issuer has this metadata. */
function discovered(metadata: object): Promise<string> {
  vi.stubGlobal("fetch", async () => Response.json(metadata));
  return discoverLocation("https://login.example.com/", "token_endpoint", new AbortController().signal);
}

describe("an issuer without metadata", () => {
  it.each([
    [[404, 404], "lasting"],
    [[301, 404], "passing"],
    [[404, 503], "passing"],
    [[429, 404], "passing"],
    [[0, 404], "passing"],
    [[0, 0], "away"],
  ])("whose documents answer %j (0: nothing) has a problem that is %s", async (statuses, problem) => {
    const answers = [...statuses];
    vi.stubGlobal("fetch", async () => {
      const status = answers.shift();
      if (!status) throw new TypeError("fetch failed");
      return new Response("{}", { status });
    });
    const finding = discoverLocation("https://login.example.com", "jwks_uri", new AbortController().signal);
    await expect(finding).rejects.toMatchObject({ name: "IssuerError", problem });
  });
});

describe("the metadata of an https issuer", () => {
  const issuer = "https://login.example.com/";

  it("names an https URL", async () => {
    expect(await discovered({ issuer, token_endpoint: "https://elsewhere.example.com/token" })).toBe(
      "https://elsewhere.example.com/token",
    );
  });

  it.each([
    ["without TLS, even on this machine", { issuer, token_endpoint: "http://127.0.0.1:8081/token" }],
    ["with credentials", { issuer, token_endpoint: "https://name:hunter2@login.example.com/token" }],
    ["that is none", { issuer, token_endpoint: "/token" }],
    ["of another issuer", { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" }],
  ])("names no URL %s", async (_case, metadata) => {
    const error: Error = await discovered(metadata).then(
      () => new Error("It was taken"),
      (thrown) => thrown,
    );
    expect(error.message).toContain("The issuer https://login.example.com/ has no metadata with a token_endpoint");
    expect(error.message).not.toContain("hunter2");
  });
});
