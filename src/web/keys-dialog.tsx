import { useEffect, useRef } from "preact/hooks";

const KEYS = [
  ["/", "Search"],
  ["↑ ↓", "Move in the list"],
  ["Enter", "Open the chosen row"],
  ["Esc", "Go back, or empty the search"],
  ["?", "Show these keys"],
] as const;

/** The keys, in a window of their own. */
export function KeysDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" class="button quiet">
          Close
        </button>
      </form>
    </dialog>
  );
}
