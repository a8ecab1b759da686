import { describe, expect, it } from '@jest/globals';
import type { ShopOfClients } from '#test/neighbours/graphql/shop-of-clients';

/** What normalised caches make of the schema: `id` and `__typename`, connections, and objects without id. */
export function caches(all: () => ShopOfClients): void {
  describe.each(['urql', 'apollo', 'relay'] as const)('the normalised cache of %s', (name) => {
    it('shows two pages of a connection as one list', async () => {
      const { items } = await all().rest<{ items: { id: string }[] }>('/v1/orders?first=4');
      const ids = items.map(({ id }) => id);
      const result = await all()
        .frontEnd(name)
        .call('pages', { ...all().as('u1'), count: 2 });
      expect(result).toEqual({ ids, hasNext: true });
    });

    it('shows what a mutation has changed wherever the object is', async () => {
      const given = { ...all().as('u1'), name: `Ada by ${name}` };
      const { before, after } = await all().frontEnd(name).call('rename', given);
      expect([before === after, after]).toEqual([false, given.name]);
    });
  });

  it('that of Graphcache warns of each type without id, until it is told', async () => {
    const send = (isConfigured: boolean) =>
      all()
        .frontEnd('urql')
        .call('embedded', { ...all().as('u1'), isConfigured });
    const { warnings, kept } = await send(false);
    expect([warnings.every((text) => text.startsWith('Invalid key')), warnings.length > 0, kept]).toEqual([
      true,
      true,
      true,
    ]);
    expect(await send(true)).toEqual({ warnings: [], kept: true });
  });

  it('that of Apollo Client drops what it had of an object without id, until it is told to merge', async () => {
    const send = (isConfigured: boolean) =>
      all()
        .frontEnd('apollo')
        .call('embedded', { ...all().as('u1'), isConfigured });
    expect(await send(false)).toEqual({ warnings: [], kept: false });
    expect(await send(true)).toEqual({ warnings: [], kept: true });
  });
}
