/** What must not outlive the bench, however that ends: processes that it has started, and folders that it has made. */
import { rmSync } from "node:fs";

const kills = new Set<() => void>();
const folders = new Set<string>();
const ENDING = { SIGINT: 130, SIGTERM: 143 } as const;

process.once("exit", () => {
  for (const kill of kills) kill();
  // Whoever writes into them was killed just now, which takes a moment.
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Kills a process when the bench ends, unless the returned function was called before: the process has ended by itself. */
export function killAtExit(kill: () => void): () => void {
  kills.add(kill);
  return () => void kills.delete(kill);
}

/** Removes a folder when the bench ends, unless the returned function was called before. */
export function removeAtExit(folder: string): () => void {
  folders.add(folder);
  return () => void folders.delete(folder);
}

/** Ends the bench, with the exit code that shells know a signal by, when it is interrupted or told to end. */
export function exitOnSignals(): void {
  for (const [signal, code] of Object.entries(ENDING)) {
    process.once(signal, () => {
      process.stderr.write(`\nEnded by ${signal}: nothing of this run is written\n`);
      process.exit(code);
    });
  }
}
