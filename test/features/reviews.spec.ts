import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { PageVisitor } from '#test/support/page-visitor';
import { Shop } from '#test/support/shop';
import request from 'supertest';

const access = new Access();
const REVIEW = { rating: 4, text: 'Gives light.' };
const MUTATION = `mutation ($input: WriteReviewInput!) {
  writeReview(input: $input) { review { id authorName rating text writtenAt } }
}`;

let shop: Shop;
let ada: Client;
let grace: Client;
beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on', JWT_PRIVATE_KEY: access.privateKey });
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

const newestOf = async (product: string) =>
  (await ada.get(`/v1/products/${product}?fields=reviews`)).body.reviews as { id: string; authorName: string }[];

describe('a review', () => {
  it('is on the page of its product at once, though that was cached, and in caches in front', async () => {
    const before = await newestOf('p11');
    const { status, headers, body } = await ada.post('/v1/products/p11/reviews', REVIEW);
    expect([status, body]).toEqual([
      200,
      { ...REVIEW, id: expect.any(String), authorName: 'Ada L.', writtenAt: expect.any(String) },
    ]);
    expect(headers['cache-group-invalidation']).toBe('"reviews:p11"');
    expect(await newestOf('p11')).toEqual([body, ...before].slice(0, 5));
  });

  it('is the same in GraphQL, which replaces it', async () => {
    const { body: first } = await ada.post('/v1/products/p12/reviews', REVIEW);
    const input = { productId: 'p12', ...REVIEW, text: 'Does not.' };
    const { data } = (await ada.graphql(MUTATION, { input })).body;
    expect(data.writeReview.review).toEqual({ ...first, text: 'Does not.', writtenAt: expect.any(String) });
    expect((await newestOf('p12')).filter(({ authorName }) => authorName === 'Ada L.')).toEqual([
      data.writeReview.review,
    ]);
  });

  it('is written once with an idempotency key, and operators see who wrote it, once', async () => {
    const stream = await Follower.open(`${shop.gateway.url}/v1/events/user-activity`, grace.token);
    const key = { 'idempotency-key': '"spec-1"' };
    const { body: review } = await ada.post('/v1/products/p13/reviews', REVIEW, key);
    expect((await ada.post('/v1/products/p13/reviews', REVIEW, key)).body).toEqual(review);
    expect((await ada.post('/v1/products/p14/reviews', REVIEW, key)).body.code).toBe('IDEMPOTENCY_MISMATCH');
    await grace.post('/v1/products/p15/reviews', REVIEW);
    const of = (productId: string) => (one: { data: Record<string, unknown> }) =>
      one.data['productId'] === productId;
    const { data: last } = await stream.untilOne(of('p15'));
    expect(last).toMatchObject({ event: 'review' });
    const seen = stream.events.filter(of('p13')).map(({ data }) => data);
    expect(seen).toEqual([{ event: 'review', userId: 'u1', productId: 'p13', reviewId: review.id }]);
    stream.close();
  });

  it('is written with a form of the shop, after a login, and is on the page of the product then', async () => {
    const visitor = PageVisitor.at(shop);
    const form = '/shop/products/p17/review';
    const product = await visitor.go('/shop/products/p17');
    expect(product.text).toContain(`<a href="${form}">Write a review</a>`);
    const account = { email: 'ada@example.com', password: 'analytical-engine' };
    const page = await visitor.submit(await visitor.go(form), '/shop/login', account);
    expect(page.path).toBe(form);
    const reviewed = await visitor.submit(page, form, { rating: '2', text: 'Lost <b>a</b>\r\nscrew.' });
    expect(reviewed.path).toMatch(/^\/shop\/products\/p17\?reviewed=\d+$/);
    expect(reviewed.text).toContain('Lost &lt;b&gt;a&lt;/b&gt;');
    expect((await visitor.go('/shop/products/nothing/review')).status).toBe(404);
  });

  it('goes with the account of its author', async () => {
    const customer = await Client.newCustomer(shop, 'leaves@example.com');
    await customer.post('/v1/products/p16/reviews', REVIEW);
    const isTheirs = ({ authorName }: { authorName: string }) => authorName === 'Somebody E.';
    expect((await newestOf('p16')).filter(isTheirs)).toHaveLength(1);
    const deleted = await request(shop.gateway.url)
      .delete('/v1/me')
      .set({ authorization: `Bearer ${customer.token}` });
    expect([deleted.status, (await newestOf('p16')).filter(isTheirs)]).toEqual([204, []]);
  });

  it('needs its scope', async () => {
    const write = (headers: Record<string, string>) =>
      request(shop.gateway.url).post('/v1/products/p1/reviews').set(headers).send(REVIEW);
    expect((await write({})).status).toBe(401);
    expect((await write(access.of('u1', 'orders:write profile:write'))).status).toBe(403);
  });

  it.each([
    ['p1', { text: 'x' }, 400, 'BAD_REQUEST', 'rating'],
    ['p1', { ...REVIEW, rating: 4.5 }, 400, 'BAD_REQUEST', 'rating'],
    ['p1', { ...REVIEW, rating: 6 }, 422, 'VALIDATION_FAILED', 'rating'],
    ['p1', { ...REVIEW, text: '  ' }, 422, 'VALIDATION_FAILED', 'text'],
    ['p1', { ...REVIEW, text: 'x'.repeat(2_001) }, 422, 'VALIDATION_FAILED', 'text'],
    ['p1', { ...REVIEW, text: 'a\0b' }, 422, 'VALIDATION_FAILED', 'text'],
    ['p1', { ...REVIEW, text: 'a\ud83d' }, 422, 'VALIDATION_FAILED', 'text'],
    ['p1', { ...REVIEW, authorName: 'The shop' }, 400, 'BAD_REQUEST', 'authorName'],
    ['nothing', REVIEW, 404, 'NOT_FOUND', undefined],
    ['not%20an%20id', REVIEW, 404, 'NOT_FOUND', undefined],
  ])('of %s as %j is refused with %i', async (product, review, status, code, field) => {
    const answer = await ada.post(`/v1/products/${product}/reviews`, review);
    expect([answer.status, answer.body.code, answer.body.errors?.[0].field]).toEqual([status, code, field]);
    if (field === undefined || status === 400) return;
    const { body } = await ada.graphql(MUTATION, { input: { productId: product, ...review } });
    expect(body.errors[0].extensions).toMatchObject({ code, errors: [{ field }] });
  });
});
