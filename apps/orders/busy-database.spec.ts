import { orders } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { startGrpcService } from '#libs/service';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { openStorage, Reads } from '#libs/storage';
import { describeStorages, failureOf, freePort, lockedTable } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrations } from './migrations.ts';
import { OrdersModule } from './orders.module.ts';
import { ordersClient, ordersForTests, user } from './orders.fixture.ts';
import type { OrdersSchema } from './schema.ts';

/** New connections wait for a lock for a moment only. */
const LOCK_TIMEOUT_BY_DEFAULT = `do $$ begin
  execute format('alter database %I set lock_timeout = 20', current_database());
end $$`;

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

  it('refuses a call whose transaction others were always in the way of, to be repeated at once', async () => {
    // A limit for locks that is not ours, and that the others have no equal of.
    if (storage.kind !== 'postgres') return;
    const place = await storage.fresh();
    const admin = await openStorage({ name: 'orders', ...place, migrations });
    await sql.raw(LOCK_TIMEOUT_BY_DEFAULT).execute(admin);
    const client = await start(place);
    const unlock = await lockedTable(admin, storage.kind, 'orders');
    const refused = await failureOf(client.place(user('u1'), { requestId: 'r1' }));
    await unlock();
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_CONFLICT', retryDelayMs: 0 });
    expect(await client.place(user('u1'), { requestId: 'r1' })).toMatchObject({ userId: 'u1' });
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
