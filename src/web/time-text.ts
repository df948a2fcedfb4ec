/** Times in the words of people. */

const UNITS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });

/** How long ago, `5 minutes ago` for example. @param ms milliseconds, below 0 in the future */
export function agoText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(-Math.trunc(seconds / size), unit);
  }
  return seconds >= 0 && seconds < 5 ? "just now" : relative.format(-seconds, "second");
}

/** An age, as short as can be: `2 s`, `14 min`, `3 h`. @param ms milliseconds */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A moment, exactly. */
export function dateText(date: Date): string {
  return exact.format(date);
}

/** A number with its thousands parted by thin blanks. */
export function numberText(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, " ");
}

/** A number with its noun: `1 scope`, `2 scopes`. */
export function countText(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

/** The day of a moment. */
export function dayText(date: Date): string {
  return day.format(date);
}
