import { setTimeout as delay } from "node:timers/promises";
import { CONNECTIONS, type Side } from "./side.ts";

/** How often in a row all requests have to be granted, so that every worker has been asked. */
const CERTAIN = 30;
const PAUSE_MS = 10;
const GIVE_UP_AFTER_SECONDS = 60;

/**
 * Seconds from the acknowledged registration of a scope until no worker of the issuer refuses it any more. The scope was asked for
 * just before, as by a client that is deployed before its API.
 */
export async function secondsUntilValid({ register, isGranted }: Side, name: string): Promise<number> {
  const askAll = () => Promise.all(Array.from({ length: CONNECTIONS }, () => isGranted(name)));
  for (let asked = 0; asked < CERTAIN; asked++) {
    if ((await askAll()).includes(true)) throw new Error(`Scope ${name} is granted before it is registered`);
  }
  await register(name);
  const start = performance.now();
  let validAfter = 0;
  for (let inARow = 0; inARow < CERTAIN; ) {
    const isValid = !(await askAll()).includes(false);
    const seconds = (performance.now() - start) / 1_000;
    if (seconds > GIVE_UP_AFTER_SECONDS) throw new Error(`Scope ${name} is still refused after ${seconds} s`);
    if (isValid && inARow === 0) validAfter = seconds;
    inARow = isValid ? inARow + 1 : 0;
    await delay(PAUSE_MS);
  }
  return validAfter;
}
