import { useModal } from "./parts/use-modal.ts";

const KEYS = [
  ["/", "Search"],
  ["↑ ↓", "Move in the list"],
  ["Enter", "Open the chosen row"],
  ["Esc", "Go back, or empty the search"],
  ["?", "Show these keys"],
] as const;

/** The keys, in a window of their own. */
export function KeysDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const modal = useModal(open, onClose);
  return (
    <dialog {...modal} class="keys" aria-labelledby="keys-title">
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
      <button type="button" class="button quiet" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
