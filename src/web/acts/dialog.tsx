import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/** A window in front of the page. */
export interface DialogProps {
  readonly open: boolean;
  readonly title: ComponentChildren;
  /** While it is, the window cannot be closed. */
  readonly busy?: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A window in front of the page. Esc closes it, and the focus goes back to where it was. */
export function Dialog({ open, title, busy = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return dialog.current?.close();
    dialog.current?.showModal();
    heading.current?.focus();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="act-dialog"
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => busy && event.preventDefault()}
    >
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {open && children}
    </dialog>
  );
}

/** Closes the window that it stands in. */
export function CloseButton({ children }: { readonly children: string }) {
  return (
    <button
      type="button"
      class="button quiet"
      onClick={({ currentTarget }) => currentTarget.closest("dialog")?.close()}
    >
      {children}
    </button>
  );
}
