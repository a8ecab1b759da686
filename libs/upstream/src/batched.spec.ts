import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batched, ChildContext, Context } from '#libs/upstream';

interface Thing {
  id: string;
  of: Context;
}

const aContext = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 1_000 });

/** An upstream that has every thing but those whose id starts with `no`, and tells what it was asked. */
function upstream() {
  const calls: (readonly string[])[] = [];
  const byIds = async (context: Context, ids: readonly string[]): Promise<Thing[]> => {
    calls.push(ids);
    return ids.filter((id) => !id.startsWith('no')).map((id) => ({ id, of: context }));
  };
  return { calls, byIds };
}

describe('a batched question', () => {
  it('is one call for all that is asked in the same turn, each id once', async () => {
    const { calls, byIds } = upstream();
    const [byId, context] = [batched(byIds), aContext()];
    const things = await Promise.all(['a', 'b', 'a', 'c'].map((id) => byId(context, id)));
    expect(calls).toEqual([['a', 'b', 'c']]);
    expect(things.map((thing) => thing?.id)).toEqual(['a', 'b', 'a', 'c']);
  });

  it('is one call even where those who ask come by different ways', async () => {
    const { calls, byIds } = upstream();
    const [byId, context] = [batched(byIds), aContext()];
    const afterPromises = async (id: string, promises: number) => {
      for (let i = 0; i < promises; i++) await Promise.resolve();
      await new Promise(process.nextTick);
      return byId(context, id);
    };
    await Promise.all([byId(context, 'a'), afterPromises('b', 3), afterPromises('c', 30)]);
    expect(calls).toEqual([['a', 'b', 'c']]);
  });

  it('is a call per 100 ids', async () => {
    const { calls, byIds } = upstream();
    const [byId, context] = [batched(byIds), aContext()];
    await Promise.all(Array.from({ length: 250 }, (_, i) => byId(context, `t${i}`)));
    expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('may be a call per fewer', async () => {
    const { calls, byIds } = upstream();
    const [byId, context] = [batched(byIds, { max: 2 }), aContext()];
    await Promise.all(['a', 'b', 'c'].map((id) => byId(context, id)));
    expect(calls).toEqual([['a', 'b'], ['c']]);
  });

  it('fails for what cannot be read, and for nothing else', async () => {
    const byId = batched<Thing>(async (of) => [
      { id: 'a', of },
      { id: 'b', isUnreadable: true },
    ]);
    const context = aContext();
    const answers = await Promise.allSettled(['a', 'b', 'c'].map((id) => byId(context, id)));
    expect(answers).toMatchObject([
      { status: 'fulfilled', value: { id: 'a' } },
      { status: 'rejected', reason: { code: 'UPSTREAM_BAD_RESPONSE' } },
      { status: 'fulfilled', value: undefined },
    ]);
  });

  it('is answered with undefined for what does not exist', async () => {
    const [byId, context] = [batched(upstream().byIds), aContext()];
    expect(await Promise.all([byId(context, 'none'), byId(context, 'a')])).toEqual([
      undefined,
      expect.objectContaining({ id: 'a' }),
    ]);
  });

  it('is answered right in whatever order the upstream answers, and whatever else it tells', async () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 20 });
    const property = fc.asyncProperty(ids, fc.func(fc.integer()), async (requested, orderOf) => {
      const byIds = async (of: Context, known: readonly string[]) =>
        [...known, 'stranger'].map((id) => ({ id, of })).toSorted((a, b) => orderOf(a.id) - orderOf(b.id));
      const [byId, context] = [batched(byIds), aContext()];
      const things = await Promise.all(requested.map((id) => byId(context, id)));
      expect(things.map((thing) => thing?.id)).toEqual(requested);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('is not asked twice in one request', async () => {
    const { calls, byIds } = upstream();
    const [byId, context] = [batched(byIds), aContext()];
    expect(await byId(context, 'a')).toBe(await byId(context, 'a'));
    expect(calls).toHaveLength(1);
  });

  it('fails for everybody who asked', async () => {
    const down = new GatewayError('UPSTREAM_UNAVAILABLE');
    const byId = batched<Thing>(() => Promise.reject(down));
    const context = aContext();
    const settled = await Promise.allSettled(['a', 'b', 'a'].map((id) => byId(context, id)));
    expect(settled).toEqual(Array(3).fill({ status: 'rejected', reason: down }));
  });

  it('is one call for all parts of a request, and each is told of the stale things that it asked for', async () => {
    const calls: (readonly string[])[] = [];
    const byId = batched<Thing>(async (of, ids) => {
      calls.push(ids);
      if (ids.includes('old')) of.noteStale(7_000, 'old');
      return ids.map((id) => ({ id, of }));
    });
    const request = aContext();
    const parts = [1, 2, 3, 4].map(() => new ChildContext(request));
    const send = (part: number, ids: string[]) => Promise.all(ids.map((id) => byId(parts[part]!, id)));
    await Promise.all([send(0, ['new', 'old']), send(1, ['new']), send(2, ['old'])]);
    await send(3, ['old']);
    expect(calls).toEqual([['new', 'old']]);
    expect(parts.map(({ staleAgeSeconds }) => staleAgeSeconds)).toEqual([7, undefined, 7, 7]);
    expect(request.staleAgeSeconds).toBeUndefined();
  });

  it('is stale as a whole where nobody says which thing is', async () => {
    const byId = batched<Thing>(async (of, ids) => (of.noteStale(3_000), ids.map((id) => ({ id, of }))));
    const context = aContext();
    await byId(context, 'a');
    expect(context.staleAgeSeconds).toBe(3);
  });

  it('wants fresh answers where the request does at that moment', async () => {
    const flags: boolean[] = [];
    const byId = batched<Thing>(async (of, ids) => (flags.push(of.noCache), ids.map((id) => ({ id, of }))));
    const context = aContext();
    await byId(context, 'a');
    context.noCache = true;
    await byId(context, 'b');
    expect(flags).toEqual([false, true]);
  });

  it('is of one request: another has calls and answers of its own', async () => {
    const { calls, byIds } = upstream();
    const [byId, ada, grace] = [batched(byIds), aContext(), aContext()];
    const [hers, other] = await Promise.all([byId(ada, 'a'), byId(grace, 'a')]);
    expect(calls).toEqual([['a'], ['a']]);
    expect(hers!.of.root).toBe(ada);
    expect(other!.of.root).toBe(grace);
  });
});
