import { useEffect, useState } from "preact/hooks";
import { hrefOf } from "../../navigation/place.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import type { ScopeRow } from "../../registry/feed.ts";
import { ownerWords } from "./query-filters.ts";

/** How long a row says that it has changed, in milliseconds: as long as its ground fades. */
const CHANGED_MS = 6_000;

/** A row of the list. */
export interface ScopeTableRowProps {
  readonly row: ScopeRow;
  readonly index: number;
  /** Whether the keyboard enters the list here. */
  readonly isEntrance: boolean;
  onFocus(): void;
  onOpen(): void;
}

/** A scope in a line; where there is little room, in two. */
export function ScopeTableRow({ row, index, isEntrance, onFocus, onOpen }: ScopeTableRowProps) {
  const tabIndex = isEntrance ? 0 : -1;
  const changed = useChanged(row.changedAt);
  return (
    <tr aria-rowindex={index + 2} data-index={index} class={changed ? "changed" : undefined}>
      <td class="cell-name">
        <a
          class="scope-link"
          href={hrefOf({ page: "scope", name: row.name })}
          title={row.name}
          tabIndex={tabIndex}
          onFocus={onFocus}
          onClick={onOpen}
        >
          <bdi class="scope-name one-line">{row.name}</bdi>
        </a>
        <CopyButton text={row.name} label={`Copy ${row.name}`} tabIndex={tabIndex} />
        <span class="narrow-only row-second">
          <bdi class="one-line" dir="auto">
            {row.description}
          </bdi>
          <span class="row-owner">{ownerWords(row.owner)}</span>
        </span>
      </td>
      <td class="cell-description wide-only">
        <bdi class="one-line" dir="auto" title={row.description}>
          {row.description}
        </bdi>
      </td>
      <td class="cell-owner wide-only">
        <bdi class="one-line">{ownerWords(row.owner)}</bdi>
      </td>
      <td class="cell-state">
        <Marks row={row} changed={changed} />
      </td>
    </tr>
  );
}

/** A row that has not come yet. */
export function MissingRow({ index }: { readonly index: number }) {
  return (
    <tr aria-rowindex={index + 2}>
      <td class="cell-name">
        <span class="skeleton" />
      </td>
      <td class="cell-description wide-only">
        <span class="skeleton" />
      </td>
      <td class="cell-owner wide-only" />
      <td class="cell-state" />
    </tr>
  );
}

function Marks({ row, changed }: { readonly row: ScopeRow; readonly changed: boolean }) {
  return (
    <span class="marks">
      {row.state === "active" ? <span class="visually-hidden">Active</span> : <StateMark state={row.state} />}
      {changed && <span class="tag tag-changed">changed</span>}
      {row.isProposed && row.state !== "pending" && <span class="tag">change waits</span>}
      {row.isDefault && <span class="tag">default</span>}
      {row.restricted && <span class="tag">restricted</span>}
      {row.isTemplate && <span class="tag">family</span>}
      {row.unlisted && <span class="tag">unlisted</span>}
      {row.replacedBy !== "" && (
        <a
          class="row-replacement"
          href={hrefOf({ page: "scope", name: row.replacedBy })}
          title={`Replaced by ${row.replacedBy}`}
          tabIndex={-1}
        >
          <span aria-hidden="true">→ </span>
          <span class="visually-hidden">replaced by </span>
          <bdi class="scope-name one-line">{row.replacedBy}</bdi>
        </a>
      )}
    </span>
  );
}

/** Whether something has changed a moment ago. */
function useChanged(changedAt: number): boolean {
  const [, redraw] = useState(0);
  const leftMs = changedAt === 0 ? 0 : changedAt + CHANGED_MS - Date.now();
  useEffect(() => {
    if (leftMs <= 0) return;
    const timer = setTimeout(() => redraw(changedAt), leftMs);
    return () => clearTimeout(timer);
  }, [changedAt]);
  return leftMs > 0;
}
