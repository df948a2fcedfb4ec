import { useRef, useState } from "preact/hooks";

/** An act on the registry: it is asked for once, and what comes of it is awaited. */
export interface Act<T> {
  readonly busy: boolean;
  /** What has come of it. */
  readonly result: T | undefined;
  /** Why nothing has. */
  readonly error: unknown;
  /** Does it. While it is under way, nothing is begun. @returns what has come of it; undefined: nothing */
  run(call: () => Promise<T>): Promise<T | undefined>;
  /** Forgets what has come of it. */
  reset(): void;
}

type Outcome<T> = Pick<Act<T>, "busy" | "result" | "error">;

const NONE = { busy: false, result: undefined, error: undefined };

/** An act that a part of the page offers. */
export function useAct<T>(): Act<T> {
  const [outcome, setOutcome] = useState<Outcome<T>>(NONE);
  const underWay = useRef(false);
  const run = async (call: () => Promise<T>) => {
    if (underWay.current) return undefined;
    underWay.current = true;
    setOutcome({ ...NONE, busy: true });
    try {
      const result = await call();
      setOutcome({ ...NONE, result });
      return result;
    } catch (error) {
      setOutcome({ ...NONE, error });
      return undefined;
    } finally {
      underWay.current = false;
    }
  };
  return { ...outcome, run, reset: () => setOutcome(NONE) };
}
