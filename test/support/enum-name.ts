import type { DescEnum } from "@bufbuild/protobuf";

/** The name of an enum's value without the enum's prefix, `CREATED` for example. Throws if the contract has none. */
export function enumName(desc: DescEnum, value: number): string {
  const found = desc.value[value];
  if (found === undefined) throw new Error(`${desc.typeName} has no value ${value}`);
  return found.localName;
}
