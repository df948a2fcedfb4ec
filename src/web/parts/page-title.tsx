import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pageSteps } from "../navigation/navigation.ts";

/** The step after which a heading has had the focus last. */
let toldStep = 0;

/**
 * The heading of a page, which takes the focus when somebody has gone there: who cannot see that the page is another one is told
 * so. It may come later than that, with what the page shows. `name` is what the browser's window is called; the heading itself,
 * where that is a text.
 */
export function PageTitle({ children, name }: { readonly children: ComponentChildren; readonly name?: string }) {
  const title = name ?? (typeof children === "string" ? children : "");
  useEffect(() => {
    document.title = title === "" ? "Scope registry" : `${title} · Scope registry`;
  }, [title]);
  const heading = useRef<HTMLHeadingElement>(null);
  const steps = pageSteps.value;
  useEffect(() => {
    if (steps === toldStep) return;
    toldStep = steps;
    // Who types what to search for, or is in the page by now, stays there.
    if (document.activeElement?.matches("main *, input") !== true) heading.current?.focus({ preventScroll: true });
  }, [steps]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
