import { ReverseWriter } from "./reverse-writer.ts";
import { writeNumber, writeTexts } from "./write-scope.ts";

const writer = new ReverseWriter();

/** A repeated string field as bytes. */
export function encodeTexts(field: number, texts: readonly string[]): Buffer {
  writer.clear();
  writeTexts(writer, field, texts);
  return writer.take();
}

/** A field of a whole number as bytes; none where it is 0, the default. */
export function encodeNumber(field: number, value: number): Buffer {
  writer.clear();
  writeNumber(writer, field, value);
  return writer.take();
}
