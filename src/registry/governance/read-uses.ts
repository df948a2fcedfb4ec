import { dayOf } from "@scope-registry/client/judging";
import type { ScopeLog } from "../../store/scope-log.ts";
import type { ScopeUses } from "../../store/usage-store.ts";
import type { RegistryView } from "../registry-view.ts";
import type { UsageRecorder } from "../usage-recorder.ts";
import { IN_USE_DAYS, MAX_CLIENTS_TOLD, type UsesByName } from "./scope-usage.ts";
import { storeRefusal } from "./store-refusal.ts";

/**
 * Who was granted scopes, under their names and under those that they had before a renaming, with what this server has noted and
 * not written yet.
 *
 * @throws {RegistryError} STORE_UNAVAILABLE
 */
export async function readUses(
  log: ScopeLog,
  usage: UsageRecorder,
  view: RegistryView,
  names: readonly string[],
): Promise<UsesByName> {
  const today = dayOf(Date.now());
  const namesOf = new Map(names.map((name) => [name, [name, ...(view.scope(name)?.aliases ?? [])]]));
  try {
    await usage.flush();
    const read = await log.usage.read(
      [...new Set([...namesOf.values()].flat())],
      today - IN_USE_DAYS,
      MAX_CLIENTS_TOLD,
    );
    const byName = new Map(read.map((uses) => [uses.name, uses]));
    const uses = [...namesOf].map(([name, all]) => [name, together(name, all, byName)] as const);
    return { today, uses: new Map(uses) };
  } catch (error) {
    throw storeRefusal(error, "nothing is known of who uses the scopes");
  }
}

/**
 * Forgets who was granted scopes under names that are free now: their next owner is not to be told.
 *
 * @throws {RegistryError} STORE_UNAVAILABLE
 */
export async function forgetUses(usage: UsageRecorder, names: readonly string[]): Promise<void> {
  try {
    await usage.forget(names);
  } catch (error) {
    throw storeRefusal(error, "the names are free, but who has used them is not forgotten");
  }
}

function together(name: string, all: readonly string[], byName: ReadonlyMap<string, ScopeUses>): ScopeUses {
  const found = all.flatMap((each) => byName.get(each) ?? []);
  const days = found.flatMap(({ lastDay }) => lastDay ?? []);
  const clientIds = [...new Set(found.flatMap((uses) => uses.clientIds))].slice(0, MAX_CLIENTS_TOLD);
  return { name, lastDay: days.length === 0 ? undefined : Math.max(...days), clientIds };
}
