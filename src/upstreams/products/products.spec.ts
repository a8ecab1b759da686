import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aContext, allReadable, aProduct } from '#libs/testing';
import { serviceForSpec } from '#test/support/services';
import { ProductsFake } from './products.fake.ts';
import { ProductsGrpc } from './products.grpc.ts';
import type { Product, Products, ProductSearch } from './products.port.ts';

const context = aContext({ caller: { id: 'u1', scopes: [] } });
const everything: ProductSearch = { sort: 'RELEVANCE', page: 1, pageSize: 100 };

describe.each([
  [
    'over gRPC',
    async () => {
      const { address, clients, close } = await serviceForSpec('products');
      return { products: new ProductsGrpc(clients.grpc('products', [address])) as Products, close };
    },
  ],
  [
    'the fake',
    async () => {
      const prices = [500, 300, 400, 100, 200];
      const stock = prices.map((amountMinor, i) =>
        aProduct({
          id: `p${i + 1}`,
          name: `Lamp ${i}`,
          price: { amountMinor, currency: 'USD' },
          available: i === 4 ? 0 : 20,
        }),
      );
      const products: Products = new ProductsFake(stock);
      return { products, close: async () => {} };
    },
  ],
])('products, %s', (_, open) => {
  let products: Products;
  let close: () => Promise<void>;

  beforeAll(async () => ({ products, close } = await open()));
  afterAll(() => close());

  const all = async (question = everything) => allReadable((await products.search(context, question)).products);
  const plenty = async (): Promise<Product> => {
    const found = await all();
    return found.find(({ available }) => available > 3)!;
  };
  const availableOf = async (id: string) => allReadable(await products.byIds(context, [id]))[0]!.available;

  it('finds the existing products of many ids', async () => {
    const found = await products.byIds(context, ['p2', 'nothing', 'p1']);
    expect(found.map(({ id }) => id).sort()).toEqual(['p1', 'p2']);
    expect(await products.byId(context, 'nothing')).toBeUndefined();
  });

  it('marks products with stock as in stock', async () => {
    const found = await all();
    for (const { inStock, available } of found) expect(inStock).toBe(available > 0);
  });

  it('matches all words of a search', async () => {
    const [word, other] = (await products.byId(context, 'p1'))!.name.split(' ');
    const { products: found, total } = await products.search(context, {
      ...everything,
      search: `${word} ${other}`,
    });
    expect(total).toBeGreaterThan(0);
    for (const { name, description } of allReadable(found)) {
      expect(`${name} ${description}`.toLowerCase()).toContain(word!.toLowerCase());
      expect(`${name} ${description}`.toLowerCase()).toContain(other!.toLowerCase());
    }
    expect(await products.search(context, { ...everything, search: '%' })).toEqual({ products: [], total: 0 });
  });

  it('answers pages that together have all products', async () => {
    const { products: whole, total } = await products.search(context, { ...everything, sort: 'PRICE_ASC' });
    const pages = await Promise.all(
      [1, 2].map((page) => products.search(context, { ...everything, sort: 'PRICE_ASC', page, pageSize: 2 })),
    );
    expect(pages.flatMap((page) => page.products)).toEqual(whole.slice(0, 4));
    expect(pages.map((page) => page.total)).toEqual([total, total]);
  });

  it('sorts by price, both ways', async () => {
    const pricesBy = async (sort: ProductSearch['sort']) =>
      (await all({ ...everything, sort })).map(({ price }) => price.amountMinor);
    const [up, down] = [await pricesBy('PRICE_ASC'), await pricesBy('PRICE_DESC')];
    expect(up).toEqual(up.toSorted((one, other) => one - other));
    expect(down).toEqual(down.toSorted((one, other) => other - one));
  });

  it('answers related products: of the same category, without the product itself', async () => {
    const product = (await products.byId(context, 'p1'))!;
    const related = allReadable(await products.related(context, 'p1', 3));
    expect(related).toHaveLength(3);
    for (const { id, category } of related) expect([id === 'p1', category]).toEqual([false, product.category]);
    await expect(products.related(context, 'nothing', 3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('recommends products in stock', async () => {
    const recommended = allReadable(await products.recommended(context, 3));
    expect(recommended.map(({ inStock }) => inStock)).toEqual([true, true, true]);
  });

  it('takes reserved goods from stock, and returns them when released', async () => {
    const { id, available } = await plenty();
    const reservationId = randomUUID();
    const lines = [{ productId: id, quantity: 2 }];
    expect(await products.reserve(context, reservationId, lines)).toEqual({ isReserved: true });
    expect(await products.reserve(context, reservationId, lines)).toEqual({ isReserved: true });
    expect(await availableOf(id)).toBe(available - 2);
    await products.release(context, reservationId);
    await products.release(context, reservationId);
    expect(await availableOf(id)).toBe(available);
  });

  it('reserves all lines or none, and answers the stock of short products', async () => {
    const { id, available } = await plenty();
    const found = await all();
    const scarce = found.find((one) => one.available < 99 && one.id !== id)!;
    const lines = [
      { productId: id, quantity: 1 },
      { productId: scarce.id, quantity: 99 },
    ];
    const reserved = await products.reserve(context, randomUUID(), lines);
    expect(reserved).toEqual({ isReserved: false, available: new Map([[scarce.id, scarce.available]]) });
    expect(await availableOf(id)).toBe(available);
  });

  it('does not release a confirmed reservation', async () => {
    const { id, available } = await plenty();
    const reservationId = randomUUID();
    await products.reserve(context, reservationId, [{ productId: id, quantity: 1 }]);
    await products.confirm(context, reservationId);
    await products.confirm(context, reservationId);
    expect(await availableOf(id)).toBe(available - 1);
  });

  it('imports a batch once, replacing what there is', async () => {
    const admin = aContext({ caller: { id: 'u2', scopes: ['admin'] } });
    const importId = randomUUID();
    const row = (id: string, name: string) => {
      const price = { amountMinor: 990, currency: 'EUR' };
      return { id, name, description: '', category: 'new', price, available: 2, imageUrl: null };
    };
    const rows = [row('p1', 'Renamed'), row('imported', 'New')];
    const imported = { created: 1, updated: 1 };
    expect(await products.importBatch(admin, importId, 0, rows)).toEqual(imported);
    expect(await products.importBatch(admin, importId, 0, rows)).toEqual(imported);
    expect((await products.byId(aContext(), 'p1'))?.name).toBe('Renamed');
    const found = allReadable(await products.byIds(aContext(), ['imported']))[0];
    expect(found).toEqual({ ...row('imported', 'New'), rating: null, inStock: true });
    const others = products.importBatch(admin, importId, 0, [row('p1', 'Other')]);
    await expect(others).rejects.toMatchObject({ code: 'CONFLICT' });
    const customer = products.importBatch(context, importId, 1, rows);
    await expect(customer).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
