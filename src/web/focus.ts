/** How the focus goes from one part of the page to another that it knows nothing else of. */
import { useEffect } from "preact/hooks";

/** What the focus can be sent to. */
export type FocusTarget = "search" | "list";

const targets = new Map<FocusTarget, () => void>();

/** Takes the focus whenever it is sent to a target, as long as the part is on the page. */
export function useFocusTarget(target: FocusTarget, take: () => void): void {
  useEffect(() => {
    targets.set(target, take);
    return () => {
      if (targets.get(target) === take) targets.delete(target);
    };
  });
}

/** Sends the focus to a target, if that is on the page. */
export function sendFocus(target: FocusTarget): void {
  targets.get(target)?.();
}
