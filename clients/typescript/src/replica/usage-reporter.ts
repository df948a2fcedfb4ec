import { Code, ConnectError } from "@connectrpc/connect";
import type { ScopeRegistryConnection } from "../connection/scope-registry-connection.ts";
import { dayOf, formatDay } from "../judging/usage-day.ts";
import { type TalliedUse, UsageTally } from "../judging/usage-tally.ts";

/** How often uses are reported if the options do not say, in milliseconds. */
const INTERVAL_MS = 60_000;
/** How many pairs of a client and a scope are kept between two reports. */
const MAX_PAIRS = 50_000;
/** How many uses ReportUsage takes, and how many bytes of them stay well within one message. */
const MAX_USES = 10_000;
const MAX_BYTES = 1024 * 1024;
/** How long closing waits for the last report, in milliseconds. */
const CLOSE_MS = 2_000;

/** Counts who was granted what, and reports it to the registry in the background. */
export interface UsageReporter {
  /** Counts that a client was granted scopes today. It never fails. */
  note(clientId: string, names: readonly string[]): void;
  /** Reports a last time, for two seconds at the most; nothing is counted any more. */
  close(): Promise<void>;
}

/** Who hears of reporting. */
export interface UsageReporterListener {
  onReported(): void;
  /** A report has failed: what is in it is kept and comes with the next one, unless the registry has called it invalid. */
  onFailure(cause: unknown, retryInMs: number): void;
}

/** Starts to count, and to report every so many milliseconds. */
export function createUsageReporter(
  { registry }: ScopeRegistryConnection,
  intervalMs = INTERVAL_MS,
  { onReported, onFailure }: UsageReporterListener,
): UsageReporter {
  const tally = new UsageTally(MAX_PAIRS);
  const givingUp = new AbortController();
  let reporting: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  async function report(): Promise<void> {
    const batches = inBatches(tally.take());
    try {
      for (let batch = batches[0]; batch !== undefined; batch = batches[0]) {
        await registry.reportUsage({ uses: batch.map(toMessage) }, { signal: givingUp.signal });
        batches.shift();
        onReported();
      }
    } catch (cause) {
      // Those that the registry takes for no facts, as a clock is wrong for example, would be refused for ever.
      if (ConnectError.from(cause).code === Code.InvalidArgument) batches.shift();
      tally.putBack(batches.flat());
      onFailure(cause, closing === undefined ? intervalMs : 0);
    }
  }

  /** One report at a time: a slow one takes the place of the next. */
  function reportNext(): Promise<void> {
    reporting ??= report().finally(() => {
      reporting = undefined;
    });
    return reporting;
  }

  async function closeUp(): Promise<void> {
    clearInterval(timer);
    const timeout = setTimeout(() => givingUp.abort(new Error("The replica was closed")), CLOSE_MS);
    await reporting;
    await reportNext();
    clearTimeout(timeout);
  }

  const timer = setInterval(reportNext, intervalMs);

  return {
    note(clientId, names) {
      if (closing !== undefined) return;
      tally.addAll(clientId, names, dayOf(Date.now()));
    },
    close() {
      closing ??= closeUp();
      return closing;
    },
  };
}

function toMessage({ name, clientId, day }: TalliedUse) {
  return { name, clientId, day: formatDay(day) };
}

function inBatches(uses: readonly TalliedUse[]): TalliedUse[][] {
  const batches: TalliedUse[][] = [];
  let batch: TalliedUse[] = [];
  let bytes = 0;
  for (const use of uses) {
    // A character of a client's name takes at most three bytes; the rest is the day and what frames the fields.
    const size = use.name.length + 3 * use.clientId.length + 32;
    if (batch.length === MAX_USES || (batch.length > 0 && bytes + size > MAX_BYTES)) {
      batches.push(batch);
      [batch, bytes] = [[], 0];
    }
    batch.push(use);
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
