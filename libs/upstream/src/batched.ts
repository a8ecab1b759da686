import DataLoader from 'dataloader';
import type { Call } from './call.ts';
import type { Context } from './context.ts';

/**
 * A question about one thing that goes out as a question about many: all that a request asks for in the same turn of
 * the event loop is one call per `most` ids, each id once (DataLoader).
 * @param byIds answers the things that exist, in any order
 * @returns a call that answers undefined for a thing that does not exist
 */
export function batched<Thing extends { id: string }>(
  byIds: Call<readonly string[], readonly Thing[]>,
  { most = 100 }: { most?: number } = {},
): Call<string, Thing | undefined> {
  const loaders = new WeakMap<Context, DataLoader<string, Thing | undefined>>();

  const loaderFor = (context: Context) => {
    const load = async (ids: readonly string[]) => {
      const found = new Map((await byIds(context, ids)).map((thing) => [thing.id, thing]));
      return ids.map((id) => found.get(id));
    };
    return new DataLoader(load, { maxBatchSize: most, batchScheduleFn: setImmediate });
  };

  return (context, id) => {
    let loader = loaders.get(context);
    if (!loader) loaders.set(context, (loader = loaderFor(context)));
    return loader.load(id);
  };
}
