/** Loaded before the program of a measured process: answers what it has used. It does not keep the process alive. */
import { answerQuestions } from "./answer-questions.ts";

answerQuestions<{ readonly usage?: { readonly collect: boolean } }>(
  ({ usage }) => {
    if (usage === undefined) return undefined;
    if (usage.collect) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    return { cpuMicros: user + system, residentBytes: process.memoryUsage.rss() };
  },
  { keepsAlive: false },
);
