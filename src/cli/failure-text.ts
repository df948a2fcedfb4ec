import { ConnectError, ConnectionOptionsError, refusalOf, ScopeFileError } from "@scope-registry/client";
import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";
import { printable } from "./output/printable.ts";

/** What the client calls its options, and what sets them here. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\btls\.(ca|cert|key)\b/g, "--$1"],
  [/\btls\.serverName\b/g, "--server-name"],
  [/\bset tls, or give\b/g, "give"],
  [/\bsay tls: false\b/g, "use --plaintext"],
  [/^address\b/, "--address"],
  [/^credentials\.tokenFile\b/, "--token-file"],
  [/^credentials\.token\b/, "SCOPE_REGISTRY_TOKEN"],
  [/^credentials\.clientCredentials (.*)\bissuer\b/, "The environment $1SCOPE_REGISTRY_ISSUER"],
  [/^credentials\.clientCredentials (.*)\bclientSecret\b/, "The environment $1SCOPE_REGISTRY_CLIENT_SECRET"],
  [/^credentials\.clientCredentials\.issuer\b/, "SCOPE_REGISTRY_ISSUER"],
  [/^(credentials\.clientCredentials\.)?(.*)\btokenEndpoint\b/, "$2SCOPE_REGISTRY_TOKEN_ENDPOINT"],
  [/^(.*)\bclientSecretFile\b/, "$1SCOPE_REGISTRY_CLIENT_SECRET_FILE"],
];

/** What to print of an error that ends a command: a sentence, and below it what there are several of. No stacks, no secrets. */
export function describeFailure(error: unknown): string {
  return describe(error)
    .map((line) => printable(inOurNames(line)))
    .join("\n");
}

function describe(error: unknown): string[] {
  if (error instanceof CommandError) return error.message.split("\n");
  if (error instanceof CommanderError) return [usageSentence(error.message)];
  if (error instanceof ScopeFileError) {
    return [`Scope file ${error.path} cannot be used`, ...error.problems.map((problem) => `  ${problem}`)];
  }
  if (error instanceof ConnectionOptionsError) {
    const [only = "", ...others] = error.problems;
    return others.length === 0
      ? [only]
      : ["The connection needs other settings", ...error.problems.map((p) => `  ${inOurNames(p)}`)];
  }
  if (error instanceof ConnectError) return describeRefusal(error);
  return [`Something is wrong with scope-registry itself: ${error instanceof Error ? error.message : String(error)}`];
}

function describeRefusal(error: ConnectError): string[] {
  const violations = refusalOf(error)?.violations ?? [];
  if (violations.length === 0) return [error.rawMessage];
  const rules = violations.length === 1 ? "a rule" : `${violations.length} rules`;
  return [
    `The request breaks ${rules} of the registry`,
    ...violations.map(({ field, description }) => `  ${field === "" ? "" : `${field}: `}${description}`),
  ];
}

/** The parser's words as ours: "error: unknown command 'aply'", and the suggestion on a line of its own. */
function usageSentence(message: string): string {
  // What follows the name of a flag that there is not may be a token.
  const [first = "", suggestion = ""] = message
    .replace(/^error: /, "")
    .replace(/'(--[\w-]+)=.*'/, "'$1'")
    .split("\n");
  const sentence = first.charAt(0).toUpperCase() + first.slice(1).replace(/\.$/, "");
  const guess = /\(Did you mean (.+)\?\)/.exec(suggestion)?.[1];
  return guess === undefined ? `${sentence}: --help shows how` : `${sentence}: did you mean ${guess}?`;
}

function inOurNames(text: string): string {
  return NAMES.reduce((changed, [pattern, name]) => changed.replace(pattern, name), text);
}
