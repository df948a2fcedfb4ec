import type { JsonValue } from "@bufbuild/protobuf";
import type { FieldChange } from "../../changes/changed-fields.ts";
import { enumValueWord } from "../../changes/enum-value-word.ts";
import { listDifference } from "../../changes/list-difference.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";

/** A change of a field on a line: what was, and what is. */
export function describeField({ field, before, after }: FieldChange, paint: Paint): string {
  const name = `${printable(field)}: `;
  if (Array.isArray(before) && Array.isArray(after)) {
    const { gone, added } = listDifference(before, after);
    const items = [
      ...gone.map((item) => paint("red", `-${itemText(item)}`)),
      ...added.map((item) => paint("green", `+${itemText(item)}`)),
    ];
    return name + (items.length > 0 ? items.join(" ") : "in another order");
  }
  if (before === undefined) return name + paint("green", valueText(after));
  return `${name}${paint("red", valueText(before))} -> ${paint("green", valueText(after))}`;
}

/** What is not there and what is empty are told alike. In a list stand names and URIs, which have no blanks. */
function valueText(value: JsonValue | undefined): string {
  if (value === undefined || value === "") return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(itemText).join(" ");
  if (typeof value !== "string") return JSON.stringify(value);
  return enumValueWord(value) ?? `"${printable(value)}"`;
}

function itemText(item: JsonValue): string {
  return printable(String(item));
}
