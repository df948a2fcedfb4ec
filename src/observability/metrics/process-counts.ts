import { constants, type PerformanceNodeEntry, PerformanceObserver } from "node:perf_hooks";
import { BucketCounts } from "./bucket-counts.ts";
import { counter, histogram, type MeasuredMetric } from "./measured-metric.ts";

const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: "major",
  [constants.NODE_PERFORMANCE_GC_MINOR]: "minor",
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: "incremental",
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: "weakcb",
};
/** In seconds. */
const GC_BOUNDS = [0.001, 0.01, 0.1, 1, 2, 5];

let collections: ReadonlyMap<string, BucketCounts> | undefined;

/**
 * What prom-client counts of a process from when it is loaded, counted from its start: under its names, which others know. Of garbage
 * collections that Node tells of together it counts the first only; here it is all of them, from the first call on.
 */
export function processCounts(): readonly MeasuredMetric[] {
  collections ??= countCollections();
  const byKind = collections;
  const cpu = (name: string, help: string, micros: (usage: NodeJS.CpuUsage) => number) =>
    counter(name, help, () => [{ labels: {}, value: micros(process.cpuUsage()) / 1e6 }]);

  return [
    cpu("process_cpu_user_seconds_total", "Total user CPU time spent in seconds.", ({ user }) => user),
    cpu("process_cpu_system_seconds_total", "Total system CPU time spent in seconds.", ({ system }) => system),
    cpu("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", (usage) => {
      return usage.user + usage.system;
    }),
    histogram(
      "nodejs_gc_duration_seconds",
      "Garbage collection duration by kind, one of major, minor, incremental or weakcb.",
      () => Array.from(byKind, ([kind, counts]) => ({ labels: { kind }, counts })),
    ),
  ];
}

/** Once in a process, as long as it lives. */
function countCollections(): ReadonlyMap<string, BucketCounts> {
  const byKind = new Map(Object.values(GC_KINDS).map((kind) => [kind, new BucketCounts(GC_BOUNDS)]));
  const observer = new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as PerformanceNodeEntry[]) {
      const kind = GC_KINDS[detail.kind];
      if (kind !== undefined) byKind.get(kind)?.observe(duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return byKind;
}
