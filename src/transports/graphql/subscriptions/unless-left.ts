/**
 * The outcome of an operation, which never comes once the client has completed it: graphql-ws knows operations by their ids alone,
 * and would send it to the next operation that has the id.
 * @param left aborted when the client completes the operation
 */
export async function unlessLeft<T>(left: AbortSignal, outcome: Promise<T>): Promise<T> {
  try {
    const value = await outcome;
    return left.aborted ? await never() : value;
  } catch (error) {
    if (left.aborted) return never();
    throw error;
  }
}

/** The results of a subscription; the next one never comes once the client has completed it. */
export function untilLeft<T>(left: AbortSignal, results: AsyncIterableIterator<T>): AsyncIterableIterator<T> {
  return {
    next: () => unlessLeft(left, results.next()),
    return: () => results.return!(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A promise of its own each time: what waits for it is collected with it. */
const never = (): Promise<never> => new Promise(() => {});
