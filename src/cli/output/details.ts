import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";

/** One thing that is told of something: what it is, and its value. An empty value is left out; a list has a line for each. */
export type Detail = readonly [label: string, value: string | readonly string[]];

/** The details of one thing, one below the other with their values aligned. */
export function describeDetails(details: readonly Detail[], paint: Paint): string[] {
  const told = details.map(([label, value]) => [label, [value].flat().filter((text) => text !== "")] as const);
  const present = told.filter(([, values]) => values.length > 0);
  const width = Math.max(...present.map(([label]) => label.length)) + 2;
  return present.flatMap(([label, values]) =>
    values.map((text, index) => paint("dim", (index === 0 ? label : "").padEnd(width)) + printable(text)),
  );
}
