import { Browser } from '#test/support/browser';
import { Shop } from '#test/support/shop';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

let shop: Shop;
beforeAll(async () => void (shop = await Shop.open()));
afterEach(() => void jest.restoreAllMocks());
afterAll(() => shop?.close());

describe('the session of a browser with a password', () => {
  it('keeps its rights where the account cannot be looked up, and a line, an event and a count say so', async () => {
    const browser = Browser.at(shop);
    const credentials = { email: 'ada@example.com', password: 'analytical-engine' };
    expect((await browser.post('/bff/login', credentials)).status).toBe(204);
    await shop.stop('users');
    const later = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    const { status, body } = await browser.get('/bff/session');
    expect([status, body.userId]).toEqual([200, 'u1']);
    const reason = expect.stringMatching(/^(UPSTREAM_UNAVAILABLE|CIRCUIT_OPEN|UPSTREAM_TIMEOUT)/);
    expect(shop.warnings('a session could not be renewed')).toEqual([
      expect.objectContaining({ userId: 'u1', isOver: false, reason }),
    ]);
    expect(shop.logs.gateway.with({ audit: 'renewal.failed', kind: 'browser' })).toEqual([
      expect.objectContaining({ userId: 'u1', reason }),
    ]);
    expect(await shop.metric(/browser_renewals_total\{outcome="failed"\} (\d+)/)).toBe(1);
  });
});
