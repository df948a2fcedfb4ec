import { Argument, Command } from "@commander-js/extra-typings";
import { NamePolicySchema, type RegistryPolicy, RegistryPolicySchema } from "@scope-registry/client";
import { describeDetails } from "../output/details.ts";
import type { Output } from "../output/output.ts";
import { enumValue, enumWord, enumWords, timeText } from "../output/words.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry policy`: what holds for all resource servers. */
export const policyCommand = () =>
  new Command("policy")
    .description("Gets and sets what holds for all resource servers")
    .addCommand(getCommand())
    .addCommand(setCommand());

const getCommand = () =>
  connected(
    new Command("get")
      .description("Shows which new names may be registered")
      .addHelpText("after", examples("policy get")),
  ).action(
    calling(["admin"], async ({ admin, output }) => {
      await printPolicy(output, (await admin.getRegistryPolicy({})).registryPolicy);
    }),
  );

const setCommand = () =>
  connected(
    new Command("set")
      .description(
        "Sets which new names may be registered: any that is free, or only those under a prefix of the owner's",
      )
      .addArgument(new Argument("<names>", "which new names").choices(enumWords(NamePolicySchema)))
      .addHelpText("after", examples("policy set prefix-required")),
  ).action(
    calling(["admin"], async ({ admin, output }, names) => {
      const { registryPolicy: stored } = await admin.getRegistryPolicy({});
      const { registryPolicy } = await admin.setRegistryPolicy({
        registryPolicy: { names: enumValue(NamePolicySchema, names) },
        expectedRevision: stored?.revision ?? 0n,
      });
      await printPolicy(output, registryPolicy);
    }),
  );

async function printPolicy(output: Output, policy: RegistryPolicy | undefined): Promise<void> {
  if (policy === undefined) return;
  if (output.json) return output.printJson(RegistryPolicySchema, policy);
  const { names, updateTime, revision } = policy;
  const details = [
    ["Names", enumWord(NamePolicySchema, names)],
    ["Changed", updateTime === undefined ? "never" : `${timeText(updateTime)} at revision ${revision}`],
  ] as const;
  await output.print(...describeDetails(details, output.paint));
}
