import { useLayoutEffect, useRef } from "preact/hooks";
import { pageSteps, rememberedRow, rememberRow } from "../../navigation/navigation.ts";
import type { ScopeQuery } from "../../navigation/place.ts";
import { rememberedScroll } from "../../navigation/remembered-scroll.ts";
import { isWithin, windowAround } from "./list-window.ts";
import { MissingRow, ScopeTableRow } from "./scope-row.tsx";
import { useRowFocus } from "./use-row-focus.ts";
import type { ShownList } from "./use-scope-list.ts";
import { useVirtualRows } from "./use-virtual-rows.ts";
import { useWide } from "./use-wide.ts";

/** How high a row is, in pixels, as in the styles: one line, or two where there is little room. */
const ROW_HEIGHT = { wide: 40, narrow: 64 };

/** The scopes that a query finds: as many as there are, of which those in sight are drawn. */
export function ScopeTable({ shown }: { readonly shown: ShownList }) {
  const { query, read, reader, anchor } = shown;
  const table = useRef<HTMLTableElement>(null);
  const wide = useWide();
  const rowHeight = wide ? ROW_HEIGHT.wide : ROW_HEIGHT.narrow;
  const total = read?.list.total ?? 0;
  const rows = useVirtualRows(table, total, rowHeight);
  const focus = useRowFocus(table, rows, total);
  const shownQuery = useRef<ScopeQuery | undefined>(undefined);
  const rowAt = (index: number) => read?.list.rows[index - read.list.start];

  const first = rows.items[0]?.index ?? 0;
  const last = rows.items.at(-1)?.index ?? 0;
  const wanted = windowAround(read?.query === query ? { first, last } : { first: 0, last: last - first });
  anchor.current = () => {
    const sight = rows.sight();
    const focused = focus.focused();
    const index = focused !== undefined && isWithin(sight, focused) ? focused : sight.first;
    const row = rowAt(index);
    return row && { name: row.name, index };
  };

  useLayoutEffect(() => {
    if (read === undefined) return;
    const isOther = shownQuery.current !== read.query;
    const isFirst = shownQuery.current === undefined;
    shownQuery.current = read.query;
    if (isOther) {
      scrollTo(0, rememberedScroll() ?? 0);
      const back = isFirst && pageSteps.value > 0 ? rowIndex(read.list, rememberedRow()) : undefined;
      if (back !== undefined) focus.focus(back);
      else focus.move(-total);
    } else if (read.list.moved !== 0) {
      focus.move(read.list.moved);
      // At the very top one sees what comes in; further down it must not push what one reads.
      if (rows.sight().first > 0) rows.moveBy(read.list.moved);
    }
  }, [read]);
  // As soon as it is drawn, and is where it is to be: whatever is asked next has to be about the rows that are in sight by now.
  useLayoutEffect(() => reader.want(query, wanted), [query, wanted.start, wanted.count]);

  const columns = wide ? 4 : 2;
  const entrance = isWithin({ first, last }, focus.active) ? focus.active : rows.sight().first;
  return (
    <table
      ref={table}
      class="scopes"
      tabIndex={-1}
      aria-rowcount={total + 1}
      aria-busy={read?.query !== query}
      onKeyDown={focus.onKeyDown}
      onFocusOut={focus.onFocusOut}
    >
      <caption class="visually-hidden">Scopes</caption>
      <colgroup>
        <col class="col-name" />
        <col class="wide-only" />
        <col class="col-owner wide-only" />
        <col class="col-state" />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col">Name</th>
          <th scope="col" class="wide-only">
            Description
          </th>
          <th scope="col" class="wide-only">
            Owner
          </th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        <Spacer key="above" height={rows.above} columns={columns} />
        {rows.items.map(({ index }) => {
          const row = rowAt(index);
          if (row === undefined) return <MissingRow key={index} index={index} />;
          return (
            <ScopeTableRow
              key={row.name}
              row={row}
              index={index}
              isEntrance={index === entrance}
              onFocus={() => focus.onRowFocus(index)}
              onOpen={() => rememberRow(row.name)}
            />
          );
        })}
        <Spacer key="below" height={rows.below} columns={columns} />
      </tbody>
    </table>
  );
}

/** Takes the room of rows that are not drawn. */
function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <tr aria-hidden="true">
      <td class="spacer" colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

function rowIndex(list: NonNullable<ShownList["read"]>["list"], name: string): number | undefined {
  const at = list.rows.findIndex((row) => row.name === name);
  return at < 0 ? undefined : list.start + at;
}
