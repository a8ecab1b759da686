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

  it('returns the newest reviews of a product, five by default', async () => {
    const all = await of('p1', '?first=100');
    expect(all.every(({ productId }) => productId === 'p1')).toBe(true);
    const newestFirst = all.toSorted((one, other) => (one.writtenAt < other.writtenAt ? 1 : -1));
    expect(all).toEqual(newestFirst);
    expect(await of('p1')).toEqual(all.slice(0, 5));
    expect(await of('p1', '?first=1')).toEqual(all.slice(0, 1));
  });

  it('returns those in a language, or of a verified purchase', async () => {
    const all = await of('p1', '?first=100');
    const verified = all.filter(({ details }) => details?.purchase === 'verified');
    expect(await of('p1', '?first=100&language=en&purchase=verified')).toEqual(verified);
    expect(await of('p1', '?first=100&purchase=unknown')).toEqual(all.filter((one) => !verified.includes(one)));
    expect(await of('p1', `?language=${encodeURIComponent(`en' or '1'='1`)}`)).toEqual([]);
    expect(all.length).toBeGreaterThan(0);
  });

  it.each(['nobody', 'a%20b', '%E2%98%83', 'x'.repeat(65), "'--"])('returns none for the id %p', async (id) => {
    expect(await of(id)).toEqual([]);
  });

  it.each([
    ['?first=0', 422, 'first'],
    ['?first=101', 422, 'first'],
    ['?first=1.5', 400, 'first'],
    ['?first=x', 400, 'first'],
    ['?first=1&first=2', 400, 'first'],
    ['?last=1', 400, 'last'],
    ['?purchase=perhaps', 422, 'purchase'],
    [`?language=${'x'.repeat(36)}`, 422, 'language'],
    ['?language=en&language=de', 400, 'language'],
  ])('rejects %s with %i', async (query, status, field) => {
    const answer = await call(`GET /products/p1/reviews${query}`);
    expect([answer.status, answer.body.errors!.map((error) => error.field)]).toEqual([status, [field]]);
  });

  it('answers only the gateway', async () => {
    expect((await call('GET /products/p1/reviews', { as: null })).status).toBe(401);
    expect((await call('GET /readyz', { as: null })).status).toBe(200);
    expect((await call('GET /livez', { as: null })).status).toBe(200);
    expect((await call('GET /openapi.json', { as: null })).body).toEqual(reviewsDocument());
  });

  it('logs one line per request, with the id of the gateway', async () => {
    await call('GET /products/p1/reviews', { headers: { 'x-request-id': 'r-7' }, as: { id: 'u1', scopes: [] } });
    expect(await log.first({ requestId: 'r-7', msg: 'request' })).toMatchObject({
      process: 'reviews',
      route: '/products/:productId/reviews',
      status: 200,
      callerId: 'u1',
    });
  });

  it("starts no work after the caller's timeout", async () => {
    const answer = await call('GET /products/p1/reviews', { headers: { 'x-request-timeout-ms': '0' } });
    expect([answer.status, answer.body.code]).toEqual([504, 'DEADLINE_EXCEEDED']);
  });

  it('keeps its reviews over a restart, also with another seed', async () => {
    const before = await of('p2', '?first=100');
    await reviews.stop();
    await start('2');
    expect(await of('p2', '?first=100')).toEqual(before);
  });
});
