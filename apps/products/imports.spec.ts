import type { products } from '#libs/contracts';
import { calledFor, describeStorages, failureOf, unaryCall } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { productsForTests, user } from './products.fixture.ts';

/** A token is valid for a minute. */
const admin = () => calledFor({ id: 'u2', scopes: ['admin'] }, 'products');

const row = (id: string, more: Partial<products.ImportedProduct> = {}): products.ImportedProduct => ({
  id,
  name: `Product ${id}`,
  description: 'New.',
  category: 'new',
  price: { amountMinor: 1_250, currency: 'EUR' },
  available: 7,
  imageUrl: '',
  ...more,
});

describeStorages('an import of products', (storage) => {
  const start = productsForTests();
  let shared: ReturnType<typeof start> | undefined;
  let tests = 0;
  /** By how much the clock of the service is ahead. */
  let laterMs = 0;

  const started = async () => {
    shared ??= storage.fresh().then((place) => start(place, { now: () => Date.now() + laterMs }));
    const service = await shared;
    const importId = `import ${(tests += 1)}`;
    const write = (batch: number, rows: products.ImportedProduct[], as = admin()) => {
      const request = { importId, batch, products: rows };
      return unaryCall(service.client, service.client.importProducts, request, as);
    };
    const read = async (...ids: string[]) =>
      (await unaryCall(service.client, service.client.batchGetProducts, { ids }, admin())).products;
    return { ...service, write, read };
  };

  it('creates and replaces products, and counts both', async () => {
    const { write, read } = await started();
    expect(await write(0, [row('a1'), row('a2')])).toEqual({ created: 2, updated: 0 });
    expect(await write(1, [row('a2', { name: 'Renamed' }), row('a3')])).toEqual({ created: 1, updated: 1 });
    const names = (await read('a1', 'a2', 'a3')).map(({ id, name }) => `${id} ${name}`).sort();
    expect(names).toEqual(['a1 Product a1', 'a2 Renamed', 'a3 Product a3']);
  });

  it('keeps the rating of a product', async () => {
    const { write, read } = await started();
    const [before] = await read('p1');
    await write(0, [row('p1')]);
    const [after] = await read('p1');
    expect([after!.name, after!.rating]).toEqual(['Product p1', before!.rating]);
  });

  it('writes a batch once, also where it comes twice at a time or after a sale', async () => {
    const { client, write, available } = await started();
    const both = await Promise.all([write(0, [row('b1')]), write(0, [row('b1')])]);
    expect(both).toEqual([
      { created: 1, updated: 0 },
      { created: 1, updated: 0 },
    ]);
    const lines = [{ productId: 'b1', quantity: 3 }];
    await unaryCall(client, client.reserveStock, { reservationId: 'r1', lines, ttlSeconds: 60 }, user('u1'));
    expect(await write(0, [row('b1')])).toEqual({ created: 1, updated: 0 });
    expect(await available('b1')).toBe(4);
  });

  it('refuses a known batch with other rows', async () => {
    const { write, read } = await started();
    await write(0, [row('c1')]);
    const failed = await failureOf(write(0, [row('c2')]));
    expect(failed.reason).toBe('BATCH_CHANGED');
    expect(await read('c2')).toEqual([]);
  });

  it('writes all rows of a batch or none', async () => {
    const { write, read } = await started();
    const invalid = row('d2', {
      price: { amountMinor: -1, currency: 'eur' },
      available: -1,
      imageUrl: 'http://x',
    });
    const failed = await failureOf(write(0, [row('d1'), invalid]));
    expect(failed.violations?.map(({ field }) => field)).toEqual([
      'products[1].price.amount_minor',
      'products[1].price.currency',
      'products[1].available',
      'products[1].image_url',
    ]);
    expect((await failureOf(write(0, [row('d1'), row('d1')]))).violations).toHaveLength(1);
    expect(await read('d1')).toEqual([]);
  });

  it('is for callers with the scope admin', async () => {
    const { write } = await started();
    expect((await failureOf(write(0, [row('e1')], user('u1')))).reason).toBe('MISSING_SCOPE');
    const anonymous = calledFor({ scopes: ['admin'] }, 'products');
    expect((await failureOf(write(0, [row('e1')], anonymous))).reason).toBe('UNAUTHENTICATED');
  });

  it('knows its batches for 30 days, and forgets them when another one begins', async () => {
    const { client, write } = await started();
    const importId = `import ${tests}`;
    const begin = (id: string) =>
      unaryCall(client, client.importProducts, { importId: id, batch: 0, products: [row('e1')] }, admin());
    const created = [await begin(importId)];
    laterMs = 29 * 86_400_000;
    await write(1, [row('e2')]);
    await begin('another');
    created.push(await begin(importId));
    laterMs = 31 * 86_400_000;
    await begin('a third');
    created.push(await begin(importId));
    laterMs = 0;
    expect(created).toEqual([
      { created: 1, updated: 0 },
      // As it was answered before.
      { created: 1, updated: 0 },
      { created: 0, updated: 1 },
    ]);
  });
});
