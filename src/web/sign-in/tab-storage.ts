/**
 * What a tab remembers while it is away at the issuer, and when it is loaded anew: in sessionStorage, so that no other tab has it
 * and nothing of it is left when the tab is closed.
 */

/** One thing that is remembered. */
export interface TabItem<T> {
  read(): T | undefined;
  write(value: T): void;
  clear(): void;
}

/** Makes it. Where a browser keeps nothing for pages, nothing is remembered. */
export function tabItem<T>(name: string): TabItem<T> {
  const key = `scope-registry.${name}`;
  return {
    read() {
      try {
        const text = sessionStorage.getItem(key);
        return text === null ? undefined : JSON.parse(text);
      } catch {
        return undefined;
      }
    },
    write(value) {
      ifAllowed(() => sessionStorage.setItem(key, JSON.stringify(value)));
    },
    clear() {
      ifAllowed(() => sessionStorage.removeItem(key));
    },
  };
}

function ifAllowed(act: () => void): void {
  try {
    act();
  } catch {
    // The page goes on with what it has in memory.
  }
}
