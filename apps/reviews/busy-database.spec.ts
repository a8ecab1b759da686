import { type ReviewsApi, reviewsDocument } from '#libs/contracts';
import { openServiceStorage, startRestService } from '#libs/service';
import { createLogger } from '#libs/observe';
import { openStorage } from '#libs/storage';
import { describeStorages, environmentFor, freePort, lockedTable, restClientFor } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { migrations } from './migrations.ts';
import { ReviewsController } from './reviews.controller.ts';
import { type ReviewsSchema, ReviewStore } from './review-store.ts';
import { readReviewsSettings } from './settings.ts';
import { startReviews } from './start-reviews.ts';

describeStorages('the reviews service', (storage) => {
  /** The service with one connection, its metrics, and a transaction that holds the connection. */
  async function startBusy(limits: Record<string, string>) {
    const METRICS_PORT = `${await freePort()}`;
    const given = { DATABASE_POOL: '1', METRICS_PORT, ...limits };
    const settings = readReviewsSettings(environmentFor(await storage.fresh(), given));
    const { db, reads, close } = await openServiceStorage<ReviewsSchema>('reviews', settings, migrations);
    const service = await startRestService({
      name: 'reviews',
      settings,
      document: reviewsDocument(),
      controllers: [ReviewsController],
      providers: [{ provide: ReviewStore, useValue: new ReviewStore(db, reads) }],
      logger: createLogger('reviews', 'silent'),
      isReady: async () => true,
      onStopped: close,
    });
    const call = restClientFor<ReviewsApi['Problem']>('reviews', reviewsDocument())(service.url);
    const metrics = async () => (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
    const holder = await db.startTransaction().execute();
    return { service, call, metrics, holder };
  }

  it('refuses a request while all connections are in use, with a delay, and counts it', async () => {
    const { service, call, metrics, holder } = await startBusy({ DATABASE_POOL_WAIT_MS: '20' });
    const { status, headers, body } = await call('GET /products/p1/reviews');
    const during = await metrics();
    await holder.rollback().execute();
    const next = await call('GET /products/p1/reviews');
    const after = await metrics();
    await service.stop();

    expect([status, headers.get('retry-after'), body.code]).toEqual([429, '1', 'DATABASE_BUSY']);
    expect(next.status).toBe(200);
    expect(during).toContain('db_client_connection_count{pool="reviews"} 1');
    expect(during).toContain('db_client_connection_timeouts_total{pool="reviews",reason="wait"} 1');
    expect(after).toContain('db_client_connection_count{pool="reviews"} 0');
    expect(after).toContain('db_client_connection_max{pool="reviews"} 1');
  });

  it('counts what waits for a connection, and refuses at once what comes beyond DATABASE_POOL_QUEUE', async () => {
    const { service, call, metrics, holder } = await startBusy({
      DATABASE_POOL_WAIT_MS: '60000',
      DATABASE_POOL_QUEUE: '1',
    });
    const waiting = call('GET /products/p1/reviews');
    while (!(await metrics()).includes('db_client_connection_pending_requests{pool="reviews"} 1'));
    const { status, body } = await call('GET /products/p2/reviews');
    const during = await metrics();
    await holder.rollback().execute();
    const first = await waiting;
    const after = await metrics();
    await service.stop();

    expect([status, body.code, first.status]).toEqual([429, 'DATABASE_BUSY', 200]);
    expect(during).toContain('db_client_connection_pending_requests{pool="reviews"} 1');
    expect(during).toContain('db_client_connection_timeouts_total{pool="reviews",reason="queue"} 1');
    expect(during).toContain('db_client_connection_timeouts_total{pool="reviews",reason="wait"} 0');
    expect(after).toContain('db_client_connection_pending_requests{pool="reviews"} 0');
  });

  it('answers 504 where a statement takes longer than DATABASE_STATEMENT_TIMEOUT_MS', async () => {
    // SQLite runs in the process, and has no limit.
    if (storage.kind === 'sqlite') return;
    const place = await storage.fresh();
    const settings = readReviewsSettings(environmentFor(place, { DATABASE_STATEMENT_TIMEOUT_MS: '100' }));
    const service = await startReviews(settings);
    const call = restClientFor<ReviewsApi['Problem']>('reviews', reviewsDocument())(service.url);
    const admin = await openStorage({ name: 'reviews', ...place, migrations });
    const unlock = await lockedTable(admin, storage.kind, 'reviews');
    const startedAt = performance.now();
    const { status, headers, body } = await call('GET /products/p1/reviews');
    const elapsedMs = performance.now() - startedAt;
    await unlock();
    const next = await call('GET /products/p1/reviews');
    await service.stop();
    // By default it takes 5 s.
    expect(elapsedMs).toBeLessThan(4_000);
    expect([status, headers.get('retry-after'), body.code]).toEqual([504, null, 'DATABASE_TIMEOUT']);
    expect(next.status).toBe(200);
  });
});
