import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { agoText, dateText } from "../time-text.ts";

/** How often what is said relative to now is looked at again, in milliseconds. */
const BEAT_MS = 1_000;

/** One clock for all: a long table has hundreds of moments. */
const clock = signal(Date.now());
setInterval(() => {
  clock.value = Date.now();
}, BEAT_MS);

/** The time, in milliseconds since 1970-01-01T00:00:00Z, again every second. */
export function useNow(): number {
  return clock.value;
}

/** When something happened: how long ago, and exactly where one points at it. */
export function Moment({ time }: { readonly time: Timestamp | undefined }) {
  const ms = time === undefined ? 0 : timestampMs(time);
  const ago = useMemo(() => computed(() => agoText(clock.value - ms)), [ms]);
  if (time === undefined) return null;
  const date = new Date(ms);
  return (
    <time dateTime={date.toISOString()} title={dateText(date)}>
      {ago}
    </time>
  );
}
