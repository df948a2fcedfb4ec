/** How single values of the contract are written for people. */
import type { DescEnum, EnumShape } from "@bufbuild/protobuf";
import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { type Scope, ScopeState, ScopeStateSchema, type ScopeUsage } from "@scope-registry/client";
import type { Style } from "./paint.ts";

/** The value of an enum as a word, `read-write` for RESOURCE_SERVER_MODE_READ_WRITE; empty if the contract has no such value. */
export function enumWord(schema: DescEnum, value: number): string {
  return (schema.value[value]?.localName ?? "").toLowerCase().replaceAll("_", "-");
}

/** The words of an enum's values, the unspecified one apart. */
export function enumWords(schema: DescEnum): string[] {
  return schema.values.filter(({ number }) => number !== 0).map(({ number }) => enumWord(schema, number));
}

/** The value that a word of {@link enumWords} stands for; the unspecified one if it is none. */
export function enumValue<Desc extends DescEnum>(schema: Desc, word: string): EnumShape<Desc> {
  const found = schema.values.find(({ number }) => enumWord(schema, number) === word);
  return (found?.number ?? 0) as EnumShape<Desc>;
}

/** A time to the second, in UTC; empty if there is none. */
export function timeText(time: Timestamp | undefined): string {
  return time === undefined
    ? ""
    : timestampDate(time)
        .toISOString()
        .replace(/\.\d+Z$/, "Z");
}

/** A scope's state as a word. One that waits for a review of a change is valid meanwhile. */
export function stateWord({ state, deprecated, proposal }: Scope): string {
  if (state !== ScopeState.PENDING || proposal === undefined) return enumWord(ScopeStateSchema, state);
  return `${deprecated ? "deprecated" : "active"}, change pending`;
}

/** The colour of a scope's state. */
export function stateStyle({ state }: Scope): Style | undefined {
  const styles: Partial<Record<ScopeState, Style>> = {
    [ScopeState.ACTIVE]: "green",
    [ScopeState.DEPRECATED]: "yellow",
    [ScopeState.DISABLED]: "red",
    [ScopeState.PENDING]: "magenta",
  };
  return styles[state];
}

/** What is special about a scope, in words parted by commas. */
export function traitWords({
  isDefault,
  restricted,
  unlisted,
}: Pick<Scope, "isDefault" | "restricted" | "unlisted">): string {
  const traits = [isDefault && "default", restricted && "restricted", unlisted && "unlisted"];
  return traits.filter((trait) => trait !== false).join(",");
}

/** Why a scope counts as used. */
export function usageWords({ lastValidatedDay, grantCount, isDefault }: ScopeUsage): string {
  return [
    ...(lastValidatedDay === "" ? [] : [`last granted ${lastValidatedDay}`]),
    ...(grantCount === 0 ? [] : [counted(grantCount, "grant")]),
    ...(isDefault ? ["a default"] : []),
  ].join(", ");
}

/** Clients that are told of a scope; there may be one without a name. */
export function clientWords(clientIds: readonly string[]): string {
  return clientIds.map((client) => client || "(unnamed)").join(" ");
}

/** A number with its noun: `1 scope`, `2 scopes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
