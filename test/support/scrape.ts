import { gunzipSync } from "node:zlib";
import { callHttp1, type RawAnswer } from "./raw-calls.ts";

/** One line of figures. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Metrics as Prometheus would read them. */
export interface Scrape {
  readonly text: string;
  /** The type of each metric. */
  readonly types: ReadonlyMap<string, string>;
  /** What each metric says of itself. */
  readonly help: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** The samples of a name whose labels have these values. */
  all(name: string, labels?: Readonly<Record<string, string>>): readonly Sample[];
  /** The samples of a name whose labels have these values, by the values of the other labels. */
  by(name: string, labels?: Readonly<Record<string, string>>): Readonly<Record<string, number>>;
  /** The sum of these samples; undefined: there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Asks a server for its metrics. */
export async function scrape(httpUrl: string, headers: Readonly<Record<string, string>> = {}): Promise<Scrape> {
  const answer = await callHttp1(httpUrl, "/metrics", { method: "GET", headers });
  if (answer.http !== 200) throw new Error(`/metrics answered ${answer.http} ${answer.broken}`);
  return readScrape(textOf(answer));
}

/** The text of an answer, whether it is compressed or not. */
export function textOf({ headers, body }: RawAnswer): string {
  return String(headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
}

/** Reads Prometheus' text format. Throws at a line that is none of it. */
export function readScrape(text: string): Scrape {
  const types = new Map<string, string>();
  const help = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const [, about, of = "", words = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (about === "HELP") help.set(of, words);
    else if (about === "TYPE") types.set(of, words);
    else if (line !== "") samples.push(readSample(line));
  }
  const matching = (name: string, labels: Readonly<Record<string, string>>) =>
    samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  return {
    text,
    types,
    help,
    samples,
    all: (name, wanted = {}) => matching(name, wanted),
    by(name, wanted = {}) {
      const named = matching(name, wanted).map(({ labels, value }) => {
        const others = Object.entries(labels).filter(([label]) => !(label in wanted));
        return [others.map(([, text]) => text).join(" "), value] as const;
      });
      return Object.fromEntries(named);
    },
    sum(name, labels = {}) {
      const found = matching(name, labels);
      return found.length === 0 ? undefined : found.reduce((total, { value }) => total + value, 0);
    },
  };
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

function readSample(line: string): Sample {
  const [, name, labels = "", number] = SAMPLE.exec(line) ?? [];
  if (name === undefined || number === undefined) throw new Error(`No line of the text format: ${line}`);
  const value = number === "+Inf" ? Number.POSITIVE_INFINITY : Number(number);
  let read = 0;
  const found = Array.from(labels.matchAll(LABEL), ([whole, label = "", text = ""]) => {
    read += whole.length;
    return [label, text.replace(/\\(.)/g, (_, char) => (char === "n" ? "\n" : char))] as const;
  });
  if (read !== labels.length) throw new Error(`No labels of the text format: ${line}`);
  return { name, labels: Object.fromEntries(found), value };
}
