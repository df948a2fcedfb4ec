/** Tells a person what is under way: on a terminal in one line that changes, else a line for each benchmark. */
export interface Progress {
  /** A benchmark begins. Returns what tells of its steps. */
  begin(title: string): (step: string) => void;
  /** It has ended, after so many seconds. */
  end(seconds: number): void;
}

const CLEAR = "\r\x1b[K";
/** How often the line changes at the most, in milliseconds. */
const EVERY_MS = 100;

/** Makes it, for so many benchmarks. */
export function createProgress(count: number): Progress {
  const { stderr } = process;
  const start = performance.now();
  let current = 0;
  let title = "";
  let toldAt = 0;
  return {
    begin(next) {
      current += 1;
      title = next;
      stderr.write(`${stderr.isTTY ? "" : "\n"}[${current}/${count}] ${title}${stderr.isTTY ? "" : "\n"}`);
      return (step) => {
        if (!stderr.isTTY || performance.now() - toldAt < EVERY_MS) return;
        toldAt = performance.now();
        const line = `[${current}/${count}] ${elapsed(start)} ${title}: ${step}`;
        stderr.write(`${CLEAR}${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      };
    },
    end(seconds) {
      const text = `[${current}/${count}] ${title}: ${Math.round(seconds)} s`;
      stderr.write(stderr.isTTY ? `${CLEAR}\n${text}\n` : `${text}\n`);
    },
  };
}

function elapsed(start: number): string {
  const seconds = Math.floor((performance.now() - start) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
