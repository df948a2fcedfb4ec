import { Command } from "@commander-js/extra-typings";
import { printClientPolicy } from "../output/client-policy.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry revoke`: RevokeScopes. */
export const revokeCommand = () =>
  connected(
    new Command("revoke")
      .description("Takes grants of restricted scopes from a client; an owner may revoke those of its own")
      .argument("<client>", "the client_id")
      .argument("<scopes...>", "the names of the scopes")
      .addHelpText("after", examples("revoke web-shop invoices:export")),
  ).action(
    calling(["register"], async ({ admin, output }, clientId, scopes) => {
      const { clientPolicy } = await admin.revokeScopes({ clientId, scopes: [...scopes] });
      await printClientPolicy(output, clientPolicy);
    }),
  );
