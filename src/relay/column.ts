/** Numbers in a row that grows, as a typed array: of a million each takes no more than its bytes, and none is an object. */

/** The kinds of arrays that are needed. */
type Numbers = Float64Array | Uint32Array;

/** A row of numbers. */
export class Column {
  readonly #make: new (
    length: number,
  ) => Numbers;
  #numbers: Numbers;
  #length = 0;

  /** Takes which numbers it holds: a class of typed arrays. */
  constructor(make: new (length: number) => Numbers) {
    this.#make = make;
    this.#numbers = new make(64);
  }

  /** How many numbers there are. */
  get length(): number {
    return this.#length;
  }

  /** Returns a number that is there. */
  at(index: number): number {
    return this.#numbers[index] as number;
  }

  /** Changes a number that is there. */
  set(index: number, value: number): void {
    this.#numbers[index] = value;
  }

  /** Adds a number. */
  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new this.#make(2 * this.#length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length++] = value;
  }
}
