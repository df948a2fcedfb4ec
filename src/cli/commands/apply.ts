import { Command, Option } from "@commander-js/extra-typings";
import { RegistrationMode, type ScopeFile } from "@scope-registry/client";
import { confirm } from "../confirm.ts";
import type { Needs } from "../credentials.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Output } from "../output/output.ts";
import { describePlan } from "../output/plan-text.ts";
import { hasDifference, type Plan, planToJson } from "../plan.ts";
import { planRegistration } from "../registration.ts";
import { callRegistry, connected, examples, type Session, wholeNumber } from "../registry-command.ts";
import { readScopeInput, toDefinition } from "../scope-file-input.ts";

/** `scope-registry apply`: RegisterScopes, planned before it is done. */
export const applyCommand = () =>
  connected(
    new Command("apply")
      .description("Registers the scopes of a file, after showing what would change")
      .requiredOption("-f, --file <path>", "the scope file (YAML or JSON); - for standard input")
      .option("--dry-run", "stop after the plan: exit code 2 if there is a difference, 0 if there is none")
      .option("-y, --yes", "do not ask")
      .addOption(new Option("--replace", "disable the other scopes of the resource server").conflicts("merge"))
      .option("--merge", "leave other scopes alone, as it is done unless the file says REPLACE")
      .option("--release <number>", "the number of the release, in place of the file's", wholeNumber())
      .addHelpText("after", examples("apply -f scopes.yaml", "apply -f scopes.yaml --dry-run --json")),
  ).action(async (options, command) => {
    const file = await readScopeInput(options.file);
    await callRegistry(command, needsOf(file), (session) => applyFile(session, file, options));
  });

/** Of clients that may not set defaults, a strict authorization server would refuse a request that asks for it. */
function needsOf({ scopes }: ScopeFile): Needs {
  return ["register", ...(scopes.some(({ isDefault }) => isDefault) ? (["registerDefault"] as const) : []), "read"];
}

async function applyFile(session: Session, file: ScopeFile, options: ApplyOptions): Promise<ExitCode> {
  const { output, signal } = session;
  const { plan, apply } = await planRegistration(session, toRequest(file, options));
  if (options.dryRun) {
    await show(output, plan);
    return hasDifference(plan) ? EXIT.difference : EXIT.ok;
  }
  const mustAsk = hasDifference(plan) && !options.yes;
  if (mustAsk) {
    for (const line of describePlan(plan, output.paint)) output.note(line);
    if (!(await confirm("Apply this?", signal))) {
      output.note("Nothing was done");
      return EXIT.negative;
    }
  }
  // Without a difference, too: the release and the resource server's name may be new.
  await show(output, await apply(), mustAsk);
  return EXIT.ok;
}

interface ApplyOptions {
  readonly dryRun?: true | undefined;
  readonly yes?: true | undefined;
  readonly replace?: true | undefined;
  readonly merge?: true | undefined;
  readonly release?: number | undefined;
}

function toRequest({ scopes, mode = "MERGE", release = 0, displayName = "" }: ScopeFile, options: ApplyOptions) {
  const told = options.replace ? "REPLACE" : options.merge ? "MERGE" : mode;
  return {
    scopes: scopes.map(toDefinition),
    mode: RegistrationMode[told],
    release: BigInt(options.release ?? release),
    displayName,
  };
}

/** Prints a plan, or of one that has been seen how it ended. */
async function show({ json, paint, print }: Output, plan: Plan, wasSeen = false): Promise<void> {
  if (json) await print(planToJson(plan));
  else await print(...describePlan(plan, paint).slice(wasSeen ? -1 : 0));
}
