/**
 * What operators measure, in Prometheus' text format. Others count in plain numbers, through interfaces of their own, and are read at
 * each scrape. prom-client, which makes the text, is loaded at the first one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { DescService } from "@bufbuild/protobuf";
import type { ChangeObserver } from "../../registry/change-observer.ts";
import type { CallObserver } from "../../transport/call-observer.ts";
import type { Exposition } from "../../transport/http/metrics-route.ts";
import { createCallMetrics } from "./call-metrics.ts";
import { createChangeMetrics } from "./change-metrics.ts";
import { processCounts } from "./process-counts.ts";
import type { FiguresExchange, ProcessFigures } from "./process-figures.ts";
import { type MeasuredRegistry, registryMetrics } from "./registry-metrics.ts";
import { createTokenMetrics, type TokenTallies } from "./token-metrics.ts";

/** What part of the time may go into exposing metrics, one in so many: they may be open to everybody, and take some milliseconds. */
const SHARE = 20;
/** How long who asks again waits for that at the most, in milliseconds. */
const MOST_PAUSE_MS = 500;

/** The metrics of a server, and who tells them what. */
export interface Metrics {
  readonly calls: CallObserver;
  readonly changes: ChangeObserver;
  readonly tokens: TokenTallies;
  /** Shows a registry from now on. */
  addRegistry(registry: MeasuredRegistry): void;
  /** Everything, of all processes together; undefined: it cannot be had at the moment. Those who ask at the same time share it. */
  expose(): Promise<Exposition | undefined>;
}

/** What metrics need. */
export interface MetricsParts {
  /** Whose methods calls are counted of. */
  readonly services: readonly DescService[];
  /** Undefined: this process is the only one. */
  readonly exchange: FiguresExchange | undefined;
}

/** Makes the metrics. */
export function createMetrics({ services, exchange }: MetricsParts): Metrics {
  const calls = createCallMetrics(services);
  const changes = createChangeMetrics();
  const tokens = createTokenMetrics();
  const measured = [...calls.metrics, ...changes.metrics, ...tokens.metrics, ...processCounts()];
  let underWay: Promise<Exposition | undefined> | undefined;
  let nextAt = 0;

  async function exposeNow(): Promise<Exposition | undefined> {
    const figures = await exchange?.gather();
    if (exchange !== undefined && figures === undefined) return undefined;
    const { registryOf, sumOf } = await prometheus();
    const registry = figures === undefined ? registryOf(measured) : sumOf(figures);
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  /** Who asks again too soon waits, and is told what is then. */
  async function exposeInTurn(): Promise<Exposition | undefined> {
    await sleep(Math.max(0, nextAt - performance.now()), undefined, { ref: false });
    const startedAt = performance.now();
    try {
      return await exposeNow();
    } finally {
      const endedAt = performance.now();
      nextAt = endedAt + Math.min((SHARE - 1) * (endedAt - startedAt), MOST_PAUSE_MS);
    }
  }

  exchange?.offer(async () => {
    const { registryOf } = await prometheus();
    return (await registryOf(measured).getMetricsAsJSON()) as unknown as ProcessFigures;
  });
  return {
    calls: calls.observer,
    changes: changes.observer,
    tokens: tokens.tallies,
    addRegistry: (registry) => void measured.push(...registryMetrics(registry)),
    expose() {
      underWay ??= exposeInTurn().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}

/** Not loaded before anybody wants metrics. */
const prometheus = () => import("./prometheus-registry.ts");
