import { type Aggregator, Counter, Gauge, type Registry } from "prom-client";
import type { ScopeRegistry } from "../../registry/scope-registry.ts";

/** What is asked of the registry. */
export type MeasuredRegistry = Pick<
  ScopeRegistry,
  "freshness" | "revision" | "sizes" | "verdicts" | "waitingChanges" | "watchers"
>;

/** Shows how a registry is: it is asked at each scrape. */
export function addRegistryMetrics(registry: Registry, measured: MeasuredRegistry): void {
  const addGauge = (name: string, aggregator: Aggregator, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      aggregator,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });

  addGauge("scope_registry_revision", "max", "The newest revision in memory", () => measured.revision);
  addGauge(
    "scope_registry_revision_lowest",
    "min",
    "The revision in memory of the worker that is furthest behind",
    () => measured.revision,
  );
  addGauge(
    "scope_registry_state_age_seconds",
    "max",
    "How long ago what is in memory was last known to be the newest",
    () => Math.max(0, Date.now() - measured.freshness.asOf) / 1_000,
  );
  addGauge("scope_registry_store_up", "min", "Whether the store answered when it was last asked: 1 or 0", () =>
    measured.freshness.storeReachable ? 1 : 0,
  );
  addGauge("scope_registry_watchers", "sum", "Readers that follow the registry", () => measured.watchers);
  addGauge(
    "scope_registry_waiting_changes",
    "sum",
    "Calls that wait to be committed, or are being",
    () => measured.waitingChanges,
  );
  addGauge("scope_registry_processes", "sum", "Server processes whose figures these are", () => 1);
  new Gauge({
    name: "scope_registry_records",
    help: "What is registered, by kind, in any state",
    labelNames: ["kind"],
    aggregator: "max",
    registers: [registry],
    collect() {
      const { scopes, templates, aliases, clients, resourceServers, reservedNames } = measured.sizes;
      this.set({ kind: "scope" }, scopes);
      this.set({ kind: "template" }, templates);
      this.set({ kind: "alias" }, aliases);
      this.set({ kind: "client" }, clients);
      this.set({ kind: "resource_server" }, resourceServers);
      this.set({ kind: "reserved_name" }, reservedNames);
    },
  });
  new Counter({
    name: "scope_registry_verdicts_total",
    help: "Verdicts of ValidateScopes on requested scopes, by the scope's owner, who is empty where there is none",
    labelNames: ["status", "owner"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { status, owner, count } of measured.verdicts.values())
        if (count > 0) this.inc({ status, owner }, count);
    },
  });
}
