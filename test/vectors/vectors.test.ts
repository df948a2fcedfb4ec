import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allVectors } from "./make/all-vectors.ts";

describe("the vectors that clients of other languages prove themselves on", () => {
  it.each([...allVectors()])("%s says what the judging does", async (name, text) => {
    const committed = await readFile(join(import.meta.dirname, name), "utf8");
    // Not `toBe`: a difference of files of this size would be computed for minutes.
    expect(committed === text, `${name} is another one: look at the difference that npm run vectors makes`).toBe(true);
  });
});
