/** What `disable` and `delete` have in common: they ask who still uses a scope before they take it away. */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { refusalOf, type ScopeUsage, ScopeUsageSchema } from "@scope-registry/client";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import { USAGE_COLUMNS } from "./output/columns.ts";
import { printList } from "./output/list.ts";
import type { Output } from "./output/output.ts";
import { createTable } from "./output/table.ts";
import type { Session } from "./registry-command.ts";

/** How scopes are to be retired, as it stands on the command line. */
export interface RetirementFlags {
  readonly force?: true | undefined;
  readonly dryRun?: true | undefined;
}

/** What the registry answers to a retirement. */
export interface Retired {
  readonly usages: readonly ScopeUsage[];
  readonly revision: bigint;
}

/** Retires scopes; where they are in use and that is refused, prints by whom. */
export async function retire<T extends Retired>(
  { admin, output }: Pick<Session, "admin" | "output">,
  names: readonly string[],
  { force, dryRun }: RetirementFlags,
  call: (request: { names: string[]; force: boolean; validateOnly: boolean }) => Promise<T>,
): Promise<T> {
  try {
    return await call({ names: [...names], force: force === true, validateOnly: dryRun === true });
  } catch (error) {
    if (refusalOf(error)?.reason !== "SCOPE_IN_USE") throw error;
    const { usages } = await admin.listScopeUsages({ names: [...names] });
    if (output.json) await printList(output, ScopeUsageSchema, USAGE_COLUMNS, [usages]);
    else for (const line of usageLines(output, usages)) output.note(line);
    const used = usages.filter(({ inUse }) => inUse).map(({ name }) => name);
    const areInUse = `${used.join(", ")} ${used.length === 1 ? "is" : "are"} still in use`;
    throw new CommandError(`${areInUse}: use --force to go on nevertheless`, EXIT.conflict, { cause: error });
  }
}

/** Prints what a retirement has come to: who used the scopes, and the revision. */
export async function printRetired<Desc extends DescMessage>(
  output: Output,
  schema: Desc,
  answer: MessageShape<Desc> & Retired,
  done: string,
): Promise<void> {
  if (output.json) return output.printJson(schema, answer);
  const { usages, revision } = answer;
  await output.print(...usageLines(output, usages), `${done} at revision ${revision}`);
}

function usageLines(output: Output, usages: readonly ScopeUsage[]): string[] {
  return createTable(USAGE_COLUMNS, output).page(usages);
}
