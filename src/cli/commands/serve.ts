import { Command } from "@commander-js/extra-typings";
import { examples } from "../registry-command.ts";

const SERVER = new URL("../../main.js", import.meta.url);

/** `scope-registry serve`: the server, as `npm start` starts it. */
export const serveCommand = () =>
  new Command("serve")
    .description("Starts a server of the registry; its flags are the settings that the README lists")
    .argument("[settings...]", "settings of the server, --grpc-address 0.0.0.0:50051 for example")
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      examples("serve --dev", "serve --data-dir /var/lib/scope-registry --issuers https://login.example.com"),
    )
    .action(async (settings) => {
      process.argv = [process.execPath, SERVER.pathname, ...settings];
      await import(SERVER.href);
    });
