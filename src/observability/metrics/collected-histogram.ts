import type { Metric, Registry } from "prom-client";
import type { BucketCounts } from "./bucket-counts.ts";
import type { MetricFigures, MetricValue } from "./process-figures.ts";

/** One series of a histogram. */
export interface HistogramSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: BucketCounts;
}

/** What a histogram shows. */
export interface CollectedHistogram {
  readonly name: string;
  readonly help: string;
  /** Asked for at each scrape. */
  readonly series: () => Iterable<HistogramSeries>;
}

/**
 * Adds a histogram whose counts are kept elsewhere. The library's own takes single observations only; what it asks of a metric to show
 * it is what its own aggregation of processes gives it too.
 */
export function addHistogram(registry: Registry, { name, help, series }: CollectedHistogram): void {
  const figures = { name, help, type: "histogram", aggregator: "sum" };
  const get = async (): Promise<MetricFigures> => ({
    ...figures,
    values: Array.from(series(), (one) => valuesOf(name, one)).flat(),
  });
  registry.registerMetric({ ...figures, get } as unknown as Metric);
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
