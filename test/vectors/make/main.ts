/** Writes the files of vectors: `npm run vectors`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { allVectors } from "./all-vectors.ts";

for (const [name, text] of allVectors()) await writeFile(join(import.meta.dirname, "..", name), text);
