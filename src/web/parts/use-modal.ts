import type { TargetedEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * What a `dialog` element takes to be a window in front of the page, which Esc closes. It opens and closes with what is asked for, at once:
 * the browser tells of a window that it has closed a moment after the focus is back, when the next one may have been asked for.
 *
 * @param busy whether the window cannot be closed now
 */
export function useModal(open: boolean, onClose: () => void, busy = false) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!open || dialog === null) return undefined;
    dialog.showModal();
    // Also where it is taken away as it stands: the focus would be lost.
    return () => dialog.close();
  }, [open]);
  return {
    ref,
    onClose: ({ currentTarget }: TargetedEvent<HTMLDialogElement>) => {
      if (open && !currentTarget.open) onClose();
    },
    onCancel: (event: Event) => {
      if (busy) event.preventDefault();
      else onClose();
    },
  };
}
