import type { Span } from '#libs/observe';
import DataLoader from 'dataloader';
import type { Call } from './call.ts';
import { ChildContext } from './child-context.ts';
import type { Context } from './context.ts';
import { isUnreadable, type Listed, unreadableThing } from './listed.ts';
import { PerContext } from './per-context.ts';

type ById<Thing> = Call<readonly string[], readonly Listed<Thing>[]>;

/**
 * Makes a call for one thing from a call for many (DataLoader): the ids that a request needs in the same turn of the
 * event loop are requested together, at most `max` a call, each once. Staleness is noted only on the contexts that
 * requested the stale thing.
 * @param byIds answers the things that exist, in any order; `Unreadable` for one that breaks its contract
 * @returns a call that answers undefined for a thing that does not exist, and throws UPSTREAM_BAD_RESPONSE for one
 * that cannot be read, whatever became of the others
 */
export function batched<Thing extends { id: string }>(
  byIds: ById<Thing>,
  { max = 100 }: { max?: number } = {},
): Call<string, Thing | undefined> {
  const batches = new PerContext((request) => new Batches(request, byIds, max));
  return (context, id) => batches.of(context).load(context, id);
}

/** The loader of one request. */
class Batches<Thing extends { id: string }> {
  private readonly staleAges: StaleAges = new Map();
  /** The span of the first that waits for the next batch. */
  private span: Span | undefined;
  private readonly loader: DataLoader<string, Thing | undefined>;

  constructor(request: Context, byIds: ById<Thing>, max: number) {
    const load = async (ids: readonly string[]) => {
      const found = new Map<string, Thing | Error>();
      const batch = new Batch(request, ids, this.staleAges);
      batch.span = this.span ?? request.span;
      this.span = undefined;
      for (const thing of await byIds(batch, ids)) {
        found.set(thing.id, isUnreadable(thing) ? unreadableThing() : thing);
      }
      return ids.map((id) => found.get(id));
    };
    this.loader = new DataLoader(load, { maxBatchSize: max, batchScheduleFn: setImmediate });
  }

  async load(context: Context, id: string): Promise<Thing | undefined> {
    this.span ??= context.span;
    const thing = await this.loader.load(id);
    const ageMs = this.staleAges.get(id);
    if (ageMs !== undefined) context.noteStale(ageMs);
    return thing;
  }
}

/** Ages of stale things by id, in milliseconds. */
type StaleAges = Map<string, number>;

/** The context of one call for many things. It records which of them are stale. */
class Batch extends ChildContext {
  constructor(
    request: Context,
    private readonly ids: readonly string[],
    private readonly ages: StaleAges,
  ) {
    super(request);
  }

  /** Without an id, it is the whole answer. */
  override noteStale(ageMs: number, id?: string): void {
    for (const one of id === undefined ? this.ids : [id]) this.ages.set(one, ageMs);
  }
}
