/**
 * Tells a callback of the program. One that throws or rejects changes nothing of what happens here.
 *
 * @param onFailure hears what it threw
 */
export function tell<T>(
  callback: ((value: T) => void) | undefined,
  value: T,
  onFailure: (error: unknown) => void = () => undefined,
): void {
  try {
    Promise.resolve(callback?.(value)).catch(onFailure);
  } catch (error) {
    onFailure(error);
  }
}
