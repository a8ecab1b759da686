import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ReviewsApi, reviewsDocument } from '#libs/contracts';
import type { RunningRestService } from '#libs/service';
import {
  describeStorages,
  environmentFor,
  LogLines,
  type Place,
  restClientFor,
  type RestCall,
} from '#libs/testing';
import { readReviewsSettings } from './settings.ts';
import { startReviews } from './start-reviews.ts';

type Body = Partial<ReviewsApi['ReviewList'] & ReviewsApi['Problem']>;
const clientOf = restClientFor<Body>('reviews', reviewsDocument());

describeStorages('reviews', (storage) => {
  let place: Place;
  let log: LogLines;
  let reviews: RunningRestService;
  let call: RestCall<Body>;

  const start = async (seed: string) => {
    log = new LogLines();
    reviews = await startReviews(
      readReviewsSettings(environmentFor(place, { SEED: seed, LOG_LEVEL: 'info' })),
      log,
    );
    call = clientOf(reviews.url);
  };

  beforeAll(async () => {
    place = await storage.fresh();
    await start('1');
  });
  afterAll(() => reviews.stop());

  const of = async (product: string, query = '') =>
    (await call(`GET /products/${product}/reviews${query}`)).body.reviews!;

  it('answers the newest of a product, five unless more are asked for', async () => {
    const all = await of('p1', '?first=100');
    expect(all.every(({ productId }) => productId === 'p1')).toBe(true);
    const newestFirst = all.toSorted((one, other) => (one.writtenAt < other.writtenAt ? 1 : -1));
    expect(all).toEqual(newestFirst);
    expect(await of('p1')).toEqual(all.slice(0, 5));
    expect(await of('p1', '?first=1')).toEqual(all.slice(0, 1));
  });

  it.each(['nobody', 'a%20b', '%E2%98%83', 'x'.repeat(65), "'--"])('has none of %p', async (id) => {
    expect(await of(id)).toEqual([]);
  });

  it.each([
    ['?first=0', 422, 'first'],
    ['?first=101', 422, 'first'],
    ['?first=1.5', 400, 'first'],
    ['?first=x', 400, 'first'],
    ['?first=1&first=2', 400, 'first'],
    ['?last=1', 400, 'last'],
  ])('refuses %s with %i', async (query, status, field) => {
    const answer = await call(`GET /products/p1/reviews${query}`);
    expect([answer.status, answer.body.errors!.map((error) => error.field)]).toEqual([status, [field]]);
  });

  it('answers the gateway alone', async () => {
    expect((await call('GET /products/p1/reviews', { as: null })).status).toBe(401);
    expect((await call('GET /readyz', { as: null })).status).toBe(200);
    expect((await call('GET /livez', { as: null })).status).toBe(200);
    expect((await call('GET /openapi.json', { as: null })).body).toEqual(reviewsDocument());
  });

  it('has one line a request, with the id the gateway gave', async () => {
    await call('GET /products/p1/reviews', { headers: { 'x-request-id': 'r-7' }, as: { id: 'u1', scopes: [] } });
    expect(await log.first({ requestId: 'r-7', msg: 'request' })).toMatchObject({
      process: 'reviews',
      route: '/products/:productId/reviews',
      status: 200,
      callerId: 'u1',
    });
  });

  it('begins nothing once the time of its caller is over', async () => {
    const answer = await call('GET /products/p1/reviews', { headers: { 'x-request-timeout-ms': '0' } });
    expect([answer.status, answer.body.code]).toEqual([504, 'DEADLINE_EXCEEDED']);
  });

  it('keeps its reviews over a restart, whatever the seed is then', async () => {
    const before = await of('p2', '?first=100');
    await reviews.stop();
    await start('2');
    expect(await of('p2', '?first=100')).toEqual(before);
  });
});
