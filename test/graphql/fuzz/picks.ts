import * as fc from 'fast-check';

const INTEGER = fc.integer({ min: 0, max: 2 ** 30 });

/** One for all choices: fast-check looks each kind of them up by comparing. */
const choice = () => INTEGER;

/** The choices that a document is made of: 0 is the simplest of each, and what a counterexample shrinks to. */
export class Picks {
  constructor(private readonly gen: fc.GeneratorValue) {}

  /** A number below another. */
  below(limit: number): number {
    return limit < 2 ? 0 : this.gen(choice) % limit;
  }

  one<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}
