/** Values that many scopes have in common, each by a number: what is counted by numbers is counted fast. */
export class NumberedValues {
  readonly #values: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** How many there are: all numbers are below it. */
  get size(): number {
    return this.#values.length;
  }

  /** The number of a value, which gets one if it has none. */
  numberOf(value: string): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.#values.length);
    return this.#values.push(value) - 1;
  }

  /** The number of a value; undefined: no scope has ever had it. */
  find(value: string): number | undefined {
    return this.#numbers.get(value);
  }

  /** The value of a number. */
  at(number: number): string {
    return this.#values[number] ?? "";
  }
}
