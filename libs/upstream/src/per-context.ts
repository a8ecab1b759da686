import type { Context } from './context.ts';

let places = 0;

/**
 * Something that each request has one of, its children included, and that goes with it. A `WeakMap` by request costs each of them a
 * microsecond.
 */
export class PerContext<T> {
  private readonly place = places++;

  /** @param make is called with the context of the request when it is first asked for */
  constructor(private readonly make: (context: Context) => T) {}

  of({ root }: Context): T {
    return (root.own[this.place] ??= this.make(root)) as T;
  }

  /** Undefined where it has not been asked for yet. */
  known({ root }: Context): T | undefined {
    return root.own[this.place] as T | undefined;
  }
}
