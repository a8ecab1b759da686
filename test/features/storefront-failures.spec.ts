import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { formOf, PageVisitor } from '#test/support/page-visitor';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: PageVisitor;

beforeAll(async () => {
  // Services come and go here faster than breakers settle.
  shop = await Shop.open({ UPSTREAMS_FILE: 'test/support/measure-only.json' });
  ada = PageVisitor.at(shop);
  await ada.logIn();
});
afterAll(() => shop?.close());

const CART = '__Host-Http-atrium-cart';
const back = async () => (await Client.of(shop, 'ada')).everythingIsBack();

describe('while orders are down', () => {
  let form: Record<string, string>;

  it('home says what is missing and has the rest; search, products and the cart go on', async () => {
    ada.cookies.set(CART, 'p3*1');
    form = formOf(await ada.go('/shop/checkout'), '/shop/checkout');
    await shop.stop('orders');
    const home = await ada.go('/shop');
    expect(home.status).toBe(200);
    expect(home.text).toMatch(/id="recentOrders"[^>]* class="part missing"/);
    expect(home.text).toContain('Your latest orders cannot be shown at the moment');
    expect(home.text).toContain('Welcome back, Ada Lovelace');
    for (const path of ['/shop/search', '/shop/products/p1', '/shop/cart'])
      expect([path, (await ada.go(path)).status]).toEqual([path, 200]);
  });

  it('the checkout is sorry, keeps the cart, and has the same order once they are back', async () => {
    const sorry = await ada.post('/shop/checkout', form);
    expect([502, 503, 504]).toContain(sorry.status);
    expect(sorry.text).toContain('orders cannot be placed at the moment. Your cart is kept');
    expect(ada.cookies.get(CART)).toBe('p3*1');
    const again = formOf(sorry, '/shop/checkout');
    expect([again['key'], again['lines']]).toEqual([form['key'], 'p3*1']);
    await shop.start('orders');
    await back();
    const placed = await ada.post('/shop/checkout', again);
    expect(placed.path).toMatch(/\?placed$/);
    expect((await ada.post('/shop/checkout', form)).path).toBe(placed.path);
    expect(ada.cookies.get(CART)).toBeUndefined();
  });

  it('their own pages say that a service does not respond', async () => {
    await shop.stop('orders');
    for (const path of ['/shop/orders', '/shop/orders/o8000']) {
      const { status, text } = await ada.go(path);
      expect([path, status, text.includes('A service does not respond')]).toEqual([path, 502, true]);
      expect(text).not.toMatch(/ECONN|127\.0\.0\.1|\bat \w+ \(/);
    }
    await shop.start('orders');
    await back();
  });
});

describe('while products are down', () => {
  it('the cart shows what is in it without prices, and takes more', async () => {
    ada.cookies.set(CART, 'p3*1');
    await shop.stop('products');
    const cart = await ada.go('/shop/cart');
    expect([cart.status, cart.text.includes('Prices cannot be shown')]).toEqual([200, true]);
    const own = { origin: shop.gateway.url };
    await ada.post('/shop/cart/items', { productId: 'p4', quantity: '2' }, own);
    expect(ada.cookies.get(CART)).toBe('p3*1~p4*2');
    const checkout = await ada.go('/shop/checkout');
    expect([checkout.status, checkout.text.includes('orders cannot be placed')]).toEqual([503, true]);
    await shop.start('products');
    await back();
  });
});
