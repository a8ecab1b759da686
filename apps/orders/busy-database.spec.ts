import { orders } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { startGrpcService } from '#libs/service';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { openStorage, Reads } from '#libs/storage';
import { describeStorages, failureOf, freePort, lockedTable } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { migrations } from './migrations.ts';
import { OrdersModule } from './orders.module.ts';
import { ordersClient, ordersForTests, user } from './orders.fixture.ts';
import type { OrdersSchema } from './schema.ts';

describeStorages('the orders service', (storage) => {
  const start = ordersForTests();

  it('refuses a call while all connections are in use, with a delay, and answers the next one', async () => {
    const place = await storage.fresh();
    const pool = { max: 1, waitMs: 20, queue: 10 };
    const db = await openStorage<OrdersSchema>({ name: 'orders', ...place, migrations, pool });
    const logger = createLogger('orders', 'silent');
    const parts = { storage: { db, reads: new Reads(db, [], 0) }, logger, now: () => 0, stepMs: 600_000 };
    const service = await startGrpcService({
      name: 'orders',
      url: `127.0.0.1:${await freePort()}`,
      proto: 'shop/orders/v1/orders.proto',
      definition: orders.OrdersServiceService,
      module: OrdersModule.of(parts),
      settings: { INTERNAL_TOKEN_KEY: [DEMO_INTERNAL_TOKEN_KEY] },
      logger,
      onStopped: () => db.destroy(),
    });
    const client = ordersClient(service.url);
    const holder = await db.startTransaction().execute();
    const refused = await failureOf(client.place(user('u1'), { requestId: 'r1' }));
    await holder.rollback().execute();
    const placed = await client.place(user('u1'), { requestId: 'r1' });
    client.client.close();
    await service.stop();
    expect(refused).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'DATABASE_BUSY', retryDelayMs: 1_000 });
    expect(placed).toMatchObject({ userId: 'u1' });
  });

  it('ends a call whose statement takes longer than DATABASE_STATEMENT_TIMEOUT_MS, and answers the next one', async () => {
    // SQLite runs in the process, and has no limit.
    if (storage.kind === 'sqlite') return;
    const place = await storage.fresh();
    const client = await start(place, { DATABASE_STATEMENT_TIMEOUT_MS: '100' });
    const admin = await openStorage({ name: 'orders', ...place, migrations });
    const unlock = await lockedTable(admin, storage.kind, 'orders');
    const startedAt = performance.now();
    const ended = await failureOf(client.recent(user('u1')));
    const elapsedMs = performance.now() - startedAt;
    await unlock();
    // By default it takes 5 s.
    expect(elapsedMs).toBeLessThan(4_000);
    expect(ended).toMatchObject({ code: 'DEADLINE_EXCEEDED', reason: 'DATABASE_TIMEOUT' });
    expect(ended.retryDelayMs).toBeUndefined();
    expect(await client.recent(user('u1'))).toEqual({ orders: [] });
  });
});
