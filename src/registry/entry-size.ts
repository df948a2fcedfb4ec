import { MAX_ENTRY_BYTES, type RecordChange } from "../store/scope-log.ts";
import { estimateEntryBytes } from "./record-size.ts";
import { RegistryError } from "./registry-error.ts";

/**
 * Refuses changes that do not fit into one entry of the log.
 *
 * @param advice what to do, at the end of the message
 * @throws {RegistryError} REGISTRATION_TOO_LARGE
 */
export function refuseTooLarge(changes: readonly RecordChange[], advice: string): void {
  const bytes = estimateEntryBytes(changes);
  if (bytes <= MAX_ENTRY_BYTES) return;
  throw new RegistryError(
    "REGISTRATION_TOO_LARGE",
    `The call changes ${changes.length} records of about ${bytes} bytes, more than the ${MAX_ENTRY_BYTES} that one revision holds: ${advice}`,
    { metadata: { limit: String(MAX_ENTRY_BYTES) } },
  );
}
