import { RegistryError } from "../../../src/registry/registry-error.ts";

/** How an action is refused. */
export function refusedBy(action: () => unknown): RegistryError {
  try {
    action();
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

/** The same of one that takes time. */
export async function refusedLater(action: Promise<unknown>): Promise<RegistryError> {
  const error = await action.then(
    () => new Error("Nothing was refused"),
    (reason: unknown) => reason,
  );
  if (error instanceof RegistryError) return error;
  throw error;
}
