import { useCallback, useEffect, useState } from "preact/hooks";

/** What has come of a question to the registry. */
export type Answer<T> =
  /** Nothing yet. */
  | { readonly kind: "waiting" }
  | { readonly kind: "answered"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * Asks the registry, and again whenever `keys` change. What was answered stays until the next answer is there, unless `subject`
 * changes: it is of something else then.
 *
 * @returns the answer, and what asks again
 */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  subject: string,
  keys: readonly unknown[],
): [Answer<T>, () => void] {
  const [state, setState] = useState<{ subject: string; answer: Answer<T> }>({ subject, answer: WAITING });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    const show = (answer: Answer<T>) => left.signal.aborted || setState({ subject, answer });
    ask(left.signal)
      .then((value) => show({ kind: "answered", value }))
      .catch((error: unknown) => show({ kind: "failed", error }));
    return () => left.abort();
  }, [subject, turn, ...keys]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return [state.subject === subject ? state.answer : WAITING, again];
}

const WAITING = { kind: "waiting" } as const;
