import { Command } from "@commander-js/extra-typings";
import { printClientPolicy } from "../output/client-policy.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry grant`: GrantScopes. */
export const grantCommand = () =>
  connected(
    new Command("grant")
      .description("Grants restricted scopes to a client; an owner may grant its own")
      .argument("<client>", "the client_id")
      .argument("<scopes...>", "the names of the scopes")
      .addHelpText("after", examples("grant web-shop invoices:export")),
  ).action(
    calling(["register"], async ({ admin, output }, clientId, scopes) => {
      const { clientPolicy } = await admin.grantScopes({ clientId, scopes: [...scopes] });
      await printClientPolicy(output, clientPolicy);
    }),
  );
