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
