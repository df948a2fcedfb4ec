const BATCH = 1_000;

/**
 * Microseconds that a call takes in this process, one input after the other.
 *
 * @param call returns a number, which keeps it from being optimised away
 * @param expected what it has to return for each input
 */
export function timePerCall<T>(
  inputs: readonly T[],
  milliseconds: number,
  call: (input: T) => number,
  expected: number,
): number {
  let calls = 0;
  let sum = 0;
  const start = performance.now();
  while (performance.now() - start < milliseconds) {
    for (let at = 0; at < BATCH; at++) sum += call(inputs[calls++ % inputs.length] as T);
  }
  const micros = ((performance.now() - start) * 1_000) / calls;
  if (sum !== calls * expected) throw new Error(`Calls have returned ${sum / calls} each, not ${expected}`);
  return micros;
}
