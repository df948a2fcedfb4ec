import type { Timestamp } from "@bufbuild/protobuf/wkt";

/** A time in milliseconds; what is finer is cut off. Not a number if the message is no valid time. */
export function toMilliseconds({ seconds, nanos }: Timestamp): number {
  if (nanos < 0 || nanos > 999_999_999) return Number.NaN;
  return Number(seconds) * 1_000 + Math.floor(nanos / 1_000_000);
}

/** The same of a time that may be left out. */
export function toOptionalMilliseconds(time: Timestamp | undefined): number | undefined {
  return time && toMilliseconds(time);
}
