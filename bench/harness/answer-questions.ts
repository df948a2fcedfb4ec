/**
 * Answers what `MeasuredProcess.ask` sends this process.
 *
 * @param answer returns undefined for what is for another one to answer
 * @param keepsAlive whether the process lives to answer; else it ends as it would without
 */
export function answerQuestions<Q>(
  answer: (question: Q) => Promise<object> | object | undefined,
  { keepsAlive }: { readonly keepsAlive: boolean },
): void {
  process.on("message", async ({ id, message }: { id: number; message: Q }) => {
    try {
      const value = await answer(message);
      if (value !== undefined) process.send?.({ answerTo: id, value });
    } catch (error) {
      process.send?.({ answerTo: id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  if (keepsAlive) process.channel?.ref();
  else process.channel?.unref();
}
