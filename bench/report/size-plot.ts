import type { PlotPoint } from "../harness/benchmark.ts";
import { formatNumber } from "./format.ts";
import { boundsAround, type LogScale, logScale } from "./log-scale.ts";
import { PLOT_STYLE } from "./plot-style.ts";

const WIDTH = 800;
const HEIGHT = 440;
const PLOT = { left: 72, right: 562, top: 100, bottom: 376 };
/** How far the first and the last size are from the plot's edges, so that their values have room. */
const INSET = 30;
/** Lines of text at the right end of two series keep this distance, in pixels. */
const LABEL_HEIGHT = 40;
const TITLE = "What a request costs, as the registry grows";
const SUBTITLE = "Medians of alternated rounds, the load generator on the same machine. Both axes are logarithmic.";
const DESCRIPTION =
  "A line chart with logarithmic axes: the cost of a request in microseconds against the number of scopes that are registered.";

interface Series {
  readonly name: string;
  readonly points: readonly PlotPoint[];
}

/** The plot of cost against size as SVG: a line for each series, on a page that is light or dark. */
export function sizePlot(points: readonly PlotPoint[]): string {
  const series = seriesOf(points);
  const x = logScale(extent(points.map(({ size }) => size)), [PLOT.left + INSET, PLOT.right - INSET]);
  const y = logScale(boundsAround(points.map(({ value }) => value)), [PLOT.bottom, PLOT.top]);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">`,
    `  <title id="title">${TITLE}</title>`,
    `  <desc id="desc">${escaped([DESCRIPTION, ...series.map(inWords)].join(" "))}</desc>`,
    `  <style>${PLOT_STYLE}</style>`,
    `  <rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    text("title", 24, 38, TITLE),
    text("subtitle", 24, 60, SUBTITLE),
    ...grid(x, y),
    ...proportional(series, x, y),
    ...series.flatMap((each, at) => drawn(each, at, x, y)),
    ...endLabels(series, y),
    "</svg>",
  ].join("\n")}\n`;
}

function seriesOf(points: readonly PlotPoint[]): readonly Series[] {
  const names = [...new Set(points.map(({ series }) => series))];
  return names.map((name) => ({
    name,
    points: points.filter(({ series }) => series === name).sort((a, b) => a.size - b.size),
  }));
}

function grid(x: LogScale, y: LogScale): readonly string[] {
  return [
    ...y.ticks.flatMap((tick) => [
      `  <line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${px(y.at(tick))}" y2="${px(y.at(tick))}"/>`,
      text("tick end", PLOT.left - 10, y.at(tick) + 4, tick.toLocaleString("en")),
    ]),
    `  <line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>`,
    ...x.ticks.flatMap((tick) => [
      `  <line class="axis" x1="${px(x.at(tick))}" x2="${px(x.at(tick))}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>`,
      text("tick middle", x.at(tick), PLOT.bottom + 21, tick.toLocaleString("en")),
    ]),
    text("axis-name middle", (PLOT.left + PLOT.right) / 2, PLOT.bottom + 44, "scopes in the registry"),
    text("axis-name end", PLOT.left - 10, PLOT.top - 10, "µs"),
  ];
}

/** What the lowest cost would become if it grew with the registry: a line with the slope of one. */
function proportional(series: readonly Series[], x: LogScale, y: LogScale): readonly string[] {
  const start = Math.min(...series.flatMap(({ points }) => points[0]?.value ?? []));
  const end = Math.min(x.highest, (x.lowest * y.highest) / start);
  const [left, right] = [x.at(x.lowest), x.at(end)];
  const [bottom, top] = [y.at(start), y.at((start * end) / x.lowest)];
  const angle = (Math.atan2(top - bottom, right - left) * 180) / Math.PI;
  const along = (from: number, to: number) => from + (to - from) * 0.42;
  const middle = `${px(along(left, right) - 4)} ${px(along(bottom, top) - 7)}`;
  return [
    `  <line class="proportional" x1="${px(left)}" y1="${px(bottom)}" x2="${px(right)}" y2="${px(top)}"/>`,
    `  <text class="note middle" transform="translate(${middle}) rotate(${px(angle)})">if it grew with the registry</text>`,
  ];
}

function drawn({ points }: Series, at: number, x: LogScale, y: LogScale): readonly string[] {
  const places = points.map(({ size, value }) => ({ left: x.at(size), top: y.at(value), value }));
  const line = places.map(({ left, top }) => `${px(left)},${px(top)}`).join(" ");
  return [
    `  <polyline class="line s${at}" points="${line}"/>`,
    ...places.flatMap(({ left, top, value }) => [
      `  <circle class="point s${at}" cx="${px(left)}" cy="${px(top)}" r="4.5"/>`,
      text("value middle", left, top - 12, formatNumber(value)),
    ]),
  ];
}

/** The names of the series beside their last points, apart from each other. */
function endLabels(series: readonly Series[], y: LogScale): readonly string[] {
  const wanted = series
    .map(({ name, points }, at) => ({ name, at, top: y.at(points.at(-1)?.value ?? y.lowest) }))
    .sort((a, b) => a.top - b.top);
  let lowest = Number.NEGATIVE_INFINITY;
  return wanted.flatMap(({ name, at, top }) => {
    lowest = Math.max(top, lowest + LABEL_HEIGHT);
    const [what = "", measure = ""] = name.split(": ");
    return [
      text(`name s${at}`, PLOT.right + 6, lowest - 2, what),
      text("measure", PLOT.right + 6, lowest + 15, measure),
    ];
  });
}

function inWords({ name, points }: Series): string {
  return `${name}: ${points.map(({ size, value }) => `${formatNumber(value)} µs with ${size.toLocaleString("en")} scopes`).join(", ")}.`;
}

function text(kind: string, left: number, top: number, content: string): string {
  return `  <text class="${kind}" x="${px(left)}" y="${px(top)}">${escaped(content)}</text>`;
}

function extent(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
