import type { ComponentChildren } from "preact";

/** How a button is, and what it does. */
export interface ActButtonProps {
  readonly busy: boolean;
  /** Why it cannot be pressed yet; empty: it can. */
  readonly missing?: string;
  readonly look?: "quiet" | "danger" | "link" | "";
  readonly label?: string;
  /** Left out: it sends the form that it is in. */
  readonly onAct?: () => void;
  readonly children: ComponentChildren;
}

/** A button that keeps the focus while what it began is under way, and does nothing then. */
export function ActButton({ busy, missing = "", look = "", label, onAct, children }: ActButtonProps) {
  const off = busy || missing !== "";
  const onClick = (event: MouseEvent) => {
    if (off) event.preventDefault();
    else onAct?.();
  };
  return (
    <button
      type={onAct === undefined ? "submit" : "button"}
      class={look === "link" ? "link" : `button ${look}`}
      aria-label={label}
      aria-disabled={off}
      aria-busy={busy}
      title={missing === "" ? undefined : missing}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
