import { useState } from "preact/hooks";
import type { ChangedThing } from "../../changes/changed-things.ts";
import { numberText } from "../time-text.ts";
import { ThingChange } from "./thing-change.tsx";

/** How many things an entry shows before somebody asks for all. */
const SHOWN = 3;
/** How many are on a page then: a registration may change 5,000 scopes. */
const PAGE = 100;

/** What an entry has changed: the first few, and all of it in pages. `scope` comes first, as one came for it. */
export function ThingChanges({
  things,
  scope,
  open = false,
}: {
  readonly things: readonly ChangedThing[];
  readonly scope: string;
  readonly open?: boolean;
}) {
  const [all, setAll] = useState(open);
  const [start, setStart] = useState(0);
  const ofInterest = scope === "" ? [] : things.filter(({ name }) => name === scope);
  const first = ofInterest.length > 0 ? ofInterest : things.slice(0, SHOWN);
  const shown = all ? things.slice(start, start + PAGE) : first;
  return (
    <>
      <ul class="things">
        {shown.map((thing) => (
          <ThingChange key={`${thing.kind} ${thing.name}`} thing={thing} />
        ))}
      </ul>
      {things.length > first.length && (
        <p class="more">
          {all ? (
            <>
              {things.length > PAGE && <Pages start={start} total={things.length} onStart={setStart} />}
              {!open && (
                <button type="button" class="link" onClick={() => setAll(false)}>
                  Show fewer
                </button>
              )}
            </>
          ) : (
            <button type="button" class="link" onClick={() => setAll(true)}>
              {ofInterest.length > 0
                ? `Show the ${numberText(things.length - first.length)} others of this change`
                : `Show all ${numberText(things.length)}`}
            </button>
          )}
        </p>
      )}
    </>
  );
}

interface PagesProps {
  readonly start: number;
  readonly total: number;
  readonly onStart: (start: number) => void;
}

function Pages({ start, total, onStart }: PagesProps) {
  const end = Math.min(start + PAGE, total);
  return (
    <>
      <button type="button" class="link" disabled={start === 0} onClick={() => onStart(Math.max(0, start - PAGE))}>
        Previous
      </button>
      <span aria-live="polite">
        {numberText(start + 1)} to {numberText(end)} of {numberText(total)}
      </span>
      <button type="button" class="link" disabled={end === total} onClick={() => onStart(start + PAGE)}>
        Next
      </button>
    </>
  );
}
