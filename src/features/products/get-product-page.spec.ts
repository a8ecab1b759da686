import { describe, expect, it } from '@jest/globals';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { ReviewsFake } from '#gateway/upstreams/reviews/reviews.fake';
import { aContext, aProduct, aReview, callsOf, failing } from '#libs/testing';
import { parseFields, Selection, wholeView } from '#libs/view';
import { GetProductPage } from './get-product-page.ts';
import { ProductPageView } from './product-page.view.ts';

const whole = wholeView(ProductPageView);
const selection = (fields: string) => parseFields(fields, whole);

function aShop() {
  const products = new ProductsFake([aProduct({ id: 'p1' }), aProduct({ id: 'p2' }), aProduct({ id: 'p3' })]);
  const reviews = new ReviewsFake({ p1: [aReview({ id: 'r2' }), aReview({ id: 'r1' })] });
  return { products, reviews, getProductPage: new GetProductPage(products, reviews) };
}

describe('a product page', () => {
  it('has the product, related products and reviews', async () => {
    const page = await aShop().getProductPage.run(aContext(), 'p1', whole);
    expect(page).toMatchObject({
      product: { id: 'p1' },
      related: [{ id: 'p2' }, { id: 'p3' }],
      reviews: [{ id: 'r2' }, { id: 'r1' }],
      degraded: [],
    });
  });

  it.each(['p9', '', '../etc', "' OR 1=1", 'x'.repeat(200)])('is not found for %p', async (id) => {
    await expect(aShop().getProductPage.run(aContext(), id, whole)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is answered without related products and reviews', async () => {
    const { products, reviews, getProductPage } = aShop();
    Object.assign(products, { related: failing('UPSTREAM_TIMEOUT') });
    Object.assign(reviews, { newestOf: failing('UPSTREAM_UNAVAILABLE') });
    const page = await getProductPage.run(aContext(), 'p1', whole);
    expect(page).toMatchObject({ product: { id: 'p1' }, related: null, reviews: null });
    expect(page.degraded).toEqual([
      { part: 'related', reason: 'TIMEOUT' },
      { part: 'reviews', reason: 'UNAVAILABLE' },
    ]);
  });

  it('fails without the product', async () => {
    const { products, getProductPage } = aShop();
    Object.assign(products, { byIds: failing() });
    await expect(getProductPage.run(aContext(), 'p1', whole)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it('reads related products and reviews only if selected', async () => {
    const { products, reviews, getProductPage } = aShop();
    const requested = [callsOf(products, 'related'), callsOf(reviews, 'newestOf')];
    const page = await getProductPage.run(aContext(), 'p1', selection('product.id'));
    expect(requested).toEqual([[], []]);
    expect(page).not.toHaveProperty('related');
    expect(page).not.toHaveProperty('reviews');
  });

  const first = (part: 'related' | 'reviews', count: number) =>
    selection('product').with(new Selection(new Map([[part, new Selection(new Map(), { first: count })]])));

  it.each(['related', 'reviews'] as const)('has the requested number of %s', async (part) => {
    const page = await aShop().getProductPage.run(aContext(), 'p1', first(part, 1));
    expect(page[part]).toHaveLength(1);
  });

  it.each([
    ['related', 0],
    ['related', 101],
    ['reviews', 0],
    ['reviews', 101],
  ] as const)('is refused with %s: %i', async (part, count) => {
    const refused = aShop().getProductPage.run(aContext(), 'p1', first(part, count));
    await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'first' }] });
  });
});
