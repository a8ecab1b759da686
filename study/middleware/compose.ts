/** A function that does its work around `next`, the rest of the chain. */
export type Middleware<C> = (context: C, next: () => Promise<void>) => unknown;

/** Makes one function of a chain, the first outermost. @throws {Error} if a middleware calls its `next` twice */
export function compose<C extends { signal?: AbortSignal }>(chain: readonly Middleware<C>[]) {
  return function run(context: C, last: () => unknown = () => {}): Promise<void> {
    let reached = -1;
    const dispatch = async (index: number): Promise<void> => {
      if (index <= reached) throw new Error('next() called twice');
      reached = index;
      context.signal?.throwIfAborted();
      const middleware = chain[index];
      if (middleware) await middleware(context, () => dispatch(index + 1));
      else await last();
    };
    return dispatch(0);
  };
}
