import { migrations } from '#apps/orders/migrations';
import type { OrdersSchema } from '#apps/orders/schema';
import { openStorage } from '#libs/storage';
import { findPostgres, freePort, startPostgres } from '#libs/testing';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';

jest.setTimeout(240_000);

const binaries = findPostgres();
const inUse = (connections: number) => `\ndb_client_connection_count{pool="orders"} ${connections}\n`;
const withPostgres = binaries ? describe : describe.skip;

withPostgres(`a gateway before a busy database${binaries ? '' : ' (no PostgreSQL on this machine)'}`, () => {
  it('answers 503 with Retry-After while all connections wait for a lock, 504 for a statement that is late, and else 200', async () => {
    const server = await startPostgres(binaries!);
    const metricsPort = await freePort();
    const limits = { DATABASE_POOL: '1', DATABASE_POOL_WAIT_MS: '50', DATABASE_STATEMENT_TIMEOUT_MS: '60000' };
    const shop = await RealShop.open(async () => ({}), { DATABASE_URL: server.url });
    const admin = await openStorage<OrdersSchema>({
      name: 'orders',
      dataDir: '.',
      databaseUrl: server.url,
      migrations,
    });
    try {
      await shop.processes.get('orders')!.end('SIGTERM');
      await shop.start('orders', { ...limits, METRICS_PORT: `${metricsPort}` });
      const ordersOf = (id: string) => fetch(`${shop.url}/v1/orders`, { headers: shop.access.of(id) });
      const metrics = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

      const lock = await admin.startTransaction().execute();
      await sql`lock table orders in access exclusive mode`.execute(lock);
      const first = ordersOf('u1');
      while (!(await metrics()).includes(inUse(1))) await passed(20);
      // Of another caller: one of the same would be coalesced with the first, which times out waiting for the lock.
      const refused = await ordersOf('u3');
      const { code } = (await refused.json()) as { code: string };
      const during = await metrics();
      await lock.rollback().execute();
      await first;

      expect([refused.status, code]).toEqual([503, 'OVERLOADED']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(during).toMatch(/^db_client_connection_timeouts_total\{pool="orders",reason="wait"\} [1-9]/m);
      while ((await ordersOf('u3')).status !== 200) await passed(100);
      // The clock of orders, too, has a connection now and then.
      while (!(await metrics()).includes(inUse(0))) await passed(20);

      await shop.processes.get('orders')!.end('SIGTERM');
      await shop.start('orders', { DATABASE_STATEMENT_TIMEOUT_MS: '200' });
      while ((await ordersOf('u3')).status !== 200) await passed(100);
      const again = await admin.startTransaction().execute();
      await sql`lock table orders in access exclusive mode`.execute(again);
      const late = await ordersOf('u1');
      await again.rollback().execute();
      expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([504, 'UPSTREAM_TIMEOUT']);
      // The gateway has not ended the call by its own timeout.
      await shop.processes.get('orders')!.log.first({ msg: 'The database took too long' });
    } finally {
      await admin.destroy();
      await shop.close();
      await server.stop();
    }
  });
});
