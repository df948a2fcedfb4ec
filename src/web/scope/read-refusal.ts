import { ChangeKind, type LogEntry, type Scope } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";

/**
 * The entry by which a scope was refused, of one that is disabled or remembers what was refused.
 *
 * @returns undefined: it was disabled by other means, or the entry is not shown to the caller
 */
export async function readRefusal(
  admin: Pick<Calls["admin"], "listChanges">,
  { name }: Pick<Scope, "name">,
  signal: AbortSignal,
): Promise<LogEntry | undefined> {
  // A disabling forgets what was refused before it: the newest of both is why the scope is as it is.
  const kinds = [ChangeKind.REFUSAL, ChangeKind.DISABLING];
  const { entries } = await admin.listChanges({ scope: name, kinds, pageSize: 1 }, { signal });
  const [newest] = entries;
  return newest?.kind === ChangeKind.REFUSAL ? newest : undefined;
}
