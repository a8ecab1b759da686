import { GatewayError } from '#libs/errors';
import { Context } from '#libs/upstream';
import { Cache } from './cache.ts';
import { cache, cacheEach, type CachePolicy, type Declarations, invalidates } from './policy.ts';
import { withCache } from './with-cache.ts';

/** A thing of the upstream. */
export interface Thing {
  id: string;
  /** Which answer of the upstream it is from. */
  answer: number;
}

/** An upstream with things, which says how often it was asked, and can be told to fail or to wait. */
export class Things {
  readonly calls: string[] = [];
  /** The context of each of those. */
  readonly contexts: Context[] = [];
  failure: GatewayError | undefined;
  gate: Promise<void> = Promise.resolve();

  async byIds(context: Context, ids: readonly string[]): Promise<Thing[]> {
    const answer = await this.take(context, `byIds ${ids.join()} for ${context.caller.id ?? 'nobody'}`);
    return ids.filter((id) => !id.startsWith('no')).map((id) => ({ id, answer }));
  }

  async mine(context: Context): Promise<Thing[]> {
    const answer = await this.take(context, `mine for ${context.caller.id ?? 'nobody'}`);
    return [{ id: `of ${context.caller.id ?? 'nobody'}`, answer }];
  }

  async like(context: Context, id: string, first: number): Promise<Thing[]> {
    const answer = await this.take(context, `like ${id} ${first}`);
    if (id === 'none') throw new GatewayError('NOT_FOUND');
    return [{ id, answer }];
  }

  async unspoken(context: Context): Promise<Thing[]> {
    return [{ id: 't', answer: await this.take(context, 'unspoken') }];
  }

  async change(context: Context, id: string): Promise<void> {
    await this.take(context, `change ${id}`);
  }

  async changeMine(context: Context): Promise<void> {
    await this.take(context, 'changeMine');
  }

  private async take(context: Context, what: string): Promise<number> {
    this.calls.push(what);
    this.contexts.push(context);
    const answer = this.calls.length;
    await this.gate;
    if (this.failure) throw this.failure;
    return answer;
  }
}

const POLICY = { ttl: 10, staleWhileRevalidate: 20, staleIfError: 100, negativeTtl: 5, scope: 'public' } as const;

/** Things that are remembered as a port would have it. */
export function cachedThings(
  store = new Cache(1_000_000, () => 0),
  policy: Partial<CachePolicy<never[]>> = {},
): { things: Things; upstream: Things; store: Cache } {
  const declarations: Declarations<Things> = {
    byIds: cacheEach({ ...POLICY, ...policy, tags: (_, id) => ['things', `thing:${id}`] }),
    mine: cache({ ...POLICY, ...policy, scope: 'caller', tags: ({ caller }) => [`of:${caller.id}`] }),
    like: cache({ ...POLICY, ...policy, tags: () => ['things'] }),
    change: invalidates((_, id) => [`thing:${id}`]),
    changeMine: invalidates(({ caller }) => [`of:${caller.id}`], 'caller'),
  };
  const upstream = new Things();
  const things = withCache('things', delegating(upstream), declarations, store);
  return { things, upstream, store };
}

/** An adapter of a class of its own, as adapters are. */
function delegating(upstream: Things): Things {
  class Adapter {
    byIds(...args: Parameters<Things['byIds']>) {
      return upstream.byIds(...args);
    }
    mine(...args: Parameters<Things['mine']>) {
      return upstream.mine(...args);
    }
    like(...args: Parameters<Things['like']>) {
      return upstream.like(...args);
    }
    unspoken(...args: Parameters<Things['unspoken']>) {
      return upstream.unspoken(...args);
    }
    change(...args: Parameters<Things['change']>) {
      return upstream.change(...args);
    }
    changeMine(...args: Parameters<Things['changeMine']>) {
      return upstream.changeMine(...args);
    }
  }
  return new Adapter() as unknown as Things;
}

/** A request of somebody. */
export const aRequest = (id: string | undefined = 'u1', timeoutMs = 3_000): Context =>
  new Context({ log: { requestId: 'r-1' }, caller: { ...(id ? { id } : {}), scopes: [] }, timeoutMs });
