import { afterEach, describe, expect, it, vi } from "vitest";
import { discoverLocation } from "../../src/tokens/issuer-metadata.ts";

afterEach(() => vi.unstubAllGlobals());

/** What is found where an https issuer has this metadata. */
function discovered(metadata: object): Promise<string> {
  vi.stubGlobal("fetch", async () => Response.json(metadata));
  return discoverLocation("https://login.example.com/", "token_endpoint", new AbortController().signal);
}

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
