import { useState } from "preact/hooks";

/**
 * A choice that the browser remembers, also for other tabs and for later.
 *
 * @param key what it is remembered under
 * @param values what can be chosen; what else is remembered does not count
 */
export function useRemembered<T extends string>(
  key: string,
  values: readonly T[],
  initial: T,
): [T, (value: T) => void] {
  const [chosen, setChosen] = useState(() => values.find((value) => value === read(key)) ?? initial);
  const choose = (value: T) => {
    setChosen(value);
    write(key, value);
  };
  return [chosen, choose];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(`catalogue.${key}`);
  } catch {
    // Browsers can be told to let pages keep nothing.
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`catalogue.${key}`, value);
  } catch {
    // As above: it is chosen for as long as the page is open.
  }
}
