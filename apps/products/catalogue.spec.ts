import { products } from '#libs/contracts';
import { demoProducts } from '#libs/demo-data';
import { unaryCall, calledFor, describeStorages, failureOf } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { productsForTests, user } from './products.fixture.ts';

const { ProductSort } = products;
const demo = demoProducts(1);
const everything = {
  search: '',
  category: '',
  sort: ProductSort.UNSPECIFIED,
  page: 0,
  pageSize: 0,
  attributes: {},
};
const has = (text: string, word: string) => text.toLowerCase().includes(word.toLowerCase());
const descending = (numbers: number[]) => [...numbers].sort((a, b) => b - a);

describeStorages('the catalogue', (storage) => {
  const start = productsForTests();
  let service: ReturnType<typeof start> | undefined;
  const started = async () => (await (service ??= storage.fresh().then((place) => start(place)))).client;

  const search = async (requested: Partial<products.SearchProductsRequest>) => {
    const client = await started();
    return unaryCall(client, client.searchProducts, { ...everything, ...requested }, user('u1'));
  };

  it('is seeded with the demo products', async () => {
    expect((await search({})).totalSize).toBe(demo.length);
  });

  it('returns products by id, without unknown or malformed ids', async () => {
    const client = await started();
    const { id, name, priceMinor, rating, imageUrl, stock } = demo[0]!;
    const answer = await unaryCall(
      client,
      client.batchGetProducts,
      { ids: [id, 'nobody', 'not an id', '\0', id] },
      user('u1'),
    );
    expect(answer.products).toEqual([
      expect.objectContaining({
        id,
        name,
        available: stock,
        rating: rating ?? undefined,
        imageUrl: imageUrl ?? '',
        price: { amountMinor: priceMinor, currency: 'USD' },
      }),
    ]);
  });

  it('returns no products for no ids', async () => {
    const client = await started();
    expect(await unaryCall(client, client.batchGetProducts, { ids: [] }, user('u1'))).toEqual({ products: [] });
  });

  it('finds products with all words in their name or description, case-insensitively', async () => {
    const [first, second] = demo[7]!.name.split(' ') as [string, string];
    const answer = await search({ search: `  ${first.toUpperCase()}  ${second.toLowerCase()} `, pageSize: 100 });
    const expected = demo.filter((product) =>
      [first, second].every((word) => has(product.name, word) || has(product.description, word)),
    );
    expect(answer.totalSize).toBe(expected.length);
    expect(answer.products.map(({ id }) => id).sort()).toEqual(
      expected
        .map(({ id }) => id)
        .slice(0, 100)
        .sort(),
    );
  });

  it('ranks matches in the name before those in the description, then by rating', async () => {
    const word = demo[7]!.description
      .split(' ')
      .find((part) => part.length > 3)!
      .replace(/\W/g, '');
    const answer = await search({ search: word, sort: ProductSort.RELEVANCE, pageSize: 100 });
    const inName = answer.products.map(({ name }) => has(name, word));
    expect(inName).toEqual([...inName].sort((a, b) => Number(b) - Number(a)));
    const ratings = answer.products.filter(({ name }) => !has(name, word)).map(({ rating }) => rating ?? -1);
    expect(ratings).toEqual(descending(ratings));
  });

  it.each(['%', '_', "'", '\\', '100%'])('treats %p as a literal character', async (character) => {
    const expected = demo.filter(({ name, description }) => has(name, character) || has(description, character));
    expect((await search({ search: character })).totalSize).toBe(expected.length);
  });

  it('can be filtered by category', async () => {
    const { category } = demo[0]!;
    const answer = await search({ category, pageSize: 100 });
    expect(answer.totalSize).toBe(demo.filter((product) => product.category === category).length);
    expect(new Set(answer.products.map((product) => product.category))).toEqual(new Set([category]));
    expect((await search({ category: category.toUpperCase() })).totalSize).toBe(0);
  });

  it('can be filtered by attributes', async () => {
    const { products: found, totalSize } = await search({
      attributes: { colour: 'red', size: 'XL' },
      pageSize: 100,
    });
    expect(found.length).toBe(totalSize);
    expect(totalSize).toBeGreaterThan(5);
    for (const { attributes } of found) expect(attributes).toMatchObject({ colour: 'red', size: 'XL' });
    expect((await search({ attributes: { colour: 'red', size: 'Red' } })).totalSize).toBe(0);
  });

  it('names an attribute that is not one, or is empty', async () => {
    const wrong = { 'colour) or (1=1': 'attributes', weight: 'attributes', colour: 'attributes.colour' };
    for (const [name, field] of Object.entries(wrong)) {
      const failure = await failureOf(search({ attributes: { [name]: name === 'colour' ? '' : 'x' } }));
      expect([failure.code, failure.violations?.[0]?.field]).toEqual(['INVALID_ARGUMENT', field]);
    }
  });

  it('can be sorted by price or rating, unrated products last', async () => {
    const prices = async (sort: products.ProductSort) =>
      (await search({ sort, pageSize: 100 })).products.map(({ price }) => price!.amountMinor);
    const all = descending(demo.map(({ priceMinor }) => priceMinor));
    expect(await prices(ProductSort.PRICE_DESC)).toEqual(all.slice(0, 100));
    expect(await prices(ProductSort.PRICE_ASC)).toEqual(all.reverse().slice(0, 100));
    const lastPage = await search({ sort: ProductSort.RATING_DESC, page: 12, pageSize: 100 });
    expect(lastPage.products.at(-1)!.rating).toBeUndefined();
  });

  it('has every product on exactly one of its pages', async () => {
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => search({ category: demo[0]!.category, page, pageSize: 30 })),
    );
    const ids = pages.flatMap((page) => page.products.map(({ id }) => id));
    expect(pages.map((page) => page.products.length)).toEqual([30, 30, 30, 10]);
    expect(new Set(ids).size).toBe(100);
  });

  it('has an empty page beyond the last, with the number of matches', async () => {
    expect(await search({ page: 2 ** 31 - 1, pageSize: 100 })).toEqual({ products: [], totalSize: demo.length });
  });

  it.each([
    ['page_size', { pageSize: 101 }],
    ['page_size', { pageSize: -1 }],
    ['page', { page: -1 }],
    ['sort', { sort: 99 as products.ProductSort }],
    ['search', { search: 'x'.repeat(201) }],
    ['search', { search: 'a '.repeat(11) }],
    ['search', { search: '\0' }],
    ['category', { category: 'x'.repeat(101) }],
  ])('names %s if it is invalid (case %#)', async (field, requested) => {
    const failure = await failureOf(search(requested));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [expect.objectContaining({ field })] });
  });

  it('returns related products of the same category, the nearest in price first, without the product itself', async () => {
    const client = await started();
    const { id, category, priceMinor } = demo[3]!;
    const { products: related } = await unaryCall(
      client,
      client.listRelatedProducts,
      { productId: id, pageSize: 0 },
      user('u1'),
    );
    expect(related).toHaveLength(8);
    expect(related.every((product) => product.category === category && product.id !== id)).toBe(true);
    const distances = related.map(({ price }) => Math.abs(price!.amountMinor - priceMinor));
    const nearest = demo
      .filter((product) => product.category === category && product.id !== id)
      .map((product) => Math.abs(product.priceMinor - priceMinor))
      .sort((a, b) => a - b);
    expect(distances).toEqual(nearest.slice(0, 8));
  });

  it.each(['nobody', 'not an id', ''])(
    'returns no related products for the unknown product %p',
    async (productId) => {
      const client = await started();
      const failure = failureOf(
        unaryCall(client, client.listRelatedProducts, { productId, pageSize: 0 }, user('u1')),
      );
      expect((await failure).code).toBe('NOT_FOUND');
    },
  );

  it('recommends well-rated products in stock, the same ones to the same caller, others to another', async () => {
    const client = await started();
    const recommended = async (caller: Parameters<typeof calledFor>[0]) => {
      const metadata = calledFor(caller, 'products');
      return (await unaryCall(client, client.listRecommendedProducts, { pageSize: 0 }, metadata)).products;
    };
    const ada = await recommended({ id: 'u1', scopes: [] });
    expect(ada).toHaveLength(10);
    expect(ada.every(({ available, rating }) => available > 0 && rating! >= 4)).toBe(true);
    expect(await recommended({ id: 'u1', scopes: [] })).toEqual(ada);
    expect(await recommended({ id: 'u2', scopes: [] })).not.toEqual(ada);
    expect(await recommended({ scopes: [] })).toHaveLength(10);
  });
});
