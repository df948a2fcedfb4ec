import type { ComponentChildren } from "preact";

/** What is said in place of what is not there, and what to do about it. */
export function Notice({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <section class="notice">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
