import type { Context } from './context.ts';

let places = 0;

/**
 * A value that each request has one of, shared with its child contexts and freed with it. A `WeakMap` by request
 * would cost a microsecond each.
 */
export class PerContext<T> {
  private readonly place = places++;

  /** @param make called with the root context on first use */
  constructor(private readonly make: (context: Context) => T) {}

  of({ root }: Context): T {
    return (root.own[this.place] ??= this.make(root)) as T;
  }

  /** Undefined before its first use. */
  known({ root }: Context): T | undefined {
    return root.own[this.place] as T | undefined;
  }
}
