/** When a change was called for, acknowledged, and known to somebody who follows: in milliseconds of one clock. */
export interface Delivery {
  readonly called: number;
  readonly acknowledged: number;
  readonly delivered: number;
}
