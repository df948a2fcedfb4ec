/**
 * The messages of `openfga.v1.OpenFGAService` that are needed to load it, with the field numbers of its `openfga_service.proto`:
 * the generated code is not to be had from a package registry.
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** In which store, by which model. */
export interface OpenfgaStore {
  readonly storeId: string;
  readonly modelId: string;
}

/** Whether a user has a relation to an object. */
export interface OpenfgaTuple {
  /** `user:web-shop`. */
  readonly user: string;
  readonly relation: string;
  /** `scope:invoices`. */
  readonly object: string;
}

/** A `CheckRequest`. */
export function checkRequest({ storeId, modelId }: OpenfgaStore, tuple: OpenfgaTuple): Uint8Array {
  const writer = new BinaryWriter();
  text(writer, 1, storeId);
  message(writer, 2, () => writeTupleKey(writer, tuple));
  text(writer, 4, modelId);
  return writer.finish();
}

/** A `BatchCheckRequest`. */
export function batchCheckRequest({ storeId, modelId }: OpenfgaStore, tuples: readonly OpenfgaTuple[]): Uint8Array {
  const writer = new BinaryWriter();
  text(writer, 1, storeId);
  for (const [at, tuple] of tuples.entries()) {
    message(writer, 2, () => {
      message(writer, 1, () => writeTupleKey(writer, tuple));
      // By its correlation id a check's answer is found again.
      text(writer, 4, String(at));
    });
  }
  text(writer, 3, modelId);
  return writer.finish();
}

/** Whether a `CheckResponse`, or a `BatchCheckSingleResult`, says yes. */
export function isAllowed(bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  let allowed = false;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1 && type === WireType.Varint) allowed = reader.bool();
    else reader.skip(type, field);
  }
  return allowed;
}

/** How many of a `BatchCheckResponse`'s checks are answered with yes. */
export function countAllowed(bytes: Uint8Array): number {
  return fields(bytes, 1).filter((entry) => fields(entry, 2).some(isAllowed)).length;
}

function writeTupleKey(writer: BinaryWriter, { user, relation, object }: OpenfgaTuple): void {
  text(writer, 1, user);
  text(writer, 2, relation);
  text(writer, 3, object);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

/** The messages that a field holds. */
function fields(bytes: Uint8Array, wanted: number): readonly Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}
