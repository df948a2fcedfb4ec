/**
 * The one file that knows prom-client, which takes 40 ms of CPU to load: it is imported at the first scrape. What
 * has to be counted before is counted in `process-counts.ts`; the event loop's lag, which is that since the last scrape, has no before.
 */
import {
  AggregatorRegistry,
  collectDefaultMetrics,
  type Metric,
  type PrometheusContentType,
  Registry,
} from "prom-client";
import type { MeasuredMetric } from "./measured-metric.ts";
import { processCounts } from "./process-counts.ts";
import type { ProcessFigures } from "./process-figures.ts";

/** Of this process and of Node: memory, open files, the event loop's lag. One in a process, as what they are measured with cannot be stopped. */
const DEFAULTS = new Registry();
collectDefaultMetrics({ register: DEFAULTS });
for (const { name } of processCounts()) DEFAULTS.removeSingleMetric(name);

/** What is measured in this process, and the process itself. */
export function registryOf(metrics: readonly MeasuredMetric[]): Registry {
  const measured = new Registry();
  for (const metric of metrics) measured.registerMetric(asMetric(metric));
  return Registry.merge([measured, DEFAULTS]);
}

/** The figures of several processes as one. */
export function sumOf(processes: readonly ProcessFigures[]): Registry {
  return AggregatorRegistry.aggregate<PrometheusContentType>([...processes]);
}

/**
 * The library's own metrics take single observations only; what it asks of a metric to show it is what its own aggregation of processes
 * gives it too.
 */
function asMetric({ values, ...about }: MeasuredMetric): Metric {
  const get = async () => ({ ...about, values: [...values()] });
  return { ...about, get } as unknown as Metric;
}
