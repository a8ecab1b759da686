import { Client } from '#test/support/client';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop?.close());

it('a limit below the cost of one request is warned of at the start, and such requests are told that they never pass', async () => {
  const { gateway, log } = await secondGateway(shop, () => ({
    RATE_LIMIT: 'on',
    RATE_LIMIT_CUSTOMER: '3/60',
    RATE_LIMIT_ANONYMOUS: '3/60',
  }));
  try {
    // Who asks without a login for what needs one is to log in, whatever the limit is.
    const ofAnybody = log.lines.find(({ policy }) => policy === 'anonymous') as { handlers: string[] } | undefined;
    expect(ofAnybody?.handlers).not.toContain('HomeController.home');
    expect(log.lines.filter(({ policy }) => policy === 'customer')).toMatchObject([
      {
        level: 'warn',
        policy: 'customer',
        limit: 3,
        cost: 20,
        handlers: expect.arrayContaining(['HomeController.home']),
      },
    ]);
    const ada = await Client.of({ gateway }, 'ada');
    const answer = await fetch(`${gateway.url}/v1/home`, { headers: { authorization: `Bearer ${ada.token}` } });
    const body = (await answer.json()) as { code: string; detail: string };
    expect([answer.status, body.code, answer.headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', null]);
    expect(body.detail).toBe(
      'The request costs 4, more than may be spent at once (customer: 3): it cannot pass later either.',
    );
  } finally {
    await gateway.stop();
  }
});
