import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

/** A tab. */
export interface Tab<T extends string> {
  readonly id: T;
  readonly title: string;
}

/** Several views of the same place, of which one is seen (WAI-ARIA APG, tabs that open as the focus reaches them). */
export function Tabs<T extends string>({
  name,
  label,
  tabs,
  chosen,
  onChoose,
  children,
}: {
  /** What the ids on the page begin with. */
  readonly name: string;
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly chosen: T;
  readonly onChoose: (id: T) => void;
  /** What the chosen tab shows. */
  readonly children: ComponentChildren;
}) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = nextTab(
      event.key,
      tabs.findIndex(({ id }) => id === chosen),
      tabs.length,
    );
    const next = at === undefined ? undefined : tabs[at];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[at ?? 0]?.focus();
  };
  return (
    <div class="tabs">
      <div ref={list} class="tab-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            id={`${name}-tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === chosen}
            aria-controls={`${name}-panel`}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => onChoose(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div id={`${name}-panel`} class="tab-panel" role="tabpanel" aria-labelledby={`${name}-tab-${chosen}`}>
        {children}
      </div>
    </div>
  );
}

function nextTab(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowLeft":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
