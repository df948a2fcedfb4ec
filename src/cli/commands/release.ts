import { Command } from "@commander-js/extra-typings";
import { ReleaseNamesResponseSchema } from "@scope-registry/client";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry release`: ReleaseNames. */
export const releaseCommand = () =>
  connected(
    new Command("release")
      .description("Frees reserved names, for anyone to register")
      .argument("<names...>", "names of deleted scopes, or former aliases")
      .addHelpText("after", examples("reserved", "release invoices:old")),
  ).action(
    calling(["admin"], async ({ admin, output }, names) => {
      const answer = await admin.releaseNames({ names: [...names] });
      if (output.json) await output.printJson(ReleaseNamesResponseSchema, answer);
      else await output.print(`Free at revision ${answer.revision}: ${names.join(" ")}`);
    }),
  );
