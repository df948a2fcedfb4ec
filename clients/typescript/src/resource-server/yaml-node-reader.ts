import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import { isTime } from "./scope-definition-input.ts";

/** Reads the nodes of a YAML document as values of certain types, and notes each that is of another, with its place. */
export interface NodeReader {
  readonly root: unknown;
  /** Notes a problem at a node. */
  note(node: unknown, problem: string): void;
  isList(node: unknown): boolean;
  /** The members of a mapping by key, in snake_case where `known` keys are given: any other key is a problem. */
  members(
    node: unknown,
    at: string,
    known?: readonly string[],
    required?: readonly string[],
  ): ReadonlyMap<string, unknown>;
  list(node: unknown, at: string): readonly unknown[];
  /** As all below: undefined where there is no node, or a wrong one. */
  text(node: unknown, at: string): string | undefined;
  flag(node: unknown, at: string): boolean | undefined;
  wholeNumber(node: unknown, at: string): number | undefined;
  time(node: unknown, at: string): string | undefined;
  choice<T extends string>(node: unknown, at: string, values: readonly T[]): T | undefined;
}

/** Makes a reader of a document without errors. */
export function createNodeReader(document: Document, onProblem: (offset: number, problem: string) => void): NodeReader {
  const note = (node: unknown, problem: string) => onProblem(offsetOf(node), problem);
  const resolved = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);

  function scalar<T>(node: unknown, at: string, expected: string, is: (value: unknown) => value is T): T | undefined {
    if (node === undefined) return undefined;
    const target = resolved(node);
    if (isScalar(target) && is(target.value)) return target.value;
    note(node, `${at} must be ${expected}`);
    return undefined;
  }

  return {
    root: document.contents,
    note,
    isList: (node) => isSeq(node),

    members(node, at, known, required = []) {
      const members = new Map<string, unknown>();
      const target = resolved(node);
      if (!isMap(target)) {
        note(node, `${at} must be a mapping`);
        return members;
      }
      for (const { key, value } of target.items) {
        const text = isScalar(key) ? String(key.value) : "";
        const name = known === undefined ? text : snakeCase(text);
        if (known !== undefined && !known.includes(name)) {
          note(key, `${at} has an unknown key ${text}: the keys are ${known.join(", ")}`);
        } else if (members.has(name)) {
          note(key, `${at} has ${name} twice: give it once`);
        } else {
          members.set(name, value);
        }
      }
      for (const name of required) {
        if (!members.has(name)) note(node, `${at} must have ${name}`);
      }
      return members;
    },

    list(node, at) {
      const target = resolved(node);
      if (isSeq(target)) return target.items;
      if (node !== undefined) note(node, `${at} must be a list`);
      return [];
    },

    text: (node, at) => scalar(node, at, "a text: put it in quotes", isText),
    flag: (node, at) => scalar(node, at, "true or false", (value) => typeof value === "boolean"),
    wholeNumber: (node, at) => scalar(node, at, "a whole number from 0 up to 2^53 - 1", isWholeNumber),
    time: (node, at) => scalar(node, at, "a time, for example 2027-01-01T00:00:00Z", isTimeText),
    choice: <T extends string>(node: unknown, at: string, values: readonly T[]) =>
      scalar(node, at, values.join(" or "), (value): value is T => values.some((known) => known === value)),
  };
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function offsetOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTimeText(value: unknown): value is string {
  return typeof value === "string" && isTime(value);
}
