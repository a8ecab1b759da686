import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formOf, PageVisitor, type ReachedPage } from '#test/support/page-visitor';
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

const titleOf = ({ text }: ReachedPage): string => /<h1[^>]*>([^<]*)/.exec(text)![1]!;
const anyone = () => PageVisitor.at(shop);
const SESSION = '__Host-Http-atrium';
const CART = '__Host-Http-atrium-cart';

/** Puts products into the cart by the form of a product's page. */
async function add(visitor: PageVisitor, id: string, quantity = 1): Promise<ReachedPage> {
  const page = await visitor.go(`/shop/products/${id}`);
  return visitor.submit(page, '/shop/cart/items', { quantity: String(quantity) });
}

describe('without scripts', () => {
  it('a visitor logs in, fills a cart, orders, sees the order, asks about it and cancels it', async () => {
    const visitor = anyone();
    const found = await visitor.go('/shop/search?q=soundbar');
    expect(found.status).toBe(200);
    const cart = await add(visitor, 'p1', 2);
    expect([cart.path, titleOf(cart)]).toEqual(['/shop/cart', 'Your cart']);
    expect(cart.text).toContain('Classic Soundbar');

    const login = await visitor.go('/shop/checkout');
    expect([login.status, formOf(login, '/shop/login')['next']]).toEqual([401, '/shop/checkout']);
    const account = { email: 'ada@example.com', password: 'analytical-engine' };
    const checkout = await visitor.submit(login, '/shop/login', account);
    expect([checkout.path, checkout.status]).toEqual(['/shop/checkout', 200]);

    const order = await visitor.submit(checkout, '/shop/checkout');
    expect(order.path).toMatch(/^\/shop\/orders\/[^/]+\?placed$/);
    expect(order.text).toContain('Thank you!');
    expect(order.text).toContain(
      '<th scope="row"><a href="/shop/products/p1">Classic Soundbar</a></th><td>2</td>',
    );
    expect((await visitor.go('/shop/cart')).text).toContain('Your cart is empty.');

    const path = order.path.replace('?placed', '');
    const chat = await visitor.submit(await visitor.go(`${path}/chat`), `${path}/chat`, { text: '<b>Hello</b>' });
    expect(chat.text).toContain('<p>&lt;b&gt;Hello&lt;/b&gt;</p>');
    const cancelled = await visitor.submit(await visitor.go(path), `${path}/cancel`);
    expect(cancelled.text).toContain('This order was cancelled.');
  });

  it('asks the assistant, whose answer is in the page', async () => {
    const answered = await ada.submit(await ada.go('/shop/assistant'), '/shop/assistant', {
      question: 'Where is my latest order?',
    });
    expect(answered.status).toBe(200);
    const words = /role="log">([\s\S]*)<\/div><\/main>/.exec(answered.text)![1]!;
    expect(words).toMatch(/<h2>Answer<\/h2>.{20,}/s);
    expect(answered.text).toContain('>Where is my latest order?</textarea>');
  });

  it('changes and empties the cart', async () => {
    const visitor = anyone();
    await add(visitor, 'p1');
    const changed = await visitor.submit(await visitor.go('/shop/cart'), '/shop/cart/lines', { quantity: '5' });
    expect(changed.text).toContain('value="5"');
    expect(visitor.cookies.get(CART)).toBe('p1*5');
    const emptied = await visitor.submit(changed, '/shop/cart/lines', { quantity: '0' });
    expect(emptied.text).toContain('Your cart is empty.');
  });

  it('changes the name, and says what is wrong with one', async () => {
    const visitor = anyone();
    await visitor.logIn('grace@example.com', 'nanosecond-wire');
    const account = await visitor.go('/shop/account');
    const wrong = await visitor.submit(account, '/shop/account', { name: '   ' });
    expect([wrong.status, wrong.text.includes('id="name-error"')]).toEqual([422, true]);
    const name = '<i>Grace</i> "Amazing" Hopper';
    const saved = await visitor.submit(account, '/shop/account', { name });
    expect(saved.text).toContain('Saved.');
    expect(formOf(saved, '/shop/account')['name']).toBe(name);
    expect(saved.text).not.toContain('<i>Grace');
    const out = await visitor.submit(saved, '/shop/logout');
    expect([out.path, visitor.cookies.has(SESSION)]).toEqual(['/shop', false]);
    expect((await visitor.go('/shop/account')).status).toBe(401);
  });

  it('refuses a wrong password beside the form, and leads to no other site', async () => {
    const visitor = anyone();
    const page = await visitor.go('/shop/login?next=https://evil.example/shop');
    expect(formOf(page, '/shop/login')['next']).toBe('/shop');
    const refused = await visitor.submit(page, '/shop/login', { email: 'ada@example.com', password: 'wrong' });
    expect([refused.status, refused.text.includes('do not belong together')]).toEqual([401, true]);
    expect(formOf(refused, '/shop/login')['email']).toBe('ada@example.com');
    const away = await visitor.submit(page, '/shop/login', {
      email: 'ada@example.com',
      password: 'analytical-engine',
      next: '//evil.example/shop',
    });
    expect(away.path).toBe('/shop');
  });
});

describe('an order form that is sent twice', () => {
  it('places one order', async () => {
    const visitor = anyone();
    await visitor.logIn();
    await add(visitor, 'p2');
    const form = formOf(await visitor.go('/shop/checkout'), '/shop/checkout');
    const twice = await Promise.all([visitor.post('/shop/checkout', form), visitor.post('/shop/checkout', form)]);
    const again = await visitor.post('/shop/checkout', form);
    const orders = [...twice, again].filter(({ status }) => status === 200).map(({ path }) => path);
    expect(orders.length).toBeGreaterThanOrEqual(2);
    expect(new Set(orders).size).toBe(1);
  });

  it('is not accepted with another total', async () => {
    const visitor = anyone();
    await visitor.logIn();
    await add(visitor, 'p2');
    const form = formOf(await visitor.go('/shop/checkout'), '/shop/checkout');
    const refused = await visitor.post('/shop/checkout', { ...form, amountMinor: '1' });
    expect([refused.status, refused.text.includes('A price has changed.')]).toEqual([409, true]);
    expect(formOf(refused, '/shop/checkout')['amountMinor']).toBe(form['amountMinor']);
  });
});

describe('a form that another site has sent', () => {
  const POSTS = ['/shop/login', '/shop/logout', '/shop/account', '/shop/checkout', '/shop/assistant'] as const;
  const MORE = ['/shop/cart/lines', '/shop/orders/o8000/cancel', '/shop/orders/o8000/chat'] as const;

  it.each([...POSTS, ...MORE])(
    'is refused at %s without the token, and with one of another visitor',
    async (path) => {
      const own = { origin: shop.gateway.url, 'sec-fetch-site': 'same-origin' };
      expect((await ada.post(path, {}, own)).status).toBe(403);
      const other = anyone();
      await other.logIn('grace@example.com', 'nanosecond-wire');
      const { csrf } = formOf(await other.go('/shop/account'), '/shop/account');
      expect((await ada.post(path, { csrf: csrf! }, own)).status).toBe(403);
    },
  );

  it('is refused even with the token, if the browser says that it comes from elsewhere', async () => {
    const { csrf } = formOf(await ada.go('/shop/account'), '/shop/account');
    const forged = [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of forged) {
      const { status } = await ada.post('/shop/account', { csrf: csrf!, name: 'Eve' }, headers as never);
      expect([headers, status]).toEqual([headers, 403]);
    }
    expect((await ada.go('/shop/account')).text).not.toContain('value="Eve"');
  });

  it('puts nothing into a cart: the browser must say that a page of the shop sent it', async () => {
    const add = { productId: 'p1', quantity: '1' };
    for (const headers of [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await anyone().post('/shop/cart/items', add, headers as never)).status).toBe(403);
    expect((await anyone().post('/shop/cart/items', add, { origin: shop.gateway.url })).path).toBe('/shop/cart');
    expect((await anyone().post('/shop/cart/items', add, { 'x-csrf': '1' })).path).toBe('/shop/cart');
  });

  it('was made for the account before a change of accounts, and is refused then', async () => {
    const visitor = anyone();
    await visitor.logIn();
    const { csrf } = formOf(await visitor.go('/shop/account'), '/shop/account');
    await visitor.logIn('grace@example.com', 'nanosecond-wire');
    expect((await visitor.post('/shop/account', { csrf: csrf!, name: 'Ada' })).status).toBe(403);
  });
});

describe('the cart in a cookie', () => {
  it.each(['p1*0', 'p1*100', 'p1', '<b>*1', 'p1*1;x', '%00*1', `${'p1*1~'.repeat(900)}`, '{"a":1}', '../..*1'])(
    'is read without what is no line of a cart: %s',
    async (cart) => {
      const visitor = anyone();
      visitor.cookies.set(CART, cart.slice(0, 6_000));
      const page = await visitor.go('/shop/cart');
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<b>');
    },
  );

  it.each([
    'p1*1\u00e9',
    'p1*01',
    'p1*-1',
    'p1*1e1',
    'p1*9999999999999999999',
    '~~~~',
    '__proto__*1~constructor*2',
    '%E0%A4%A~p1*1',
    '"p1*1"',
    `${'x'.repeat(65)}*1`,
    Array.from({ length: 60 }, (_, i) => `p${i + 1}*99`).join('~'),
  ])('breaks no page that reads it, and no order, whatever is in it: %#', async (cart) => {
    const paths = [
      '/shop',
      '/shop/cart',
      '/shop/checkout',
      '/shop/account',
      '/shop/islands/account',
      '/shop/none',
    ];
    ada.cookies.set(CART, cart);
    const cookie = [...ada.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const path of paths) {
      const { status } = await ada.send(path, { headers: { cookie: Buffer.from(cookie).toString('latin1') } });
      expect([path, path === '/shop/none' ? [404] : [200, 303, 409]]).toEqual([
        path,
        expect.arrayContaining([status]),
      ]);
    }
    ada.cookies.delete(CART);
    const { csrf } = formOf(await ada.go('/shop/account'), '/shop/account');
    const order = { csrf: csrf!, lines: cart, amountMinor: '1', currency: 'EUR', key: 'tampered' };
    const { status, path } = await ada.post('/shop/checkout', order);
    expect([path, status < 500]).toEqual([expect.stringMatching(/^\/shop\/(checkout|cart)$/), true]);
    ada.cookies.delete(CART);
  });

  it('may name a product that is not sold, which cannot be ordered', async () => {
    ada.cookies.set(CART, 'nothing*1');
    expect((await ada.go('/shop/cart')).text).toContain('no longer sold');
    const checkout = await ada.go('/shop/checkout');
    expect([checkout.status, checkout.text.includes('action="/shop/checkout"')]).toEqual([409, false]);
    ada.cookies.delete(CART);
  });

  it('holds as much as an order, and says when it is full', async () => {
    const visitor = anyone();
    visitor.cookies.set(CART, Array.from({ length: 50 }, (_, i) => `p${i + 1}*1`).join('~'));
    const own = { origin: shop.gateway.url };
    const full = await visitor.post('/shop/cart/items', { productId: 'p60', quantity: '1' }, own);
    expect([full.status, full.text.includes('Your cart is full')]).toEqual([422, true]);
    const much = await visitor.post('/shop/cart/items', { productId: 'p1', quantity: '99' }, own);
    expect(much.status).toBe(422);
    const wrong = await visitor.post('/shop/cart/items', { productId: 'a~b*9', quantity: '1' }, own);
    expect(wrong.status).toBe(422);
  });
});
