import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PageVisitor } from '#test/support/page-visitor';
import { Shop } from '#test/support/shop';

let shop: Shop;
beforeAll(async () => void (shop = await Shop.open()));
afterAll(() => shop?.close());

const ada = { email: 'ada@example.com', password: 'analytical-engine' };

describe('a visitor with two tabs', () => {
  it('logs in with the form of one after having logged in with that of the other', async () => {
    const visitor = PageVisitor.at(shop);
    const first = await visitor.go('/shop/login?next=/shop/orders');
    const second = await visitor.go('/shop/login?next=/shop/account');
    expect((await visitor.submit(first, '/shop/login', ada)).path).toBe('/shop/orders');
    const reached = await visitor.submit(second, '/shop/login', ada);
    expect([reached.status, reached.path]).toEqual([200, '/shop/account']);
  });

  it('logs out in both', async () => {
    const visitor = PageVisitor.at(shop);
    await visitor.logIn();
    const tabs = [await visitor.go('/shop/account'), await visitor.go('/shop/account')];
    for (const tab of tabs) {
      const reached = await visitor.submit(tab, '/shop/logout');
      expect([reached.status, reached.path]).toEqual([200, '/shop']);
    }
    expect((await visitor.go('/shop/account')).status).toBe(401);
  });

  it('logs out with a page of the account before', async () => {
    const visitor = PageVisitor.at(shop);
    await visitor.logIn();
    const before = await visitor.go('/shop/account');
    await visitor.logIn('grace@example.com', 'nanosecond-wire');
    expect((await visitor.submit(before, '/shop/logout')).path).toBe('/shop');
    expect((await visitor.go('/shop/account')).status).toBe(401);
  });

  it('submits the form of one though another site has led to the shop in the other', async () => {
    const visitor = PageVisitor.at(shop);
    const sameSite = new Map<string, string>();
    const note = (response: Response) => {
      for (const line of response.headers.getSetCookie())
        sameSite.set(/^[^=]+/.exec(line)![0], /SameSite=(\w+)/.exec(line)![1]!);
    };
    note(await visitor.send('/shop/login'));
    const login = await visitor.go('/shop/login');
    // A browser that comes from another site sends no `Strict` cookies.
    const kept = [...visitor.cookies].filter(([name]) => sameSite.get(name) === 'Strict');
    for (const [name] of kept) visitor.cookies.delete(name);
    await visitor.go('/shop/login', { 'sec-fetch-site': 'cross-site' });
    for (const [name, value] of kept) if (!visitor.cookies.has(name)) visitor.cookies.set(name, value);
    expect((await visitor.submit(login, '/shop/login', { ...ada, next: '/shop/account' })).path).toBe(
      '/shop/account',
    );
  });
});

describe('a visitor who follows a link of another site', () => {
  const fromMail = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' };

  it('gets to a page of their own by a page that asks for it again, with the cookies that were held back', async () => {
    const visitor = PageVisitor.at(shop);
    const held = await visitor.go('/shop/orders?first=2&after=', fromMail);
    expect([held.status, held.headers.get('cache-control'), held.headers.has('set-cookie')]).toEqual([
      200,
      'no-store',
      false,
    ]);
    expect(held.text).toContain('<meta http-equiv="refresh" content="0;url=/shop/orders?first=2&amp;after=">');
    // With a Referer of its own behind a proxy that hides the host, Firefox would come here for ever.
    expect(held.headers.get('referrer-policy')).toBe('no-referrer');
    await visitor.logIn();
    expect((await visitor.go('/shop/orders?first=2', { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it.each([
    ['a page that is the same for all', '/shop/products/p1', {}],
    ['another host of the site', '/shop/cart', { 'sec-fetch-site': 'same-site' }],
    ['a frame', '/shop/cart', { 'sec-fetch-dest': 'iframe' }],
    ['a script', '/shop/cart', { 'sec-fetch-dest': 'empty' }],
    ['a typed address', '/shop/cart', { 'sec-fetch-site': 'none' }],
  ])('asks once for %s', async (_, path, headers) => {
    const { text } = await PageVisitor.at(shop).go(path, { ...fromMail, ...headers });
    expect(text).not.toContain('http-equiv="refresh"');
  });
});
