import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { Credentials } from "../../src/connection/credentials.ts";
import { failureOf } from "./failed-call.ts";
import { refusal, type ScriptedRegistry, startScriptedRegistry, tokenOf } from "./scripted-registry.ts";

let registry: ScriptedRegistry;
let folder: string;
const seen: (string | undefined)[] = [];
const refused = new Set<string | undefined>();
beforeAll(async () => {
  const check = (token: string | undefined) => {
    seen.push(token);
    if (refused.has(token)) throw refusal("TOKEN_INVALID", Code.Unauthenticated);
    return {};
  };
  registry = await startScriptedRegistry({
    listScopes: (_request, context) => check(tokenOf(context)),
    async *watchScopes(_request, context) {
      yield check(tokenOf(context));
    },
  });
});
afterAll(() => registry[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scope-registry-token-"));
});
afterEach(async () => {
  seen.length = 0;
  refused.clear();
  await rm(folder, { recursive: true, force: true });
});

const connect = (credentials: Credentials) => connectScopeRegistry({ address: registry.address, credentials });

describe("a token", () => {
  it("that never changes is not tried again when it is refused", async () => {
    refused.add("old");
    await using connection = connect({ token: "old" });
    expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code: Code.Unauthenticated });
    expect(seen).toEqual(["old"]);
  });

  it("goes with streams too", async () => {
    await using connection = connect({ token: "streamed" });
    for await (const _ of connection.registry.watchScopes({}));
    expect(seen).toEqual(["streamed"]);
  });
});

describe("a token file", () => {
  it("is trimmed, and read again when another file takes its place", async () => {
    const path = join(folder, "token");
    await writeFile(path, "first\n");
    await using connection = connect({ tokenFile: path });
    await connection.registry.listScopes({});
    await writeFile(join(folder, "next"), "second\n");
    await rename(join(folder, "next"), path);
    await expect.poll(async () => connection.registry.listScopes({}).then(() => seen.at(-1))).toBe("second");
    expect(seen[0]).toBe("first");
  });

  it("is read again when a link on its way is moved, as Kubernetes does it", async () => {
    for (const name of ["one", "two"]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "token"), name);
    }
    await symlink("one", join(folder, "..data"));
    await symlink(join("..data", "token"), join(folder, "token"));
    await using connection = connect({ tokenFile: join(folder, "token") });
    await connection.registry.listScopes({});
    await symlink("two", join(folder, "next"));
    await rename(join(folder, "next"), join(folder, "..data"));
    await expect.poll(async () => connection.registry.listScopes({}).then(() => seen.at(-1))).toBe("two");
    expect(seen[0]).toBe("one");
  });

  it("is read at once when its token is refused, and the call is made once more", async () => {
    const path = join(folder, "token");
    await writeFile(path, "old");
    await using connection = connect({ tokenFile: path });
    await connection.registry.listScopes({});
    refused.add("old");
    await writeFile(path, "new");
    await connection.registry.listScopes({});
    expect(seen).toEqual(["old", "old", "new"]);
  });

  it("is not tried again with the same token", async () => {
    const path = join(folder, "token");
    await writeFile(path, "old");
    refused.add("old");
    await using connection = connect({ tokenFile: path });
    await failureOf(connection.registry.listScopes({}));
    expect(seen).toEqual(["old"]);
  });

  it("is read anew for the next stream when a stream's token is refused", async () => {
    const path = join(folder, "token");
    await writeFile(path, "old");
    refused.add("old");
    await using connection = connect({ tokenFile: path });
    const read = async () => {
      for await (const _ of connection.registry.watchScopes({}));
    };
    await failureOf(read());
    await writeFile(path, "new");
    await read();
    expect(seen).toEqual(["old", "new"]);
  });

  it.each([
    ["missing", undefined, /cannot be read \(ENOENT\)/],
    ["empty", " \n", /is empty/],
    ["no token", "two words", /bearer token/],
    ["far too large", "x".repeat(70_000), /70000 bytes/],
  ])("that is %s is an error that names it", async (_case, text, message) => {
    const path = join(folder, "token");
    if (text !== undefined) await writeFile(path, text);
    await using connection = connect({ tokenFile: path });
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error).toMatchObject({ code: Code.Unauthenticated, rawMessage: expect.stringMatching(message) });
    expect(error.rawMessage).toContain(path);
    expect(error.rawMessage).not.toContain("two words");
  });

  it("that goes away keeps its last token until that is refused", async () => {
    const path = join(folder, "token");
    await writeFile(path, "last");
    await using connection = connect({ tokenFile: path });
    await connection.registry.listScopes({});
    await rm(path);
    refused.add("last");
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error.rawMessage).toContain("ENOENT");
  });
});

describe("a token callback", () => {
  it("is asked for each call, and for a fresh token after a refusal", async () => {
    refused.add("stale");
    const hints: boolean[] = [];
    await using connection = connect({
      getToken: (_signal, { fresh }) => {
        hints.push(fresh);
        return fresh ? "fresh" : "stale";
      },
    });
    await connection.registry.listScopes({});
    expect(seen).toEqual(["stale", "fresh"]);
    expect(hints).toEqual([false, true]);
  });

  it("that fails is an error with its own as the cause", async () => {
    const cause = new Error("the vault says: hunter2");
    await using connection = connect({ getToken: () => Promise.reject(cause) });
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error).toMatchObject({ code: Code.Unavailable, cause });
    expect(error.message).not.toContain("hunter2");
  });

  it("that returns no token is refused without quoting it", async () => {
    await using connection = connect({ getToken: () => "hunter 2\n" });
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.message).not.toContain("hunter");
  });

  it("hears when nobody waits any more", async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    await using connection = connect({
      getToken: (signal) => {
        signal.addEventListener("abort", () => resolve());
        return new Promise(() => undefined);
      },
    });
    expect(await failureOf(connection.registry.listScopes({}, { timeoutMs: 100 }))).toMatchObject({
      code: Code.DeadlineExceeded,
    });
    await aborted;
  });
});
