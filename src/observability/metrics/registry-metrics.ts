import type { ScopeRegistry } from "../../registry/scope-registry.ts";
import { counter, gauge, type MeasuredMetric } from "./measured-metric.ts";

/** What is asked of the registry. */
export type MeasuredRegistry = Pick<
  ScopeRegistry,
  "freshness" | "revision" | "sizes" | "verdicts" | "waitingChanges" | "watchers"
>;

/** How a registry is: it is asked at each scrape. */
export function registryMetrics(measured: MeasuredRegistry): readonly MeasuredMetric[] {
  const plain = (name: string, aggregator: "sum" | "max" | "min", help: string, read: () => number) =>
    gauge(name, aggregator, help, () => [{ labels: {}, value: read() }]);

  return [
    plain("scope_registry_revision", "max", "The newest revision in memory", () => measured.revision),
    plain(
      "scope_registry_revision_lowest",
      "min",
      "The revision in memory of the worker that is furthest behind",
      () => measured.revision,
    ),
    plain(
      "scope_registry_state_age_seconds",
      "max",
      "How long ago what is in memory was last known to be the newest",
      () => Math.max(0, Date.now() - measured.freshness.asOf) / 1_000,
    ),
    plain("scope_registry_store_up", "min", "Whether the store answered when it was last asked: 1 or 0", () =>
      measured.freshness.storeReachable ? 1 : 0,
    ),
    plain("scope_registry_watchers", "sum", "Readers that follow the registry", () => measured.watchers),
    plain(
      "scope_registry_waiting_changes",
      "sum",
      "Calls that wait to be committed, or are being",
      () => measured.waitingChanges,
    ),
    plain("scope_registry_processes", "sum", "Server processes whose figures these are", () => 1),
    gauge("scope_registry_records", "max", "What is registered, by kind, in any state", function* () {
      const { scopes, templates, aliases, clients, resourceServers, reservedNames } = measured.sizes;
      yield { labels: { kind: "scope" }, value: scopes };
      yield { labels: { kind: "template" }, value: templates };
      yield { labels: { kind: "alias" }, value: aliases };
      yield { labels: { kind: "client" }, value: clients };
      yield { labels: { kind: "resource_server" }, value: resourceServers };
      yield { labels: { kind: "reserved_name" }, value: reservedNames };
    }),
    counter(
      "scope_registry_verdicts_total",
      "Verdicts of ValidateScopes on requested scopes, by the scope's owner, who is empty where there is none",
      function* () {
        for (const { status, owner, count } of measured.verdicts.values())
          if (count > 0) yield { labels: { status, owner }, value: count };
      },
    ),
  ];
}
