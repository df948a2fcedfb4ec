/** Tells a callback of the program, for its log. One that throws or rejects must not change what happens here. */
export function tell<T>(callback: ((value: T) => void) | undefined, value: T): void {
  try {
    Promise.resolve(callback?.(value)).catch(() => undefined);
  } catch {
    // As above.
  }
}
