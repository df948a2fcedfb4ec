import { describe, expect, it } from "vitest";
import { atMost, figureOf } from "../../bench/harness/figure.ts";
import { djangoTable } from "../../bench/report/django-table.ts";
import { fillParts } from "../../bench/report/documents.ts";
import { extensionTable } from "../../bench/report/extension-table.ts";
import { formatNumber, formatRatio, formatTarget, formatTimes } from "../../bench/report/format.ts";
import { reportTable } from "../../bench/report/report-table.ts";
import { type BenchmarkRecord, mergeRecords } from "../../bench/report/results-file.ts";

const ratioOf = (median: number, lowest: number, highest: number) => ({ ratio: { median, lowest, highest } });

describe("numbers for readers", () => {
  it("have three digits that count", () => {
    expect([1.234, 12.34, 123.4, 12_345.6, 0].map(formatNumber)).toEqual(["1.23", "12.3", "123", "12,346", "0"]);
  });

  it("show a small ratio as one over how many times, never as 0.00", () => {
    expect(formatRatio(ratioOf(1.234, 0.98, 12.34))).toBe("1.23× (0.98–12.3)");
    expect(formatRatio(ratioOf(0.00435, 0.004, 0.2))).toBe("1/230 (1/250–0.20)");
    expect([0.0999, 0.1, 1_234, 0].map(formatTimes)).toEqual(["1/10.0", "0.10×", "1,234×", "0.00×"]);
  });

  it("show what is not a number as a dash", () => {
    expect(formatNumber(Number.NaN)).toBe("–");
    // As JSON brings it back.
    expect(formatTimes(null as unknown as number)).toBe("–");
  });

  it("say what a target bounds", () => {
    const figure = { name: "it", unit: "bytes", values: [1], target: atMost(500) };

    expect(formatTarget(figureOf(figure))).toBe("≤ 500 bytes");
    expect(formatTarget(figureOf({ ...figure, reference: { name: "", values: [1] } }))).toBe("≤ 500×");
  });
});

describe("the table for a terminal", () => {
  it("lets columns begin at the same place, and says what was missed", () => {
    const reference = { name: "nothing", values: [1] };
    const short = figureOf({ name: "short", unit: "µs", values: [3], reference, target: atMost(2) });
    const [head = "", , ...rows] = reportTable([short, { ...short, name: "much longer" }])
      .trimEnd()
      .split("\n");

    expect(rows.map((row) => row.indexOf("3.00 µs"))).toEqual([head.indexOf("value"), head.indexOf("value")]);
    expect(rows[0]).toMatch(/nothing: 1\.00 +3\.00× \(3\.00–3\.00\) +≤ 2\.00× +not met$/);
  });
});

describe("the results' file", () => {
  it("keeps what was not run again, in the order of the benchmarks, and drops benchmarks that are no more", () => {
    const before = [record("gone"), record("last"), record("first")];
    const fresh = [{ ...record("last"), seconds: 2 }];

    expect(mergeRecords(before, fresh, ["first", "never run", "last"])).toEqual([record("first"), ...fresh]);
  });
});

describe("the table beside the extension", () => {
  it("says how many times better the registry is, by less time and by more requests", () => {
    const reference = (value: number) => ({ name: "Django with PostgreSQL", values: [value] });
    const cpu = { name: "changing a scope, 1,000 scopes: CPU", unit: "ms", values: [2], reference: reference(9) };
    const rate = { ...cpu, name: "changing a scope, 1,000 scopes: requests a second", unit: "/s" };
    const table = extensionTable([
      {
        ...record("extension"),
        figures: [figureOf(cpu), figureOf({ ...rate, values: [900], reference: reference(300) })],
      },
    ]);

    expect(table).toContain("| changing a scope: CPU | 9.00 ms | 2.00 ms | **4.50×** |");
    expect(table).toContain("| changing a scope: requests a second | 300 /s | 900 /s | **3.00×** |");
  });
});

describe("the table of Django OAuth Toolkit with a registry", () => {
  it("tells judging beside a warm cache from judging beside a cold one, and shows where more memory is needed", () => {
    const reference = (name: string, value: number) => ({ name, values: [value] });
    const judging = { name: "judging 3 scopes in process, 100,000 scopes", unit: "µs", values: [10] };
    const memory = { name: "memory of a worker, 100,000 scopes", unit: "MiB", values: [125] };
    const table = djangoTable([
      {
        ...record("django"),
        figures: [
          figureOf({ ...judging, reference: reference("scopes in a table, the cache warm", 100) }),
          figureOf({ ...judging, reference: reference("scopes in a table, the cache cold", 900) }),
          figureOf({ ...memory, reference: reference("scopes in a table of PostgreSQL", 100) }),
        ],
      },
    ]);

    expect(table).toContain("the table's cache warm |  |  |  | 100 µs | 10.0 µs | **10.0×** |");
    expect(table).toContain("the table's cache cold |  |  |  | 900 µs | 10.0 µs | **90.0×** |");
    expect(table).toContain("| memory of a worker |  |  |  | 100 MiB | 125 MiB | **0.80×** |");
  });

  it("says how to measure where nothing was", () => {
    expect(djangoTable([])).toBe("Not measured: `npm run bench -- django` does.");
  });
});

describe("a document", () => {
  const results = { machine: { cpus: 2, model: "", node: "", date: "" }, benchmarks: [] };

  it("is made anew between markers, and left alone around them", () => {
    const text = "by hand\n<!-- one: what it is -->\nold\n<!-- /one -->\nby hand";

    expect(fillParts(text, { one: () => "$& new" }, results)).toBe(
      "by hand\n<!-- one: what it is -->\n\n$& new\n\n<!-- /one -->\nby hand",
    );
  });

  it("without a marker is refused", () => {
    expect(() => fillParts("by hand", { one: () => "new" }, results)).toThrow("one");
  });
});

function record(name: string): BenchmarkRecord {
  return { name, title: name, seconds: 1, figures: [], leftOut: [] };
}
