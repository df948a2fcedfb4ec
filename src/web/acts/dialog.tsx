import { type ComponentChildren, createContext } from "preact";
import { useContext, useId, useLayoutEffect, useRef } from "preact/hooks";
import { useModal } from "../parts/use-modal.ts";

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

/** A window in front of the page. Esc closes it, and the focus goes back to where it was. */
export function Dialog({ open, title, busy = false, onClose, children }: DialogProps) {
  const modal = useModal(open, onClose, busy);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    if (open) heading.current?.focus();
  }, [open]);
  return (
    <dialog {...modal} class="act-dialog" aria-labelledby={id}>
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
