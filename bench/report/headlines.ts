import type { Figure } from "../harness/figure.ts";
import { formatNumber, formatTimes } from "./format.ts";
import { type Head, markdownTable } from "./markdown-table.ts";
import type { BenchmarkRecord } from "./results-file.ts";

/** A figure that the README shows. */
export interface Headline {
  /** In a reader's words. */
  readonly words: string;
  readonly benchmark: string;
  readonly figure: string;
  readonly reference: string;
}

/** What matters most, seven at the most. */
export const HEADLINES: readonly Headline[] = [
  {
    words: "ValidateScopes over gRPC, ten names of 100,000: server CPU",
    benchmark: "validate",
    figure: "ValidateScopes, ten names: CPU a request",
    reference: "grpc-js that does nothing",
  },
  {
    words: "the same, requests a second",
    benchmark: "validate",
    figure: "ValidateScopes, ten names: requests a second",
    reference: "grpc-js that does nothing",
  },
  {
    words: "ValidateScopes, ten names: server CPU",
    benchmark: "openfga",
    figure: "ValidateScopes, ten names: CPU a request",
    reference: "OpenFGA BatchCheck, its query cache on",
  },
  {
    words: "a replica judges ten names of 100,000 in the issuer's process",
    benchmark: "judging",
    figure: "judging ten names, full answer",
    reference: "ten Map.get",
  },
  {
    words: "Introspect of a JWT again: server CPU",
    benchmark: "introspect",
    figure: "Introspect of a JWT again: CPU a request",
    reference: "a no-op RPC of grpc-js",
  },
  {
    words: "64 resource servers register ten new scopes each, on MongoDB",
    benchmark: "registering",
    figure: "registering ten new scopes, 64 callers: registrations a second",
    reference: "a transaction each",
  },
  {
    words: "Django OAuth Toolkit that follows a registry of 100,000 scopes gives a token: CPU",
    benchmark: "django",
    figure: "a token by client credentials with 3 scopes, 100,000 scopes: CPU",
    reference: "scopes in a table of PostgreSQL",
  },
];

const HEADS: readonly Head[] = [
  { text: "" },
  { text: "registry", isNumber: true },
  { text: "beside it, in the same run", isNumber: true },
  { text: "ratio", isNumber: true },
];

/** The figure that a headline is about; undefined if it was not measured. */
export function findHeadline(
  { benchmark, figure, reference }: Headline,
  benchmarks: readonly BenchmarkRecord[],
): Figure | undefined {
  return benchmarks
    .find(({ name }) => name === benchmark)
    ?.figures.find((each) => each.name === figure && each.reference?.name === reference);
}

/** The headlines as a table. */
export function headlineTable(benchmarks: readonly BenchmarkRecord[]): string {
  const rows = HEADLINES.flatMap((headline) => {
    const { value, unit, reference, ratio } = findHeadline(headline, benchmarks) ?? {};
    if (value === undefined || reference === undefined || ratio === undefined) return [];
    return [
      [
        headline.words,
        `${formatNumber(value)} ${unit}`,
        `${reference.name}: ${formatNumber(reference.value)} ${unit}`,
        `**${formatTimes(ratio.median)}**`,
      ],
    ];
  });
  return markdownTable(HEADS, rows);
}
