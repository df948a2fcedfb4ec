import type { JsonValue } from "@bufbuild/protobuf";
import { useState } from "preact/hooks";
import type { FieldChange } from "../../changes/changed-fields.ts";
import { listDifference } from "../../changes/list-difference.ts";
import { fieldName, shortText, writtenText } from "../history/field-text.ts";
import { type TextPart, textDifference } from "../history/text-difference.ts";
import { numberText } from "../time-text.ts";

/** How many items of a list are shown before somebody asks for all. */
const ITEMS_SHOWN = 12;

/** How the fields of something have changed. `isNew`: there was nothing to compare with. */
export function FieldDifferences({
  fields,
  isNew,
}: {
  readonly fields: readonly FieldChange[];
  readonly isNew: boolean;
}) {
  return (
    <dl class="fields">
      {fields.map((change) => (
        <FieldDifference key={change.field} change={change} isNew={isNew} />
      ))}
    </dl>
  );
}

/** How one field has changed: what was, and what is. `isNew`: there was nothing to compare with. */
export function FieldDifference({ change, isNew }: { readonly change: FieldChange; readonly isNew: boolean }) {
  return (
    <div class="field">
      <dt>{fieldName(change.field)}</dt>
      <dd>{isNew ? <NewValue change={change} /> : <Difference change={change} />}</dd>
    </div>
  );
}

function NewValue({ change: { field, after } }: { readonly change: FieldChange }) {
  if (Array.isArray(after)) return <Items signed={after.map((item) => ["", String(item)])} />;
  return <bdi>{writtenText(after, field) ?? shortText(after, field)}</bdi>;
}

function Difference({ change: { field, before, after } }: { readonly change: FieldChange }) {
  if (Array.isArray(before) || Array.isArray(after))
    return <ListDifference before={list(before)} after={list(after)} />;
  const [old, now] = [writtenText(before, field), writtenText(after, field)];
  if (old !== undefined && now !== undefined) return <TextDifference before={old} after={now} />;
  return (
    <>
      {isEmpty(before) ? <span class="hint">None</span> : <del>{shortText(before, field)}</del>}{" "}
      <span class="arrow">→</span> {isEmpty(after) ? "None" : <ins>{shortText(after, field)}</ins>}
    </>
  );
}

function TextDifference({ before, after }: { readonly before: string; readonly after: string }) {
  const parts = textDifference(before, after);
  return (
    <>
      {before !== "" && <Line sign="−" parts={parts} kind="gone" />}
      {after !== "" && <Line sign="+" parts={parts} kind="added" />}
    </>
  );
}

/** One of the two texts, with what the other does not have marked. */
function Line({
  sign,
  parts,
  kind,
}: {
  readonly sign: string;
  readonly parts: readonly TextPart[];
  readonly kind: Side;
}) {
  const Changed = kind === "gone" ? "del" : "ins";
  return (
    <p class={`line line-${kind}`}>
      <span class={`sign sign-${kind}`} aria-hidden="true">
        {sign}
      </span>
      <span class="visually-hidden">{kind === "gone" ? "Before: " : "After: "}</span>
      <bdi class="written">
        {parts
          .filter((part) => part.kind === "same" || part.kind === kind)
          .map((part, at) => (part.kind === "same" ? part.text : <Changed key={at}>{part.text}</Changed>))}
      </bdi>
    </p>
  );
}

type Side = Exclude<TextPart["kind"], "same">;

function ListDifference({ before, after }: { readonly before: readonly string[]; readonly after: readonly string[] }) {
  const { gone, added } = listDifference(before, after);
  if (gone.length + added.length === 0) return <>In another order</>;
  return (
    <Items
      signed={[...gone.map((item): [Sign, string] => ["−", item]), ...added.map((item): [Sign, string] => ["+", item])]}
    />
  );
}

type Sign = "−" | "+" | "";

const SIGNED = {
  "−": { side: "gone", word: "Removed: " },
  "+": { side: "added", word: "Added: " },
  "": { side: "kept", word: "" },
} as const;

function Items({ signed }: { readonly signed: readonly (readonly [Sign, string])[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? signed : signed.slice(0, ITEMS_SHOWN);
  return (
    <>
      <ul>
        {shown.map(([sign, item]) => (
          <li key={sign + item} class={`line line-${SIGNED[sign].side}`}>
            {sign !== "" && (
              <span class={`sign sign-${SIGNED[sign].side}`} aria-hidden="true">
                {sign}
              </span>
            )}
            <span class="visually-hidden">{SIGNED[sign].word}</span>
            <bdi class="scope-name">{item}</bdi>
          </li>
        ))}
      </ul>
      {shown.length < signed.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show all {numberText(signed.length)}
        </button>
      )}
    </>
  );
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === "";
}

function list(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
