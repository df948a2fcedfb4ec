import { parseArgs } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curlSnippet, grpcurlSnippet } from "../../src/web/snippets/command-snippets.ts";
import { oauthSnippet } from "../../src/web/snippets/oauth-snippet.ts";
import { shellWord } from "../../src/web/snippets/quoting.ts";
import type { AskedScope, Snippet, Surroundings } from "../../src/web/snippets/snippet.ts";
import { hasCommand } from "../support/has-command.ts";
import { runCommand } from "../support/run-command.ts";
import { anyAskedScope, anyName, SURROUNDINGS } from "./asked-scopes.ts";

/** In each of these, what commands are called with is printed in place of calling them. */
const SHELLS = ["sh", "bash", "zsh"].filter((shell) => hasCommand(shell, "-c", ":"));
const PRINTED = ["grpcurl", "curl", "npm", "words"].map((name) => `${name}() { printf '%s\\0' "$@"; printf '\\n'; }`);

/** What the shell makes of lines: for each the words behind the command. */
async function wordsOf(shell: string, lines: readonly string[]): Promise<string[][]> {
  const script = [...PRINTED, ...lines].join("\n");
  const { stdout, stderr } = await runCommand(shell, ["-s"], { input: `${script}\n`, env: { TOKEN: "t" } });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\0").slice(0, -1));
}

/** For many scopes at once, as starting a shell takes its time. */
async function checkMany(
  shell: string,
  line: (scope: AskedScope) => string,
  check: (words: string[], scope: AskedScope) => void,
): Promise<void> {
  const many = fc.array(anyAskedScope, { minLength: 50, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(many, async (scopes) => {
      const words = await wordsOf(shell, scopes.map(line));
      expect(words).toHaveLength(scopes.length);
      scopes.forEach((scope, at) => {
        check(words[at] ?? [], scope);
      });
    }),
    { numRuns: 10 },
  );
}

const textOf = ({ blocks }: Snippet, at = 0) => blocks[at]?.text ?? "";

const requestOf = ({ name, resources, restricted }: AskedScope) => ({
  scope: name,
  ...(restricted && { client_id: "CLIENT_ID" }),
  ...(resources.length > 0 && { resources }),
});

describe.each(SHELLS)("Lines for %s", (shell) => {
  it("hand grpcurl the request, whatever the name is", async () => {
    await checkMany(
      shell,
      (scope) => textOf(grpcurlSnippet(scope, SURROUNDINGS)),
      (words, scope) => {
        expect(words.toSpliced(4, 1)).toEqual([
          "-plaintext",
          "-H",
          "authorization: Bearer t",
          "-d",
          "registry.example.com:50051",
          "scoperegistry.v1.ScopeRegistry/ValidateScopes",
        ]);
        expect(JSON.parse(words[4] ?? "")).toEqual(requestOf(scope));
      },
    );
  });

  it("hand curl the request, whatever the name is", async () => {
    await checkMany(
      shell,
      (scope) => textOf(curlSnippet(scope, SURROUNDINGS)),
      (words, scope) => {
        expect(words.slice(0, -1)).toEqual([
          "-s",
          "https://registry.example.com/scoperegistry.v1.ScopeRegistry/ValidateScopes",
          "-H",
          "authorization: Bearer t",
          "-H",
          "content-type: application/json",
          "-d",
        ]);
        expect(JSON.parse(words.at(-1) ?? "")).toEqual(requestOf(scope));
      },
    );
  });

  it("hand curl a token request", async () => {
    await checkMany(
      shell,
      (scope) => textOf(oauthSnippet(scope, SURROUNDINGS), 1),
      (words, { name, resources }) => {
        const parameters = [
          "grant_type=client_credentials",
          `scope=${name}`,
          ...resources.map((uri) => `resource=${uri}`),
        ];
        expect(words).toEqual([
          "-s",
          "TOKEN_ENDPOINT",
          "-u",
          "CLIENT_ID:CLIENT_SECRET",
          ...parameters.flatMap((parameter) => ["--data-urlencode", parameter]),
        ]);
      },
    );
  });

  it("ask the built-in issuer, also for a name that looks like an option", async () => {
    const around: Surroundings = { ...SURROUNDINGS, dev: true };
    await checkMany(
      shell,
      (scope) => textOf(oauthSnippet(scope, around), 2),
      (words, { name, resources }) => {
        const text = { type: "string" } as const;
        const args = words.slice(words.indexOf("--") + 1);
        const { values } = parseArgs({ args, options: { client: text, scope: text, audience: text } });
        expect(values).toEqual({ client: "CLIENT_ID", scope: name, audience: resources[0] ?? around.audience });
      },
    );
  });
});

describe("shellWord", () => {
  it("leaves a word as it is that means nothing to a shell", () => {
    expect(shellWord("invoices:read")).toBe("invoices:read");
    expect(shellWord("=ls")).toBe("'=ls'");
    expect(shellWord("")).toBe("''");
  });

  it.runIf(hasCommand("bash"))("keeps ! from the history of a shell that somebody types in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyName, { minLength: 20, maxLength: 20 }), async (names) => {
        const lines = [
          "set -H",
          "history -s echo history",
          ...PRINTED,
          ...names.map((name) => `words ${shellWord(name)}`),
        ];
        const { stdout } = await runCommand("bash", ["--norc", "--noediting", "-i"], {
          input: `${lines.join("\n")}\n`,
          env: { PS1: "", PS2: "", HISTFILE: "" },
        });
        expect(stdout.split("\n").slice(0, -1)).toEqual(names.map((name) => `${name}\0`));
      }),
      { numRuns: 5 },
    );
  });
});

describe("The authorization URL", () => {
  const asked: AskedScope = {
    name: "a&b=c+d %2F'é".replace(/[ é]/g, ""),
    resources: ["https://a.example/?x=1&y", "urn:b"],
    restricted: false,
  };
  const urlAt = (authorizationEndpoint: string) =>
    textOf(
      oauthSnippet(asked, {
        ...SURROUNDINGS,
        issuers: [{ issuer: "https://login.example.com", authorizationEndpoint, tokenEndpoint: undefined }],
      }),
    );

  it("asks for the scope at each of its resources", () => {
    const url = new URL(urlAt("https://login.example.com/authorize"));
    expect(url.searchParams.get("scope")).toBe(asked.name);
    expect(url.searchParams.getAll("resource")).toEqual(asked.resources);
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
  });

  it("keeps the query of the endpoint", () => {
    const url = new URL(urlAt("https://login.example.com/authorize?tenant=7"));
    expect(url.searchParams.get("tenant")).toBe("7");
    expect(url.searchParams.get("scope")).toBe(asked.name);
  });

  it("reads back as the scope, whatever the name is", () => {
    fc.assert(
      fc.property(anyAskedScope, (scope) => {
        const [block] = oauthSnippet(scope, SURROUNDINGS).blocks;
        const query = new URLSearchParams(block?.text.split("?", 2)[1]);
        expect(query.get("scope")).toBe(scope.name);
        expect(query.getAll("resource")).toEqual(scope.resources);
        expect(block?.lines?.join("")).toBe(block?.text);
      }),
    );
  });
});
