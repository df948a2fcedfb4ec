import type { DescService } from "@bufbuild/protobuf";
import type { Call } from "../../transport/call.ts";
import type { CallObserver } from "../../transport/call-observer.ts";
import { statusOf } from "../../transport/error-status.ts";
import { fullName } from "../../transport/handlers.ts";
import { BucketCounts } from "./bucket-counts.ts";
import { counter, histogram, type MeasuredMetric } from "./measured-metric.ts";

/** From what the fastest calls take to the longest that a call waits for, in seconds. */
const DURATION_BOUNDS = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** What is counted of the calls of one method by one protocol. */
interface Series {
  readonly method: string;
  readonly protocol: Call["protocol"];
  succeeded: number;
  readonly refused: Map<string, number>;
  /** Undefined: the method answers with a stream, which lasts for as long as its reader likes. */
  readonly durations: BucketCounts | undefined;
}

/** What is measured of calls. */
export interface CallMetrics {
  /** Who counts them. */
  readonly observer: CallObserver;
  readonly metrics: readonly MeasuredMetric[];
}

/** Counts calls, and how long they take. Calls of methods that no service has are passed over. */
export function createCallMetrics(services: readonly DescService[]): CallMetrics {
  const methods = new Map(services.flatMap(({ methods }) => methods.map((method) => [fullName(method), method])));
  const byMethod = new Map<string, Map<Call["protocol"], Series>>();

  function seriesOf({ method, protocol }: Call): Series | undefined {
    return byMethod.get(method)?.get(protocol) ?? addSeries(method, protocol);
  }

  function addSeries(name: string, protocol: Call["protocol"]): Series | undefined {
    const method = methods.get(name);
    if (method === undefined) return undefined;
    const series: Series = {
      method: `${method.parent.name}.${method.name}`,
      protocol,
      succeeded: 0,
      refused: new Map(),
      durations: method.methodKind === "unary" ? new BucketCounts(DURATION_BOUNDS) : undefined,
    };
    const ofMethod = byMethod.get(name) ?? new Map<Call["protocol"], Series>();
    byMethod.set(name, ofMethod.set(protocol, series));
    return series;
  }

  const allSeries = () => [...byMethod.values()].flatMap((ofMethod) => [...ofMethod.values()]);

  const metrics = [
    counter(
      "scope_registry_calls_total",
      "Calls that have ended, by gRPC status code; streams are counted when they end",
      function* () {
        for (const { method, protocol, succeeded, refused } of allSeries()) {
          if (succeeded > 0) yield { labels: { method, protocol, code: "OK" }, value: succeeded };
          for (const [code, value] of refused) yield { labels: { method, protocol, code }, value };
        }
      },
    ),
    histogram(
      "scope_registry_call_duration_seconds",
      "How long calls took from their headers to their answer; streams are left out",
      function* () {
        for (const { method, protocol, durations } of allSeries()) {
          if (durations !== undefined) yield { labels: { method, protocol }, counts: durations };
        }
      },
    ),
  ];

  const observer: CallObserver = {
    ended(call, _caller, refusal) {
      const series = seriesOf(call);
      if (series === undefined) return;
      if (refusal === undefined) series.succeeded += 1;
      else {
        const code = statusOf(refusal.reason);
        series.refused.set(code, (series.refused.get(code) ?? 0) + 1);
      }
      series.durations?.observe((performance.now() - call.startedAt) / 1_000);
    },
  };
  return { observer, metrics };
}
