import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Violation } from "@scope-registry/client/judging";
import { invalidRequest } from "../../registry/invalid-request.ts";
import { toMilliseconds } from "./message-time.ts";

/** The latest and, negative, the earliest time that a `Date` can hold, in milliseconds (ECMA-262 §21.4.1.1). */
const LAST_TIME_MS = 8_640_000_000_000_000;

/** Reads what every record of an imported log has, and notes what cannot have come from an export. */
export class RecordReader {
  readonly #violations: Violation[] = [];

  /** A time, in milliseconds since 1970-01-01T00:00:00Z. */
  time(message: Timestamp | undefined, record: string, field: string): number {
    const time = message === undefined ? Number.NaN : toMilliseconds(message);
    if (Math.abs(time) <= LAST_TIME_MS) return time;
    return this.#refuse(record, field, "Time is missing or out of range: give it as it was exported", 0);
  }

  /** A revision, or another whole number up to 2^53 - 1. */
  wholeNumber(message: bigint, record: string, field: string): number {
    const number = Number(message);
    if (Number.isSafeInteger(number)) return number;
    return this.#refuse(record, field, "Number is too large: give it as it was exported", 0);
  }

  /** The name of an enum's value. */
  name<Name extends string>(names: ReadonlyMap<number, Name>, value: number, record: string, field: string): Name {
    const name = names.get(value);
    if (name !== undefined) return name;
    const known = [...names.values()] as [Name, ...Name[]];
    return this.#refuse(record, field, `Value is missing or unknown: give one of ${known.join(", ")}`, known[0]);
  }

  /**
   * To be called once everything is read.
   *
   * @throws {RegistryError} INVALID_REQUEST with all that was noted
   */
  finish(): void {
    if (this.#violations.length > 0) throw invalidRequest(this.#violations);
  }

  /** Notes a violation, and gives what reading goes on with. */
  #refuse<T>(record: string, field: string, description: string, instead: T): T {
    this.#violations.push({ field: `${record}.${field}`, description });
    return instead;
  }
}
