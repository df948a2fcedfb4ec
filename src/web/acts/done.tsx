import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { hrefOf } from "../navigation/place.ts";
import { numberText } from "../time-text.ts";

/** What an act has come to. It takes the focus, as what was pressed may be gone. */
export function Done({ revision, children }: { readonly revision: bigint; readonly children: ComponentChildren }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => line.current?.focus(), [revision]);
  return (
    <p class="done" role="status" ref={line} tabIndex={-1}>
      {children} at{" "}
      <a href={hrefOf({ page: "change", revision: String(revision) })}>revision {numberText(Number(revision))}</a>.
    </p>
  );
}
