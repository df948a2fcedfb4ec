import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Command } from "@commander-js/extra-typings";
import { type IntrospectResponse, IntrospectResponseSchema } from "@scope-registry/client";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
import { type Detail, describeDetails } from "../output/details.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry introspect`: Introspect. The token never stands on the command line, where others could see it. */
export const introspectCommand = () =>
  connected(
    new Command("introspect")
      .description("Tells whether a token is active and what it says; it is read from standard input or a file")
      .option("-f, --file <path>", "the file that holds the token and nothing else; - for standard input", "-")
      .addHelpText("after", examples("introspect < token.txt", "introspect -f token.txt --json")),
  ).action(
    calling(["introspect"], async ({ registry, output }, { file }) => {
      const answer = await registry.introspect({ token: await readToken(file) });
      if (output.json) await output.printJson(IntrospectResponseSchema, answer);
      else if (answer.active) await output.print(...describeDetails(detailsOf(answer), output.paint));
      else await output.print(output.paint("red", "Not active"));
      return answer.active ? EXIT.ok : EXIT.negative;
    }),
  );

async function readToken(path: string): Promise<string> {
  const content = path === "-" ? await text(process.stdin) : await readFile(path, "utf8").catch(unreadable(path));
  const token = content.trim();
  if (token === "") throw new CommandError("There is no token: give it on standard input or in a file", EXIT.badInput);
  return token;
}

function unreadable(path: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw new CommandError(`${path} cannot be read (${error.code}): it must be there and readable`, EXIT.badInput);
  };
}

function detailsOf({
  scope,
  unregisteredScopes,
  clientId,
  sub,
  username,
  aud,
  iss,
  exp,
  iat,
  nbf,
  cnf,
}: IntrospectResponse): Detail[] {
  return [
    ["Active", "yes"],
    ["Scopes", scope],
    ["Unregistered scopes", unregisteredScopes.join(" ")],
    ["Client", clientId],
    ["Subject", sub],
    ["Username", username],
    ["Audience", aud.join(" ")],
    ["Issuer", iss],
    ["Expires", secondsText(exp)],
    ["Issued", secondsText(iat)],
    ["Not before", secondsText(nbf)],
    ["Bound to DPoP key", cnf?.jkt ?? ""],
    ["Bound to certificate", cnf?.x5tS256 ?? ""],
  ];
}

function secondsText(seconds: bigint): string {
  return seconds === 0n ? "" : new Date(Number(seconds) * 1_000).toISOString().replace(".000Z", "Z");
}
