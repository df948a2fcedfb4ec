import { type DescMessage, type JsonValue, type MessageShape, toJson } from "@bufbuild/protobuf";

/** How one field of something has changed. */
export interface FieldChange {
  /** The path of the field as scope files name it, `consent_texts.en.title` for example. */
  readonly field: string;
  /** What it was, in protobuf JSON; undefined: it was not there. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** What tells who and when, and changes with every change. */
const HEAD = new Set(["name", "client_id", "create_time", "update_time", "revision", "scope_count", "content_hash"]);
/** What goes without saying of something new. */
const USUAL_OF_NEW = new Set(["owner", "state"]);

/**
 * The fields in which two versions differ, in the contract's order. Of something new they are those that are not empty; of
 * something that is gone there are none.
 */
export function changedFields<Desc extends DescMessage>(
  schema: Desc,
  before: MessageShape<Desc> | undefined,
  after: MessageShape<Desc> | undefined,
): FieldChange[] {
  if (after === undefined) return [];
  const isNew = before === undefined;
  const old = isNew ? new Map<string, JsonValue>() : leavesOf(schema, before, true);
  const now = leavesOf(schema, after, !isNew);
  const fields = [...new Set([...now.keys(), ...old.keys()])];
  return fields
    .filter((field) => !HEAD.has(field) && !(isNew && USUAL_OF_NEW.has(field)))
    .filter((field) => now.has(field) || !isProposed(field))
    .map((field) => ({ field, before: old.get(field) ?? inForce(field, now), after: now.get(field) }))
    .filter((change) => JSON.stringify(change.before ?? "") !== JSON.stringify(change.after ?? ""));
}

/** What waits for a review, and what was refused in one. */
const PROPOSAL = /^(refused_)?proposal\./;

function isProposed(field: string): boolean {
  return PROPOSAL.test(field);
}

/** What a proposed value would take the place of. */
function inForce(field: string, values: ReadonlyMap<string, JsonValue>): JsonValue | undefined {
  return isProposed(field) ? values.get(field.replace(PROPOSAL, "")) : undefined;
}

/** Every value of a message by its path. Lists are taken whole. */
function leavesOf<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  withEmpty: boolean,
): Map<string, JsonValue> {
  const json = toJson(schema, message, { useProtoFieldName: true, alwaysEmitImplicit: withEmpty });
  return new Map(flatten(json as JsonValue, ""));
}

function* flatten(value: JsonValue, path: string): Generator<[string, JsonValue]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield [path, value];
    return;
  }
  for (const [key, member] of Object.entries(value)) yield* flatten(member, path === "" ? key : `${path}.${key}`);
}
