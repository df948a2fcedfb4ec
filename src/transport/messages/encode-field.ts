import { ReverseWriter } from "./reverse-writer.ts";

const writer = new ReverseWriter();

/** A repeated string field as bytes. */
export function encodeTexts(field: number, texts: readonly string[]): Buffer {
  for (let at = texts.length - 1; at >= 0; at--) writer.text(field, texts[at] as string);
  return writer.take();
}

/** A field of a whole number as bytes; none where it is 0, the default. */
export function encodeNumber(field: number, value: number): Buffer {
  if (value !== 0) writer.number(field, value);
  return writer.take();
}
