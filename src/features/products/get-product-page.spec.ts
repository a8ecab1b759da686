import { describe, expect, it } from '@jest/globals';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { aContext, aProduct, callsOf, failing } from '#libs/testing';
import { parseFields, Wanted, wholeView } from '#libs/view';
import { GetProductPage } from './get-product-page.ts';
import { ProductPageView } from './product-page.view.ts';

const whole = wholeView(ProductPageView);
const wanted = (fields: string) => parseFields(fields, whole);

function aShop() {
  const products = new ProductsFake([aProduct({ id: 'p1' }), aProduct({ id: 'p2' }), aProduct({ id: 'p3' })]);
  return { products, getProductPage: new GetProductPage(products) };
}

describe('a product page', () => {
  it('shows the product and those like it', async () => {
    const page = await aShop().getProductPage.run(aContext(), 'p1', whole);
    expect(page).toMatchObject({ product: { id: 'p1' }, related: [{ id: 'p2' }, { id: 'p3' }], degraded: [] });
  });

  it.each(['p9', '', '../etc', "' OR 1=1", 'x'.repeat(200)])('is not found for %p', async (id) => {
    await expect(aShop().getProductPage.run(aContext(), id, whole)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes without the products like it', async () => {
    const { products, getProductPage } = aShop();
    Object.assign(products, { related: failing('UPSTREAM_TIMEOUT') });
    const page = await getProductPage.run(aContext(), 'p1', whole);
    expect(page).toMatchObject({ product: { id: 'p1' }, related: null });
    expect(page.degraded).toEqual([{ part: 'related', reason: 'TIMEOUT' }]);
  });

  it('fails without the product', async () => {
    const { products, getProductPage } = aShop();
    Object.assign(products, { byIds: failing() });
    await expect(getProductPage.run(aContext(), 'p1', whole)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it('asks for the products like it only where they are wanted', async () => {
    const { products, getProductPage } = aShop();
    const asked = callsOf(products, 'related');
    const page = await getProductPage.run(aContext(), 'p1', wanted('product.id'));
    expect(asked).toEqual([]);
    expect(page).not.toHaveProperty('related');
  });

  const first = (count: number) =>
    wanted('product').with(new Wanted(new Map([['related', new Wanted(new Map(), { first: count })]])));

  it('has as many products like it as were asked for', async () => {
    const { related } = await aShop().getProductPage.run(aContext(), 'p1', first(1));
    expect(related).toHaveLength(1);
  });

  it.each([0, 101])('is refused with %p products like it', async (count) => {
    const refused = aShop().getProductPage.run(aContext(), 'p1', first(count));
    await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'first' }] });
  });
});
