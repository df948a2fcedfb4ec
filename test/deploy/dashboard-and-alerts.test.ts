/** The dashboard and the alerts name only what a registry shows: a misspelt metric is an empty graph, and an alert that never comes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { RegistryAdmin, ScopeRegistry, VerdictStatus } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { namedIn } from "../support/promql.ts";
import { REPOSITORY } from "../support/run-command.ts";
import { type Scrape, scrape } from "../support/scrape.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { waitUntil } from "../support/wait-until.ts";
import { WatchReader } from "../support/watch-reader.ts";

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const read = (path: string) => readFile(join(REPOSITORY, path), "utf8");
const dashboard = JSON.parse(await read("deploy/grafana/scope-registry.json"));
const panels: readonly Panel[] = dashboard.panels;
const rules: readonly Rule[] = parse(await read("deploy/prometheus/scope-registry.rules.yml")).groups.flatMap(
  ({ rules }: { rules: readonly Rule[] }) => rules,
);
const operations = await read("docs/operations.md");

/** What Prometheus adds to every series, and a series that it makes of each scrape. */
const ADDED_LABELS = ["job", "instance"];
const ADDED_METRICS = ["up"];

/** Values that a label can have although they need not be in a scrape. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  code: Object.keys(status).filter((name) => Number.isNaN(Number(name))),
  status: Object.keys(VerdictStatus).filter((name) => Number.isNaN(Number(name))),
  method: [ScopeRegistry, RegistryAdmin].flatMap(({ name, methods }) =>
    methods.map((method) => `${name}.${method.name}`),
  ),
};

let server: TestServer;
let shown: Scrape;
let reader: WatchReader;

beforeAll(async () => {
  server = await startTestServer();
  const shop = await server.as({ client: "shop-api", scopes: ["register", "introspect"] });
  const issuer = await server.as({ client: "issuer", scopes: ["read", "validate"] });
  const scopes = [
    { name: "shop:read", description: "Read" },
    { name: "shop:gone", description: "Gone" },
  ];
  await shop.registry.registerScopes({ scopes });
  await shop.admin.disableScopes({ names: ["shop:gone"], force: true });
  await issuer.registry.validateScopes({ scopes: ["shop:read", "shop:gone", "made:up"] });
  await issuer.registry.introspect({ token: "a" }).catch(() => undefined);
  for (const _ of [1, 2]) {
    await shop.registry.introspect({ token: await server.tokenFor({ client: "web", claims: { jti: "one", iat: 1 } }) });
  }
  reader = new WatchReader(issuer.registry);
  await reader.snapshot();
  shown = await waitUntil("there is a figure of collecting garbage", async () => {
    JSON.parse(JSON.stringify(Array.from({ length: 100_000 }, (_, at) => ({ at }))));
    const now = await scrape(server.httpUrl);
    return now.all("nodejs_gc_duration_seconds_sum").length > 0 && now;
  });
});

afterAll(async () => {
  reader.leave();
  await server.stop();
});

/** What is wrong with an expression. */
function problemsOf(expression: string, shows: readonly string[] = []): readonly string[] {
  const { selectors, grouping, isAggregated } = namedIn(expression);
  const labels = new Map(selectors.map(({ metric }) => [metric, labelsOf(metric)]));
  const all = new Set([...ADDED_LABELS, ...[...labels.values()].flat()]);
  const left = isAggregated ? grouping : [...all];
  return [
    ...(selectors.length === 0 ? ["names no metric"] : []),
    ...selectors
      .filter(({ metric }) => !ADDED_METRICS.includes(metric) && shown.all(metric).length === 0)
      .map(({ metric }) => `names ${metric}, which is not shown`),
    ...selectors.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => !ADDED_LABELS.includes(label))
        .flatMap(({ label, values }) => [
          ...(labels.get(metric)?.includes(label) ? [] : [`asks ${metric} for the label ${label}, which it has not`]),
          ...values.filter((value) => !canBe(metric, label, value)).map((value) => `${label} is never ${value}`),
        ]),
    ),
    ...grouping.filter((label) => !all.has(label)).map((label) => `groups by ${label}, which is no label`),
    ...shows.filter((label) => !left.includes(label)).map((label) => `shows ${label}, which is not left`),
  ];
}

function labelsOf(metric: string): readonly string[] {
  return [...new Set(shown.all(metric).flatMap(({ labels }) => Object.keys(labels)))];
}

function canBe(metric: string, label: string, value: string): boolean {
  if (label === "owner") return true;
  return POSSIBLE[label]?.includes(value) ?? shown.all(metric).some(({ labels }) => labels[label] === value);
}

describe("the dashboard", () => {
  const graphs = panels.filter(({ type }) => type !== "row");
  const targets = graphs.flatMap(({ title, targets = [] }) => targets.map((target) => [title, target] as const));

  it.each(targets)("asks for what there is: %s", (_title, { expr, legendFormat }) => {
    const shows = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = ""]) => label);
    expect(problemsOf(expr, shows)).toEqual([]);
    // Of the chosen servers only.
    const matchers = namedIn(expr).selectors.map((selector) => selector.matchers);
    expect(matchers.every((each) => each.some(({ label, values }) => label === "job" && values[0] === "$job"))).toBe(
      true,
    );
  });

  it("has a graph of every metric of the registry", () => {
    const named = new Set(targets.flatMap(([, { expr }]) => namedIn(expr).selectors.map(({ metric }) => metric)));
    const own = [...shown.types.keys()].filter((name) => name.startsWith("scope_registry_"));
    const missing = own.filter((name) => ![...named].some((used) => used.replace(/_(bucket|sum|count)$/, "") === name));
    expect(missing).toEqual([]);
  });

  it("is one that Grafana can be provisioned with: no two panels in one place, each explained, the data source to be chosen", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(graphs.filter(({ description = "" }) => description === "")).toEqual([]);
    expect(
      JSON.stringify(dashboard).match(/"uid":"(?!\$\{datasource\}|scope-registry|-- Grafana --)[^"]*"/g),
    ).toBeNull();
    expect(dashboard.templating.list.map(({ name }: { name: string }) => name)).toEqual([
      "datasource",
      "job",
      "instance",
    ]);
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe("the alerts", () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    "ask for what there is: %s",
    (_name, { expr, annotations }) => {
      const texts = Object.values(annotations).join(" ");
      const shows = Array.from(texts.matchAll(/\$labels\.(\w+)/g), ([, label = ""]) => label);
      expect(problemsOf(expr, shows)).toEqual([]);
      expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    },
  );

  it("are those that the page on operations says what to do about", () => {
    const told = Array.from(operations.matchAll(/^\| `(ScopeRegistry\w+)` \|/gm), ([, name]) => name);
    expect(told).toEqual(rules.map(({ alert }) => alert));
  });
});

describe("the page on operations", () => {
  it("has every metric of the registry, with its type, its labels and what it says of itself", () => {
    const rows = Array.from(
      operations.matchAll(/^\| `(scope_registry_\w+)` \| (\w+) \| (.*?) \| (.*) \|$/gm),
      ([, name, type, labels, meaning]) => ({ name, type, labels, meaning }),
    );
    const own = [...shown.types].filter(([name]) => name.startsWith("scope_registry_"));
    expect(rows).toEqual(
      own.map(([name, type]) => {
        const samples = type === "histogram" ? `${name}_count` : name;
        const labels = labelsOf(samples).map((label) => `\`${label}\``);
        return { name, type, labels: labels.join(", "), meaning: shown.help.get(name) };
      }),
    );
  });
});
