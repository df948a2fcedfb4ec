/** The parts of documents that are made of `results.json`. They stand between markers; what is around them is written by hand. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { djangoTable } from "./django-table.ts";
import { extensionTable } from "./extension-table.ts";
import { figureTables, machineText } from "./figure-tables.ts";
import { headlineTable } from "./headlines.ts";
import type { ResultsFile } from "./results-file.ts";

type Part = (results: ResultsFile) => string;

/** The documents, from the folder of the repository, and their parts by the names of the markers. */
export const DOCUMENTS: Readonly<Record<string, Readonly<Record<string, Part>>>> = {
  "README.md": {
    headlines: ({ benchmarks }) => headlineTable(benchmarks),
  },
  "docs/benchmarks.md": {
    extension: ({ benchmarks }) => extensionTable(benchmarks),
    django: ({ benchmarks }) => djangoTable(benchmarks),
    machine: ({ machine }) => machineText(machine),
    figures: ({ benchmarks }) => figureTables(benchmarks),
  },
};

/** Makes the parts of all documents anew. */
export async function writeDocuments(repository: string, results: ResultsFile): Promise<void> {
  for (const [path, parts] of Object.entries(DOCUMENTS)) {
    const file = join(repository, path);
    await writeFile(file, fillParts(await readFile(file, "utf8"), parts, results));
  }
}

/**
 * A document with its parts made of results. A part begins after `<!-- name: … -->` and ends before `<!-- /name -->`.
 *
 * @throws {Error} if a marker is missing
 */
export function fillParts(text: string, parts: Readonly<Record<string, Part>>, results: ResultsFile): string {
  let filled = text;
  for (const [name, part] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- ${name}: .*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marked.test(filled)) throw new Error(`The document has no part between markers that is named ${name}`);
    filled = filled.replace(marked, (_, begin: string, end: string) => `${begin}\n${part(results)}\n\n${end}`);
  }
  return filled;
}
