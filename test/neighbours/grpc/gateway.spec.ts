import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import { nginx } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import { RealShop } from '#test/support/real-shop';
import { startNginx } from './proxies.ts';

jest.setTimeout(120_000);

const CALLERS = 40;
/** Each is one call of the products service: nginx ends the connection after every 1,000. */
const REQUESTS = 3_000;

/** A busy machine is slow, which is no failure of a connection. */
const UNHURRIED = { products: { timeoutMs: 30_000, breaker: { slowMs: 30_000 }, hedge: { mode: 'off' } } };

describeWith([nginx], 'a gateway with nginx, all defaults, before its products', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-neighbours-'));
  const UPSTREAMS_FILE = join(folder, 'upstreams.json');
  writeFileSync(UPSTREAMS_FILE, JSON.stringify(UNHURRIED));
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(['http2', 'grpc-js'])('and GRPC_CLIENT=%s', (GRPC_CLIENT) => {
    let shop: RealShop;
    let proxy: Proxy;

    beforeAll(async () => {
      shop = await RealShop.open(async (at) => {
        proxy = await startNginx(at('products'));
        return {
          PRODUCTS_URL: `127.0.0.1:${proxy.port}`,
          GRPC_CLIENT,
          UPSTREAMS_FILE,
          REQUEST_TIMEOUT_MS: '30000',
          CACHE: 'off',
          SHEDDING: 'off',
          RATE_LIMIT: 'off',
        };
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
      expect([...statuses]).toEqual([[200, REQUESTS]]);

      const { methods, transport } = (await shop.upstream('products')) as never as {
        methods: { breaker: { timesOpened: number } }[];
        transport?: { goaways: number };
      };
      expect(methods.map(({ breaker }) => breaker.timesOpened)).toEqual(methods.map(() => 0));
      // grpc-js does not report them.
      expect(transport && transport.goaways >= 2).toBe(GRPC_CLIENT === 'http2' ? true : undefined);
    });
  });
});
