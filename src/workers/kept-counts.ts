import type { MetricFigures, MetricValue, ProcessFigures } from "../observability/metrics/process-figures.ts";

/** What only ever grows in a process's figures: counters and histograms. */
export function countsOf(figures: ProcessFigures): ProcessFigures {
  return figures.filter(({ type }) => type === "counter" || type === "histogram");
}

/** The counts of two processes together. */
export function addCounts(one: ProcessFigures, other: ProcessFigures): ProcessFigures {
  const metrics = new Map<string, MetricFigures>();
  for (const metric of [...one, ...other]) {
    const found = metrics.get(metric.name);
    metrics.set(metric.name, found === undefined ? metric : { ...found, values: addValues(found, metric) });
  }
  return [...metrics.values()];
}

function addValues(one: MetricFigures, other: MetricFigures): readonly MetricValue[] {
  const values = new Map<string, MetricValue>();
  for (const value of [...one.values, ...other.values]) {
    const key = JSON.stringify([value.metricName, Object.entries(value.labels).sort()]);
    const found = values.get(key);
    values.set(key, found === undefined ? value : { ...found, value: found.value + value.value });
  }
  return [...values.values()];
}
