import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

const PASSWORD = 'correct horse battery';

let shop: Shop;
let accounts = 0;

beforeAll(async () => {
  shop = await Shop.open({ MAX_SESSIONS_PER_ACCOUNT: '3' });
});
afterAll(() => shop.close());

/** A new customer with so many logins, in order. */
async function withLogins(many: number) {
  const email = `customer-${(accounts += 1)}@example.com`;
  const first = await Client.newCustomer(shop, email);
  const anybody = Client.anonymous(shop);
  const logins = [];
  for (let i = 1; i < many; i += 1) {
    const { body } = await anybody.post('/v1/auth/login', { email, password: PASSWORD });
    logins.push(body as { accessToken: string; refreshToken: string });
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  return { first: bearer(first.token!), logins, bearers: logins.map(({ accessToken }) => bearer(accessToken)) };
}

describe('an account with as many sessions as it may have', () => {
  it('has its oldest ended by one more login: its tokens are refused at once, the others go on', async () => {
    const { first, logins, bearers } = await withLogins(4);
    const anybody = Client.anonymous(shop);
    expect((await anybody.get('/v1/me', first)).status).toBe(401);
    for (const bearer of bearers) expect((await anybody.get('/v1/me', bearer)).status).toBe(200);
    const { refreshToken } = logins[0]!;
    expect((await anybody.post('/v1/auth/refresh', { refreshToken })).status).toBe(200);
    expect(await shop.logs.gateway.first({ audit: 'session.ended', reason: 'limit' })).toMatchObject({
      sessionId: expect.any(String),
      requestId: expect.any(String),
    });
  });

  it('is shown them in pages, newest first', async () => {
    const { bearers } = await withLogins(3);
    const anybody = Client.anonymous(shop);
    const get = async (query: string) => (await anybody.get(`/v1/auth/sessions${query}`, bearers[1]!)).body;
    const all = await get('');
    expect(all.items.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([true, false, false]);
    expect(all.nextCursor).toBeNull();
    const one = await get('?first=2');
    const two = await get(`?first=2&after=${one.nextCursor}`);
    expect([...one.items, ...two.items].map(({ id }) => id)).toEqual(
      all.items.map(({ id }: { id: string }) => id),
    );
    expect(two.nextCursor).toBeNull();
    expect(await get('?fields=nextCursor')).toEqual({ nextCursor: null });
  });

  it.each([
    ['?first=0', 422, 'first'],
    ['?first=101', 422, 'first'],
    ['?first=x', 400, 'first'],
    ['?after=', 422, 'after'],
    ['?after=nope', 422, 'after'],
    ['?after=%00', 422, 'after'],
    ['?after=%00%ff', 400, 'after'],
    ['?last=2', 400, 'last'],
  ])('has no page at %s: %i', async (query, status, field) => {
    const ada = await Client.of(shop, 'ada');
    const { status: found, body } = await ada.get(`/v1/auth/sessions${query}`);
    expect([found, body.errors?.[0]?.field]).toEqual([status, field]);
  });
});
