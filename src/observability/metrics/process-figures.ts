/** One value of a metric. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** The name of its line where that is not the metric's own: a histogram's `…_bucket`, `…_sum` and `…_count`. */
  readonly metricName?: string;
}

/** One metric of one process, as it is sent to another one. */
export interface MetricFigures {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** How the values of several processes become one. */
  readonly aggregator: string;
  readonly values: readonly MetricValue[];
}

/** All metrics of one process. */
export type ProcessFigures = readonly MetricFigures[];

/** How the processes of one server come by each other's figures. */
export interface FiguresExchange {
  /** From now on, this process gives its figures to those that ask. */
  offer(figures: () => Promise<ProcessFigures>): void;
  /** The figures of all processes, this one among them; undefined: they cannot be had at the moment. */
  gather(): Promise<readonly ProcessFigures[] | undefined>;
}
