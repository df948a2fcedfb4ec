/** Whether two types are the same, and not only assignable to each other: `true`, or an error where `true` is wanted. */
export type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile for anything but `true`. */
export function expectType<_T extends true>(): void {}
