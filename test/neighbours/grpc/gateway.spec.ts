import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import { nginx } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import { RealShop } from '#test/support/real-shop';
import { startNginx } from './proxies.ts';

jest.setTimeout(120_000);

const CALLERS = 40;
/** Each is one call of the products service: nginx ends the connection after every 1,000. */
const REQUESTS = 3_000;

describeWith([nginx], 'a gateway with nginx, all defaults, before its products', () => {
  let shop: RealShop;
  let proxy: Proxy;

  beforeAll(async () => {
    shop = await RealShop.open(async (at) => {
      proxy = await startNginx(at('products'));
      const PRODUCTS_URL = `127.0.0.1:${proxy.port}`;
      return { PRODUCTS_URL, CACHE: 'off', SHEDDING: 'off', RATE_LIMIT: 'off' };
    });
  });
  afterAll(async () => {
    await shop?.close();
    await proxy?.close();
  });

  it('answers each of 3,000 requests, and its breaker never opens', async () => {
    const statuses = new Map<number, number>();
    let next = 0;
    const caller = async () => {
      while (next < REQUESTS) {
        const { status, body } = await fetch(`${shop.url}/v1/products?pageSize=1&page=${(next += 1)}`);
        await body?.cancel();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    expect([...statuses.keys()]).toEqual([200]);

    const { methods, transport } = (await shop.upstream('products')) as never as {
      methods: { breaker: { timesOpened: number } }[];
      transport?: { goaways: number };
    };
    expect(methods.map(({ breaker }) => breaker.timesOpened)).toEqual(methods.map(() => 0));
    // grpc-js does not say.
    if (transport) expect(transport.goaways).toBeGreaterThanOrEqual(2);
  });
});
