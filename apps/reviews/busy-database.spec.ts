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
  it('refuses a request while all connections are in use, with a delay, and counts it', async () => {
    const METRICS_PORT = `${await freePort()}`;
    const limits = { DATABASE_POOL: '1', DATABASE_POOL_WAIT_MS: '20', METRICS_PORT };
    const settings = readReviewsSettings(environmentFor(await storage.fresh(), limits));
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
