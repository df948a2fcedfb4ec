import type { ChangedThing } from "../../changes/changed-things.ts";
import { hrefOf } from "../navigation/place.ts";
import { FieldDifferences } from "./field-difference.tsx";
import { ScopeLink, ScopeName } from "./scope-name.tsx";

/** One thing that an entry has changed, field by field. */
export function ThingChange({ thing }: { readonly thing: ChangedThing }) {
  const { kind, outcome } = thing;
  const { sign, side, word } = OUTCOMES[outcome];
  const fields = thing.fields();
  return (
    <li class="thing">
      <p class="thing-head">
        <span class={`sign sign-${side}`} aria-hidden="true">
          {sign}
        </span>
        {kind !== "scope" && <span class="thing-kind">{KINDS[kind]}</span>}
        <ThingName thing={thing} />
        <span class="thing-outcome">{word}</span>
      </p>
      {fields.length > 0 && <FieldDifferences fields={fields} isNew={outcome === "new"} />}
    </li>
  );
}

function ThingName({ thing: { kind, name } }: { readonly thing: ChangedThing }) {
  if (kind === "scope") return <ScopeLink name={name} />;
  if (kind === "client") return <a href={hrefOf({ page: "client", id: name })}>{<ScopeName name={name} />}</a>;
  if (kind === "resource server") {
    return <a href={hrefOf({ page: "resource-server", name })}>{<ScopeName name={name} />}</a>;
  }
  return kind === "reserved name" ? <ScopeName name={name} /> : null;
}

const KINDS = {
  "resource server": "Resource server",
  client: "Client",
  "reserved name": "Reserved name",
  "registry policy": "Registry policy",
} as const;

const OUTCOMES = {
  new: { sign: "+", side: "added", word: "new" },
  changed: { sign: "±", side: "changed", word: "" },
  gone: { sign: "−", side: "gone", word: "gone" },
} as const;
