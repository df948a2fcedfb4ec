import { readFile, stat } from "node:fs/promises";
import type { ConnectError } from "@connectrpc/connect";
import { isBearerToken } from "../tokens/bearer-token.ts";
import { errorCode } from "../tokens/error-code.ts";
import { TOKEN_EXPECTED } from "./credentials-rules.ts";
import { noToken } from "./missing-token.ts";
import type { TokenSource } from "./token-source.ts";
import { unlessAborted } from "./wait.ts";

/** How often the file is looked at, at the most, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** How large a file may be, in bytes: a token has at most 16,384 characters. */
const MAX_FILE_BYTES = 65_536;

/** A source that reads a file, and reads it again when it has changed, also by another file in its place. */
export function createFileToken(path: string): TokenSource {
  let token: string | undefined;
  let version = "";
  let lookAgainAt = 0;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    lookAgainAt = performance.now() + LOOK_EVERY_MS;
    const { mtimeMs, ino, size } = await stat(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    const found = `${mtimeMs} ${ino} ${size}`;
    if (found !== version || token === undefined) {
      token = await readToken(path, size);
      version = found;
    }
  }

  return {
    async get(signal) {
      if (token === undefined || performance.now() >= lookAgainAt) {
        looking ??= look().finally(() => {
          looking = undefined;
        });
        await unlessAborted(looking, signal).catch((error: unknown) => {
          // While the file is being replaced the last token goes on: the registry tells when it is no longer good.
          if (token === undefined || signal.aborted) throw error;
        });
      }
      return token;
    },
    drop(refused) {
      if (token === refused) token = undefined;
      return true;
    },
  };
}

async function readToken(path: string, size: number): Promise<string> {
  if (size > MAX_FILE_BYTES)
    throw noToken(`Token file ${path} has ${size} bytes: it must hold a token and nothing else`);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const token = text.trim();
  if (token === "") throw noToken(`Token file ${path} is empty: it must hold a token`);
  if (!isBearerToken(token)) throw noToken(`What token file ${path} holds ${TOKEN_EXPECTED}`);
  return token;
}

function unreadable(path: string, error: unknown): ConnectError {
  return noToken(`Token file ${path} cannot be read (${errorCode(error)}): it must be there and readable`);
}
