import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthenticator } from "../../src/auth/authenticator.ts";
import { DEV_ISSUER_FILE, type DevIssuer, openDevIssuer } from "../../src/auth/dev-issuer.ts";
import { createTokenResolver } from "../../src/auth/token-resolver.ts";
import { createTrustedIssuers } from "../../src/auth/trusted-issuers.ts";
import { DEV_ISSUER, DEV_ISSUER_SETTINGS } from "../../src/config/issuer-settings.ts";

let folder: string;
let dataDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dev-issuer-"));
  dataDir = join(folder, "data");
});
afterEach(() => rm(folder, { recursive: true }));

const REQUEST = { clientId: "billing-api", scope: "a b", ttlSeconds: 60, audience: "scope-registry" };

function authenticate(devIssuer: DevIssuer, token: string) {
  const issuers = createTrustedIssuers({ settings: [DEV_ISSUER_SETTINGS], devIssuerKeys: devIssuer.publicJwks });
  const authenticator = createAuthenticator({ resolver: createTokenResolver({ issuers }), audience: "scope-registry" });
  return authenticator.authenticate(`Bearer ${token}`);
}

interface Exit {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function runToken(argv: string[], env: Record<string, string> = {}): Promise<Exit> {
  const script = join(import.meta.dirname, "../../src/cli/token.ts");
  const { PATH = "" } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=scope-registry-source", script, ...argv],
      { cwd: folder, env: { PATH, ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

describe("the dev issuer", () => {
  it("makes access tokens that the registry accepts", async () => {
    const devIssuer = await openDevIssuer(dataDir);
    const token = await devIssuer.mint(REQUEST);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(decodeJwt(token)).toMatchObject({
      iss: DEV_ISSUER,
      sub: "billing-api",
      aud: "scope-registry",
      scope: "a b",
    });
    expect(await authenticate(devIssuer, token)).toMatchObject({ owner: "billing-api", scopes: new Set(["a", "b"]) });
  });

  it("keeps its key to itself", async () => {
    const devIssuer = await openDevIssuer(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, DEV_ISSUER_FILE))).mode & 0o777).toBe(0o600);
    expect(devIssuer.publicJwks.keys[0]).not.toHaveProperty("d");
  });

  it("has one key for all who open it at once, and leaves nothing else behind", async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => openDevIssuer(dataDir)));
    const [first] = opened;
    for (const devIssuer of opened) {
      expect(devIssuer.publicJwks).toEqual(first?.publicJwks);
    }
    expect(await readdir(dataDir)).toEqual([DEV_ISSUER_FILE]);
  });

  it("is not accepted with the key of another folder", async () => {
    const [one, other] = [await openDevIssuer(dataDir), await openDevIssuer(join(folder, "other"))];
    await expect(authenticate(one, await other.mint(REQUEST))).rejects.toMatchObject({ reason: "TOKEN_INVALID" });
  });

  it("says what to do about a damaged key file", async () => {
    await openDevIssuer(dataDir);
    const path = join(dataDir, DEV_ISSUER_FILE);
    const whole = await readFile(path, "utf8");
    for (const damaged of ["", "{}", whole.slice(0, 40), whole.replace(/"d":"..../, '"d":"AAAA')]) {
      await writeFile(path, damaged);
      await expect(openDevIssuer(dataDir)).rejects.toThrow(/is damaged: delete it, restart the server/);
    }
  });
});

describe("npm run token", () => {
  it("prints the token alone, of the key that the server has", async () => {
    const devIssuer = await openDevIssuer(dataDir);
    const { code, stdout, stderr } = await runToken(["--client", "billing-api", "--scope", "a b", "--ttl", "60"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^\S+\n$/);
    const { iat = 0, exp } = decodeJwt(stdout.trim());
    expect(exp).toBe(iat + 60);
    expect(await authenticate(devIssuer, stdout.trim())).toMatchObject({ clientId: "billing-api" });
  });

  it("takes folder and audience from the server's settings, and options win", async () => {
    const env = { SCOPE_REGISTRY_DATA_DIR: dataDir, SCOPE_REGISTRY_AUDIENCE: "from-env" };
    const fromEnv = await runToken(["--client", "a"], env);
    expect(decodeJwt(fromEnv.stdout.trim()).aud).toBe("from-env");
    expect(await readdir(folder)).toEqual(["data"]);
    const other = join(folder, "other");
    const fromOptions = await runToken(["--client", "a", "--audience", "mine", "--data-dir", other], env);
    expect(decodeJwt(fromOptions.stdout.trim()).aud).toBe("mine");
    expect(await readdir(other)).toEqual([DEV_ISSUER_FILE]);
  });

  it.each([
    [[]],
    [["--client", ""]],
    [["--client", "a", "--scope", 'a "b"']],
    [["--client", "a", "--ttl", "0"]],
    [["--client", "a", "--ttl", "1e3"]],
    [["--client", "a", "--colour", "red"]],
    [["--client", "a", "extra"]],
    [["--client", "a", "--data-dir", "/dev/null/x"]],
  ])("refuses %j in one sentence", async (argv) => {
    const { code, stdout, stderr } = await runToken(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^[A-Z][^\n]+[^.\n]\n$/);
  });

  it("explains itself", async () => {
    const { code, stdout } = await runToken(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--data-dir");
  });
});
