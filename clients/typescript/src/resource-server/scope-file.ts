import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { errorCode } from "../tokens/error-code.ts";
import type { ScopeDefinitionInput } from "./scope-definition-input.ts";
import { ScopeFileError } from "./scope-file-error.ts";
import { createNodeReader, type NodeReader } from "./yaml-node-reader.ts";

/** What a scope file says. */
export interface ScopeFile {
  readonly scopes: readonly ScopeDefinitionInput[];
  readonly mode: "MERGE" | "REPLACE" | undefined;
  readonly release: number | undefined;
  readonly displayName: string | undefined;
}

/**
 * Reads a resource server's scopes from a YAML or JSON file: a list of scopes, or a mapping with `scopes` and, if wanted,
 * `mode`, `release` and `display_name`. Keys are those of the wire's `ScopeDefinition`, in snake_case or camelCase.
 *
 * The file is checked for what cannot be sent as it is meant; whether names and texts are within the rules, the registry
 * tells.
 *
 * @throws {ScopeFileError} with every problem: what cannot be read, unknown keys, wrong types, names that come twice
 */
export async function readScopeFile(path: string): Promise<ScopeFile> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ScopeFileError(path, [`It cannot be read (${errorCode(error)}): it must be there and readable`]);
  });
  const lines = new LineCounter();
  // JSON is YAML; it may be indented with tabs, which only block collections forbid.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const found: Problem[] = [...document.errors, ...document.warnings].map(({ pos, message }) => [pos[0], message]);
  if (found.length > 0) throw new ScopeFileError(path, describeProblems(found, lines));

  const file = readFileContent(createNodeReader(document, (offset, problem) => found.push([offset, problem])));
  if (found.length > 0) throw new ScopeFileError(path, describeProblems(found, lines));
  return file;
}

/** Where it is, in characters from the start, and what it is. */
type Problem = readonly [offset: number, text: string];

function describeProblems(problems: readonly Problem[], lines: LineCounter): string[] {
  const inOrder = problems.toSorted(([a], [b]) => a - b);
  return inOrder.map(([offset, text]) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}: ${text}`;
  });
}

function readFileContent(reader: NodeReader): ScopeFile {
  const { root } = reader;
  if (reader.isList(root))
    return { scopes: readScopes(reader, root), mode: undefined, release: undefined, displayName: undefined };
  const members = reader.members(root, "the file", ["scopes", "mode", "release", "display_name"], ["scopes"]);
  return {
    scopes: readScopes(reader, members.get("scopes")),
    mode: reader.choice(members.get("mode"), "mode", ["MERGE", "REPLACE"]),
    release: reader.wholeNumber(members.get("release"), "release"),
    displayName: reader.text(members.get("display_name"), "display_name"),
  };
}

const SCOPE_KEYS = [
  "name",
  "description",
  "is_default",
  "restricted",
  "resources",
  "consent_texts",
  "deprecated",
  "replaced_by",
  "sunset_time",
  "unlisted",
  "aliases",
];

function readScopes(reader: NodeReader, node: unknown): ScopeDefinitionInput[] {
  const names = new Set<string>();
  return reader.list(node, "scopes").map((item, index) => {
    const at = `scopes[${index}]`;
    const members = reader.members(item, at, SCOPE_KEYS, ["name", "description"]);
    const name = reader.text(members.get("name"), `${at}.name`) ?? "";
    if (name !== "" && names.has(name))
      reader.note(members.get("name"), `${at}.name ${name} comes twice: give it once`);
    names.add(name);
    const flag = (key: string) => reader.flag(members.get(key), `${at}.${key}`);
    return {
      name,
      description: reader.text(members.get("description"), `${at}.description`) ?? "",
      isDefault: flag("is_default"),
      restricted: flag("restricted"),
      resources: members.has("resources") ? readTexts(reader, members.get("resources"), `${at}.resources`) : undefined,
      consentTexts: readConsentTexts(reader, members.get("consent_texts"), `${at}.consent_texts`),
      deprecated: flag("deprecated"),
      replacedBy: reader.text(members.get("replaced_by"), `${at}.replaced_by`),
      sunsetTime: reader.time(members.get("sunset_time"), `${at}.sunset_time`),
      unlisted: flag("unlisted"),
      aliases: members.has("aliases") ? readTexts(reader, members.get("aliases"), `${at}.aliases`) : undefined,
    };
  });
}

function readTexts(reader: NodeReader, node: unknown, at: string): string[] {
  return reader.list(node, at).map((item, index) => reader.text(item, `${at}[${index}]`) ?? "");
}

function readConsentTexts(reader: NodeReader, node: unknown, at: string): ScopeDefinitionInput["consentTexts"] {
  if (node === undefined) return undefined;
  const texts = [...reader.members(node, at)].map(([tag, text]) => {
    const where = `${at}.${tag}`;
    const members = reader.members(text, where, ["title", "description"], ["title"]);
    const title = reader.text(members.get("title"), `${where}.title`) ?? "";
    return [tag, { title, description: reader.text(members.get("description"), `${where}.description`) }] as const;
  });
  return Object.fromEntries(texts);
}
