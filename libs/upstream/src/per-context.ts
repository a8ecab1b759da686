import type { Context } from './context.ts';

let places = 0;

/** Something that each request has one of, and that goes with it. A `WeakMap` by request costs each of them a microsecond. */
export class PerContext<T> {
  private readonly place = places++;

  /** @param make is called when it is first asked for */
  constructor(private readonly make: (context: Context) => T) {}

  of(context: Context): T {
    return (context.own[this.place] ??= this.make(context)) as T;
  }

  /** Undefined where it has not been asked for yet. */
  known({ own }: Context): T | undefined {
    return own[this.place] as T | undefined;
  }
}
