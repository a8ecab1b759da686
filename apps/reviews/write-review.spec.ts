import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ReviewsApi, reviewsDocument } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { openServiceStorage, type RunningRestService, startRestService } from '#libs/service';
import { describeStorages, environmentFor, restClientFor, type RestCall } from '#libs/testing';
import { migrations } from './migrations.ts';
import { ReviewsController } from './reviews.controller.ts';
import { type ReviewsSchema, ReviewStore } from './review-store.ts';
import { readReviewsSettings } from './settings.ts';

type Body = Partial<ReviewsApi['Review'] & ReviewsApi['ReviewList'] & ReviewsApi['Problem']>;

const ada = { id: 'u1', scopes: [] };
const grace = { id: 'u2', scopes: [] };
const REVIEW = { authorName: 'Ada L.', rating: 5, text: 'Gives light.\nFor years.' };
const DETAILS = { purchase: 'unknown' };

describeStorages('reviews that customers write', (storage) => {
  let service: RunningRestService;
  let call: RestCall<Body>;
  /** Seconds since the epoch: each write is a second later than the one before. */
  let second = 0;
  const timeOf = (seconds: number) => new Date(seconds * 1_000).toISOString();

  beforeAll(async () => {
    const settings = readReviewsSettings(environmentFor(await storage.fresh()));
    const { db, reads, close } = await openServiceStorage<ReviewsSchema>('reviews', settings, migrations);
    const store = new ReviewStore(db, reads, () => (second += 1) * 1_000);
    service = await startRestService({
      name: 'reviews',
      settings,
      document: reviewsDocument(),
      controllers: [ReviewsController],
      providers: [{ provide: ReviewStore, useValue: store }],
      logger: createLogger('reviews', 'silent'),
      isReady: async () => true,
      onStopped: close,
    });
    call = restClientFor<Body>('reviews', reviewsDocument())(service.url);
  });
  afterAll(() => service.stop());

  const write = (product: string, body: unknown = REVIEW, as: { id?: string; scopes: string[] } = ada) =>
    call(`PUT /products/${product}/reviews/own`, { body, as });
  const of = async (product: string) => (await call(`GET /products/${product}/reviews`)).body.reviews!;

  it('are found with those of others, the newest first', async () => {
    const first = await write('p1', { ...REVIEW, text: '  Gives light.\t🕯  ' });
    const second = await write('p1', { ...REVIEW, rating: 1 }, grace);
    expect([first.status, first.body.text, second.body.details]).toEqual([200, 'Gives light.\t🕯', DETAILS]);
    expect(await of('p1')).toEqual([second.body, first.body]);
    expect(await of('p2')).toEqual([]);
  });

  it('replace the one that their author has written before', async () => {
    const first = await write('replaced');
    const again = await write('replaced', { ...REVIEW, rating: 2, text: 'Broken.' });
    expect(again.body).toEqual({ ...first.body, rating: 2, text: 'Broken.', writtenAt: timeOf(second) });
    expect(await of('replaced')).toEqual([again.body]);
  });

  it('stay as they are if they are sent again', async () => {
    const first = await write('repeated');
    expect((await write('repeated')).body).toEqual(first.body);
    expect(await of('repeated')).toEqual([first.body]);
  });

  it('are one, of many that their author writes concurrently', async () => {
    const texts = Array.from({ length: 5 }, (_, index) => `Text ${index}.`);
    const answers = await Promise.all(texts.map((text) => write('concurrent', { ...REVIEW, text })));
    expect(answers.map(({ status }) => status)).toEqual(texts.map(() => 200));
    const [kept, ...others] = await of('concurrent');
    expect(others).toEqual([]);
    expect(answers.map(({ body }) => body)).toContainEqual(kept);
  });

  it('are deleted with all of their author, and no others', async () => {
    for (const product of ['d1', 'd2']) await write(product);
    const { body: kept } = await write('d1', REVIEW, grace);
    expect((await call('DELETE /reviews/own', { as: ada })).status).toBe(204);
    expect((await call('DELETE /reviews/own', { as: ada })).status).toBe(204);
    expect([await of('d1'), await of('d2')]).toEqual([[kept], []]);
  });

  it('have an author', async () => {
    const anonymous = { scopes: [] };
    expect((await write('p1', REVIEW, anonymous)).status).toBe(401);
    expect((await call('DELETE /reviews/own', { as: anonymous })).status).toBe(401);
  });

  it.each(['a%20b', '%E2%98%83', 'x'.repeat(65)])('are of no product that cannot exist: %s', async (product) => {
    expect((await write(product)).status).toBe(404);
  });

  it.each([
    [{ ...REVIEW, rating: 0 }, 422, 'rating'],
    [{ ...REVIEW, rating: 6 }, 422, 'rating'],
    [{ ...REVIEW, rating: 4.5 }, 400, 'rating'],
    [{ ...REVIEW, rating: '5' }, 400, 'rating'],
    [{ ...REVIEW, text: ' \n ' }, 422, 'text'],
    [{ ...REVIEW, text: 'x'.repeat(2_001) }, 422, 'text'],
    [{ ...REVIEW, text: 'a\0b' }, 422, 'text'],
    [{ ...REVIEW, authorName: 'a\nb' }, 422, 'authorName'],
    [{ ...REVIEW, details: {} }, 400, 'details'],
  ])('are refused as %j', async (body, status, field) => {
    const answer = await write('p1', body);
    expect([answer.status, answer.body.errors!.map((error) => error.field)]).toEqual([status, [field]]);
  });
});
