import { feedCases } from "./feed-cases.ts";
import { judgingCases } from "./judging-cases.ts";
import { nameCases } from "./name-cases.ts";
import { randomWorlds } from "./random-worlds.ts";
import { printVectors } from "./vector-files.ts";

/** The text of every file of vectors, by its name. */
export function allVectors(): ReadonlyMap<string, string> {
  const contents: readonly (readonly [string, unknown])[] = [
    ["judging.json", [judgingCases(), ...randomWorlds()]],
    ["names.json", nameCases()],
    ["feed.json", feedCases()],
  ];
  return new Map(contents.map(([name, content]) => [name, `${printVectors(content)}\n`]));
}
