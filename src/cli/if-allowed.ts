import { Code, ConnectError } from "@scope-registry/client";

/** What a call answers; undefined if the caller may not make it. */
export async function ifAllowed<T>(call: () => Promise<T>): Promise<T | undefined> {
  return call().catch((error: unknown) => {
    if (error instanceof ConnectError && error.code === Code.PermissionDenied) return undefined;
    throw error;
  });
}
