import { computed, signal } from "@preact/signals";
import { becomeRenewer } from "./sole-renewer.ts";
import { tabItem } from "./tab-storage.ts";
import type { Tokens } from "./tokens.ts";

/** The longest that a browser's timer takes, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Keeps the tokens of this tab, and tells when somebody has come or gone: parts that read who are drawn anew. */
export interface TokenKeeper {
  /** Those that hold; undefined: nobody has signed in. */
  readonly tokens: Tokens | undefined;
  readonly signedIn: boolean;
  readonly scopes: ReadonlySet<string>;
  /** Keeps others from now on; undefined: none. */
  hold(tokens: Tokens | undefined): void;
  /** @returns ends it */
  onChange(listener: () => void): () => void;
}

/** Makes it, with what the tab remembers. */
export function createTokenKeeper(): TokenKeeper {
  const stored = tabItem<Tokens>("tokens");
  const listeners = new Set<() => void>();
  let tokens: Tokens | undefined;
  const scope = signal<string | undefined>(undefined);
  const scopes = computed<ReadonlySet<string>>(() => new Set(scope.value?.split(" ").filter((name) => name !== "")));
  let timer: ReturnType<typeof setTimeout> | undefined;

  function take(next: Tokens | undefined): void {
    if (next?.refreshToken !== undefined && next.id !== tokens?.id) {
      becomeRenewer(next.id, () => {
        if (tokens?.id === next.id) hold({ ...tokens, refreshToken: undefined });
      });
    }
    tokens = next;
    scope.value = next?.scope;
    clearTimeout(timer);
    if (next?.expiresAt !== undefined) {
      timer = setTimeout(letGoIfOver, Math.min(Math.max(next.expiresAt - Date.now(), 0) + 1, MAX_TIMER_MS));
    }
  }

  function letGoIfOver(): void {
    // What can be renewed is, when it is next needed.
    if (tokens?.refreshToken !== undefined) return;
    if (isOver(tokens?.expiresAt)) hold(undefined);
    else take(tokens);
  }

  function hold(next: Tokens | undefined): void {
    const before = tokens;
    const gone = next !== undefined && next.refreshToken === undefined && isOver(next.expiresAt);
    const kept = gone ? undefined : next;
    take(kept);
    if (kept === undefined) stored.clear();
    else stored.write(kept);
    if (before?.id === kept?.id && before?.scope === kept?.scope) return;
    for (const listener of [...listeners]) listener();
  }

  const remembered = stored.read();
  if (remembered !== undefined) hold(remembered);

  return {
    get tokens() {
      return tokens;
    },
    get signedIn() {
      return scope.value !== undefined;
    },
    get scopes() {
      return scopes.value;
    },
    hold,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether a time has passed, in milliseconds since 1970-01-01T00:00:00Z; undefined: it never does. */
export function isOver(time: number | undefined): boolean {
  return time !== undefined && time <= Date.now();
}
