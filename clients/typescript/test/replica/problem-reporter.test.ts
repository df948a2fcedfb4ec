import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProblemReporter } from "../../src/replica/problem-reporter.ts";

const problem = (message: string) => ({ message, cause: undefined, retryInMs: 100 });

describe("telling of a replica's problems", () => {
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  });
  afterEach(() => void vi.restoreAllMocks());

  it("warns of the first one of each part until that part is well again, where nobody wants to hear", () => {
    const reporter = createProblemReporter(undefined);
    reporter.report("feed", problem("Away"));
    reporter.report("feed", problem("Still away"));
    reporter.report("file", problem("Full"));
    reporter.over("feed");
    reporter.report("file", problem("Still full"));
    reporter.report("feed", problem("Away again"));
    expect(warnings).toEqual(["Away", "Full", "Away again"]);
  });

  it.each(["throws", "rejects"])(
    "tells whoever wants to hear of all of them, and goes on when that %s",
    async (how) => {
      const heard: string[] = [];
      const fail = (): void => {
        throw new Error("The log is full, too");
      };
      const failLater = async () => fail();
      const reporter = createProblemReporter(({ message }) => {
        heard.push(message);
        return message === "Full" ? (how === "throws" ? fail : failLater)() : undefined;
      });
      for (const message of ["Away", "Full", "Away"]) reporter.report("feed", problem(message));
      expect(heard).toEqual(["Away", "Full", "Away"]);
      await expect.poll(() => warnings).toEqual(["The replica's onProblem failed: The log is full, too"]);
    },
  );
});
