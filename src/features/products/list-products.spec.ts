import { describe, expect, it } from '@jest/globals';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { aContext, aProduct, failing } from '#libs/testing';
import { check, fromQueryString } from '#libs/view';
import { ListProducts, ListProductsQuestion } from './list-products.ts';

const questionOf = (query: Record<string, string>) =>
  check(ListProductsQuestion.schema, fromQueryString(ListProductsQuestion, query));

const products = [
  aProduct({ id: 'p1', name: 'Red lamp', price: { amountMinor: 300, currency: 'USD' } }),
  aProduct({ id: 'p2', name: 'Blue lamp', price: { amountMinor: 100, currency: 'USD' } }),
  aProduct({ id: 'p3', name: 'Red chair', category: 'garden', price: { amountMinor: 200, currency: 'USD' } }),
];
const list = (query: Record<string, string>) =>
  new ListProducts(new ProductsFake([...products])).run(aContext(), questionOf(query));
const idsOf = async (query: Record<string, string>) => (await list(query)).items.map(({ id }) => id);

describe('the list of products', () => {
  it('is the first page of all products by default', async () => {
    expect(await list({})).toMatchObject({ total: 3, page: 1, pageSize: 20, totalPages: 1 });
  });

  it('is paged', async () => {
    expect(await list({ pageSize: '2' })).toMatchObject({ items: [{}, {}], total: 3, totalPages: 2 });
    expect(await list({ pageSize: '2', page: '2' })).toMatchObject({
      items: [{}],
      total: 3,
      page: 2,
      totalPages: 2,
    });
    expect(await list({ pageSize: '2', page: '3' })).toMatchObject({
      items: [],
      total: 3,
      page: 3,
      totalPages: 2,
    });
  });

  it('has no pages if nothing matches', async () => {
    expect(await list({ search: 'table' })).toMatchObject({ items: [], total: 0, totalPages: 0 });
  });

  it('is filtered by words and category, and sorted', async () => {
    expect(await idsOf({ search: 'red' })).toEqual(['p1', 'p3']);
    expect(await idsOf({ search: 'red', category: 'garden' })).toEqual(['p3']);
    expect(await idsOf({ sort: 'PRICE_ASC' })).toEqual(['p2', 'p3', 'p1']);
    expect(await idsOf({ sort: 'PRICE_DESC' })).toEqual(['p1', 'p3', 'p2']);
  });

  it('fails while products are down', async () => {
    const down = Object.assign(new ProductsFake(), { search: failing() });
    await expect(new ListProducts(down).run(aContext(), questionOf({}))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it.each([
    [{ pageSize: '0' }, 'VALIDATION_FAILED', 'pageSize'],
    [{ pageSize: '101' }, 'VALIDATION_FAILED', 'pageSize'],
    [{ page: '0' }, 'VALIDATION_FAILED', 'page'],
    [{ page: '-1' }, 'VALIDATION_FAILED', 'page'],
    [{ page: '1.5' }, 'BAD_REQUEST', 'page'],
    [{ page: 'one' }, 'BAD_REQUEST', 'page'],
    [{ sort: 'price_asc' }, 'VALIDATION_FAILED', 'sort'],
    [{ search: 'x'.repeat(201) }, 'VALIDATION_FAILED', 'search'],
    [{ colour: 'red' }, 'BAD_REQUEST', 'colour'],
  ])('is refused for %p with %s on %s', (query, code, field) => {
    expect(() => questionOf(query as Record<string, string>)).toThrow(
      expect.objectContaining({ code, errors: [expect.objectContaining({ field })] }),
    );
  });
});
