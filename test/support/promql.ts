/** What an expression of PromQL names, as far as the project's own expressions go. */
export interface NamedInPromql {
  readonly selectors: readonly Selector[];
  /** The labels that it groups by or matches on. */
  readonly grouping: readonly string[];
  /** Whether it adds series up, so that only the labels of {@link grouping} are left. */
  readonly isAggregated: boolean;
}

/** A metric with what is asked of its labels. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/** What is asked of one label. */
export interface LabelMatcher {
  readonly label: string;
  /** Alternatives of a regular expression, or one value. */
  readonly values: readonly string[];
}

const GROUPING = /\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?/g;
const MATCHER = /(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g;
const WORDS = ["and", "or", "unless", "bool", "group_left", "group_right"];

/** Reads an expression. */
export function namedIn(expression: string): NamedInPromql {
  const grouping = Array.from(expression.matchAll(GROUPING), ([, , labels = ""]) => labels.split(",")).flat();
  const rest = expression.replaceAll(GROUPING, " ").replaceAll(/\[[^\]]*\]|\boffset\s+\w+/g, " ");
  const selectors = Array.from(rest.matchAll(SELECTOR)).flatMap(([, metric = "", labels = "", call]) =>
    call !== undefined || WORDS.includes(metric) ? [] : [{ metric, matchers: matchersIn(labels) }],
  );
  return {
    selectors,
    grouping: grouping.map((label) => label.trim()).filter((label) => label !== ""),
    isAggregated: /\b(sum|min|max|avg|topk)\b(?!_)/.test(expression),
  };
}

function matchersIn(labels: string): readonly LabelMatcher[] {
  return Array.from(labels.matchAll(MATCHER), ([, label = "", values = ""]) => ({ label, values: values.split("|") }));
}
