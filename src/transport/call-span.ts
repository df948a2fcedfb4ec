/** The span of a call whose trace is sampled: for those on the call's way who have something to add to it. */
export interface CallSpan {
  /** 32 hexadecimal digits, by which lines of the log and traces are joined. */
  readonly traceId: string;

  /** Does something on the call's behalf: spans that are made meanwhile, also by what it goes on to wait for, are the call's. */
  run<T>(work: () => T): T;

  /** Makes a span of the time until a promise is settled. */
  during<T>(name: string, outcome: Promise<T>): Promise<T>;

  /** Notes that something has happened. */
  event(name: string): void;
}
