import { useEffect, useState } from "preact/hooks";

/** How long the button says that it has copied, in milliseconds. */
const COPIED_MS = 2_000;

/** Copies a text. `label` says what, for those who do not see what it stands beside. */
export function CopyButton({
  text,
  label,
  tabIndex,
}: {
  readonly text: string;
  readonly label: string;
  readonly tabIndex?: number;
}) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | undefined>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), COPIED_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  return (
    <button type="button" class="copy" tabIndex={tabIndex} aria-label={label} onClick={copy}>
      <span aria-live="polite">
        {outcome === "copied" ? "Copied" : outcome === "failed" ? "Select and copy" : "Copy"}
      </span>
    </button>
  );
}
