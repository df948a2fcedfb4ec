import type { BucketCounts } from "./bucket-counts.ts";
import type { MetricFigures, MetricValue } from "./process-figures.ts";

/** A metric whose numbers are kept elsewhere. */
export interface MeasuredMetric extends Omit<MetricFigures, "values"> {
  /** Asked for at each scrape. */
  readonly values: () => Iterable<MetricValue>;
}

/** One series of a histogram. */
export interface HistogramSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: BucketCounts;
}

/** What only ever grows; of several processes, their sum. */
export function counter(name: string, help: string, values: MeasuredMetric["values"]): MeasuredMetric {
  return { name, help, type: "counter", aggregator: "sum", values };
}

/** What is as it is at the moment. */
export function gauge(
  name: string,
  aggregator: "sum" | "max" | "min",
  help: string,
  values: MeasuredMetric["values"],
): MeasuredMetric {
  return { name, help, type: "gauge", aggregator, values };
}

/** How often there was what, up to which bound; of several processes, their sum. */
export function histogram(name: string, help: string, series: () => Iterable<HistogramSeries>): MeasuredMetric {
  return {
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    *values() {
      for (const one of series()) yield* valuesOf(name, one);
    },
  };
}

function valuesOf(name: string, { labels, counts }: HistogramSeries): readonly MetricValue[] {
  const cumulative = counts.cumulative();
  const total = cumulative.at(-1) ?? 0;
  return [
    ...cumulative.map((value, at) => ({
      labels: { le: counts.bounds[at] ?? "+Inf", ...labels },
      value,
      metricName: `${name}_bucket`,
    })),
    { labels, value: counts.sum, metricName: `${name}_sum` },
    { labels, value: total, metricName: `${name}_count` },
  ];
}
