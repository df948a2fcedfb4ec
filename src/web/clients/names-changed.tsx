import { FieldDifference } from "../parts/field-difference.tsx";

interface NamesChangedProps {
  readonly label: string;
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
}

/** How a list of names has changed; nothing where it has not. */
export function NamesChanged({ label, before = [], after = [] }: NamesChangedProps) {
  if (before.join(" ") === after.join(" ")) return null;
  return <FieldDifference change={{ field: label, before: [...before], after: [...after] }} isNew={false} />;
}
