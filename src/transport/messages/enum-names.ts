/** The generated form of an enum of the contract: its values by their names without the enum's prefix. */
type EnumValues = Readonly<Record<string, number>>;

/** The names of an enum that stand for something: all but that of the zero value. */
export type EnumName<E extends EnumValues> = Exclude<keyof E, "UNSPECIFIED"> & string;

/** The names of an enum's values, by value. What the contract does not know has none, and neither has the zero value. */
export function enumNames<E extends EnumValues>(values: E): ReadonlyMap<number, EnumName<E>> {
  const known = Object.entries(values).filter(([name]) => name !== "UNSPECIFIED");
  return new Map(known.map(([name, value]) => [value, name as EnumName<E>]));
}
