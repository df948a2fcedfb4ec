const DAY_MS = 24 * 60 * 60 * 1_000;

/** The day of a time, in UTC: days since 1970-01-01. The time is milliseconds since 1970-01-01T00:00:00Z. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** A day as YYYY-MM-DD, out of days since 1970-01-01. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** A day in days since 1970-01-01, out of YYYY-MM-DD (RFC 3339 §5.6); undefined if the text is no day of the calendar. */
export function parseDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = dayOf(Date.parse(`${text}T00:00:00Z`));
  // `Date` takes 30 February for a day in March.
  return Number.isNaN(day) || formatDay(day) !== text ? undefined : day;
}
