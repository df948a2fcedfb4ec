import { ConnectError } from "@connectrpc/connect";
import { expect } from "vitest";

/** Waits for a call to fail, and checks that its message is one for people. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => new Error("The call was answered"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectError)) throw error;
  expect(error.rawMessage).toMatch(/^\S.{20,}[^.]$/s);
  expect(error.rawMessage).not.toMatch(/node_modules|undefined|\[object|http\/2 stream/);
  return error;
}
