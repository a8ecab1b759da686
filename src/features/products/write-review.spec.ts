import { Idempotency } from '#gateway/edge/idempotency/idempotency';
import { IdempotencyKeysMemory } from '#gateway/edge/idempotency/idempotency-keys.memory';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { ReviewsFake } from '#gateway/upstreams/reviews/reviews.fake';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { createLogger } from '#libs/observe';
import { aContext, aProduct, aUser, callsOf, failing } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { WriteReview } from './write-review.ts';

const REVIEW = { productId: 'p1', rating: 5, text: 'Gives light.' };

function aShop() {
  const products = new ProductsFake([aProduct({ id: 'p1' })]);
  const users = new UsersFake([aUser({ name: 'Ada Lovelace' })]);
  const reviews = new ReviewsFake();
  const work = new DetachedWork();
  const keys = new Idempotency(new IdempotencyKeysMemory(), work, createLogger('spec', 'silent'));
  const written = callsOf(reviews, 'write');
  return { products, users, reviews, written, writeReview: new WriteReview(products, users, reviews, work, keys) };
}

describe('writing a review', () => {
  it('stores it under the name of the caller that everybody may read', async () => {
    const { writeReview, reviews } = aShop();
    const review = await writeReview.run(aContext(), REVIEW);
    expect(review).toMatchObject({ authorName: 'Ada L.', rating: 5, text: 'Gives light.' });
    expect(await reviews.newestOf(aContext(), 'p1', 5)).toEqual([review]);
  });

  it('replaces the one that the caller wrote before', async () => {
    const { writeReview, reviews } = aShop();
    const { id } = await writeReview.run(aContext(), REVIEW);
    const again = await writeReview.run(aContext(), { ...REVIEW, rating: 1 });
    expect([again.id, await reviews.newestOf(aContext(), 'p1', 5)]).toEqual([id, [again]]);
  });

  it('is done once with an idempotency key, which another review must not have', async () => {
    const { writeReview, written } = aShop();
    const review = await writeReview.run(aContext(), { ...REVIEW, idempotencyKey: 'k1' });
    await writeReview.run(aContext(), { ...REVIEW, text: 'Broken.' });
    expect(await writeReview.run(aContext(), { ...REVIEW, idempotencyKey: 'k1' })).toEqual(review);
    expect(written).toHaveLength(2);
    const other = writeReview.run(aContext(), { ...REVIEW, rating: 1, idempotencyKey: 'k1' });
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it.each([
    ['product', { ...REVIEW, productId: 'p9' }, 'u1'],
    ['account', REVIEW, 'u9'],
  ])('finds no such %s', async (_, review, id) => {
    const { writeReview, written } = aShop();
    const context = aContext({ caller: { id, scopes: ['reviews:write'] } });
    await expect(writeReview.run(context, review)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(written).toEqual([]);
  });

  it.each(['products', 'users', 'reviews'] as const)('fails while %s are down', async (which) => {
    const { writeReview, ...shop } = aShop();
    Object.assign(shop[which], { byIds: failing(), write: failing() });
    await expect(writeReview.run(aContext(), REVIEW)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('completes when the client leaves', async () => {
    const { writeReview, reviews } = aShop();
    const context = aContext();
    const signals: boolean[] = [];
    const write = reviews.write.bind(reviews);
    Object.assign(reviews, {
      write: (...args: Parameters<typeof write>) => {
        context.end();
        signals.push(args[0].signal.aborted);
        return write(...args);
      },
    });
    expect(await writeReview.run(context, REVIEW)).toMatchObject({ rating: 5 });
    expect(signals).toEqual([false]);
  });
});
