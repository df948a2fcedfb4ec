import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

/** The heading of a page. `name` is what the browser's window is called; the heading itself, where that is a text. */
export function PageTitle({ children, name }: { readonly children: ComponentChildren; readonly name?: string }) {
  const title = name ?? (typeof children === "string" ? children : "");
  useEffect(() => {
    document.title = title === "" ? "Scope registry" : `${title} · Scope registry`;
  }, [title]);
  return <h1 tabIndex={-1}>{children}</h1>;
}
