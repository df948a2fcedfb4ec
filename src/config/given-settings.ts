import { parseArgs } from "node:util";
import { CLIENT_VARIABLES } from "./client-variables.ts";
import { nearestName } from "./nearest-name.ts";
import { flagName, SETTINGS, type SettingKey, VARIABLE_PREFIX, variableName } from "./settings-table.ts";

/** What is set, as text. */
export interface GivenSettings {
  readonly texts: ReadonlyMap<SettingKey, string>;
  /** What is neither a setting nor readable as one. */
  readonly problems: readonly string[];
}

const KEYS = Object.keys(SETTINGS) as SettingKey[];

/**
 * What Kubernetes puts into the environment of every pod beside a Service named `scope-registry…`; its values for `…_PORT`
 * are URLs, so that a mistyped setting is not taken for one.
 */
const KUBERNETES_SERVICE = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** Collects the settings from the environment and from flags. Flags win; an empty variable is not set. */
export function readGivenSettings(env: NodeJS.ProcessEnv, argv: readonly string[]): GivenSettings {
  const texts = new Map<SettingKey, string>();
  const problems = [...readVariables(env, texts), ...readFlags(argv, texts)];
  return { texts, problems };
}

function readVariables(env: NodeJS.ProcessEnv, texts: Map<SettingKey, string>): string[] {
  const problems: string[] = [];
  for (const [variable, text = ""] of Object.entries(env)) {
    if (!variable.startsWith(VARIABLE_PREFIX)) {
      continue;
    }
    const key = KEYS.find((known) => variableName(known) === variable);
    if (key === undefined) {
      if (!isOfOthers(variable, text)) {
        problems.push(unknown(variable, KEYS.map(variableName)));
      }
    } else if (text !== "") {
      texts.set(key, text);
    }
  }
  return problems;
}

function isOfOthers(variable: string, text: string): boolean {
  return (CLIENT_VARIABLES as readonly string[]).includes(variable) || isKubernetesService(variable, text);
}

function isKubernetesService(variable: string, text: string): boolean {
  return KUBERNETES_SERVICE.test(variable) || (variable.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(text));
}

function readFlags(argv: readonly string[], texts: Map<SettingKey, string>): string[] {
  const problems: string[] = [];
  const seen = new Set<SettingKey>();
  let strayIsValue = false;
  const options = Object.fromEntries(
    KEYS.map((key) => [flagName(key), { type: "boolean" in SETTINGS[key] ? "boolean" : "string" } as const]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") {
      // What follows an unknown flag is most likely its value, and may be a secret.
      if (!strayIsValue) {
        problems.push("A word that belongs to no flag is on the command line: write settings as --name value");
      }
      strayIsValue = false;
      continue;
    }
    const key = KEYS.find((known) => flagName(known) === token.name);
    strayIsValue = key === undefined;
    if (key === undefined) {
      problems.push(
        unknown(
          token.rawName,
          KEYS.map((known) => `--${flagName(known)}`),
        ),
      );
    } else if (seen.has(key)) {
      problems.push(`${token.rawName} is given twice: give it once`);
    } else {
      seen.add(key);
      const text = token.value ?? ("boolean" in SETTINGS[key] ? "true" : "");
      if (text === "" || (token.inlineValue === false && text.startsWith("--"))) {
        problems.push(`${token.rawName} needs a value`);
      } else {
        texts.set(key, text);
      }
    }
  }
  return problems;
}

function unknown(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return `${name} is not a setting${nearest === undefined ? "" : `: did you mean ${nearest}?`}`;
}
