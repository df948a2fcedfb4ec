import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useEffect, useState } from "preact/hooks";
import { agoText, dateText } from "../time-text.ts";

/** How often what is said relative to now is looked at again, in milliseconds. */
const BEAT_MS = 1_000;

/** The time, in milliseconds since 1970-01-01T00:00:00Z, again every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), BEAT_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** When something happened: how long ago, and exactly where one points at it. */
export function Moment({ time }: { readonly time: Timestamp | undefined }) {
  const now = useNow();
  if (time === undefined) return null;
  const date = timestampDate(time);
  return (
    <time dateTime={date.toISOString()} title={dateText(date)}>
      {agoText(now - date.getTime())}
    </time>
  );
}
