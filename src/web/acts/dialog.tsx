import { type ComponentChildren, createContext } from "preact";
import { useContext, useId, useLayoutEffect, useRef } from "preact/hooks";

/** Closes the window that a part stands in. */
const CloseContext = createContext<() => void>(() => undefined);

/** A window in front of the page. */
export interface DialogProps {
  readonly open: boolean;
  readonly title: ComponentChildren;
  /** While it is, the window cannot be closed. */
  readonly busy?: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/**
 * A window in front of the page. Esc closes it, and the focus goes back to where it was. It closes and opens with what is asked for, at
 * once: the browser tells of a window that it has closed a moment after the focus is back, when the next one may have been asked for.
 */
export function Dialog({ open, title, busy = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    if (!open) return dialog.current?.close();
    dialog.current?.showModal();
    heading.current?.focus();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="act-dialog"
      aria-labelledby={id}
      onClose={({ currentTarget }) => open && !currentTarget.open && onClose()}
      onCancel={(event) => (busy ? event.preventDefault() : onClose())}
    >
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <CloseContext.Provider value={onClose}>{open && children}</CloseContext.Provider>
    </dialog>
  );
}

/** Closes the window that it stands in. */
export function CloseButton({ children }: { readonly children: string }) {
  return (
    <button type="button" class="button quiet" onClick={useContext(CloseContext)}>
      {children}
    </button>
  );
}
