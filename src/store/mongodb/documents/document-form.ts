import { Long } from "mongodb";

/** A whole number up to 2^53 - 1: written as a 64-bit integer, read by the driver as a number. */
export type Int64 = Long | number;

/** Both ways between a record and its document. Fields that this version does not know are passed over. */
export interface DocumentForm<R, D> {
  encode(record: R): D;
  decode(document: D): R;
}

/** When a record was made and last changed, in its document. */
export interface StampedDocument {
  create_time: Date;
  update_time: Date;
  revision: Int64;
}

interface Stamp {
  readonly createTime: number;
  readonly updateTime: number;
  readonly revision: number;
}

/** The fields of {@link StampedDocument}. */
export function encodeStamp({ createTime, updateTime, revision }: Stamp): StampedDocument {
  return {
    create_time: new Date(createTime),
    update_time: new Date(updateTime),
    revision: Long.fromNumber(revision),
  };
}

/** What the fields of {@link StampedDocument} stand for. */
export function decodeStamp({ create_time, update_time, revision }: StampedDocument): Stamp {
  return { createTime: create_time.getTime(), updateTime: update_time.getTime(), revision: Number(revision) };
}
