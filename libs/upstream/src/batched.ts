import DataLoader from 'dataloader';
import type { Call } from './call.ts';
import { PerContext } from './per-context.ts';

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
  const loaders = new PerContext((context) => {
    const load = async (ids: readonly string[]) => {
      const found = new Map<string, Thing>();
      for (const thing of await byIds(context, ids)) found.set(thing.id, thing);
      return ids.map((id) => found.get(id));
    };
    return new DataLoader(load, { maxBatchSize: most, batchScheduleFn: setImmediate });
  });

  return (context, id) => loaders.of(context).load(id);
}
