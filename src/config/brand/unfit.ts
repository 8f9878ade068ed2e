/** A file of the brand that cannot be used, told like any other problem: what was expected, what was found. */
export class Unfit extends Error {
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.name = 'Unfit';
    this.expected = expected;
    this.found = found;
  }
}
