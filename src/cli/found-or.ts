import { Code, ConnectError } from "@scope-registry/client";

/** What a call answers, or something else where the registry has nothing of that name. */
export async function foundOr<T, U>(call: Promise<T>, otherwise: U): Promise<T | U> {
  return call.catch((error: unknown) => {
    if (error instanceof ConnectError && error.code === Code.NotFound) return otherwise;
    throw error;
  });
}
