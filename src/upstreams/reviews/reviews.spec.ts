import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aContext, allReadable, aReview } from '#libs/testing';
import { serviceForSpec } from '#test/support/services';
import { ReviewsFake } from './reviews.fake.ts';
import type { Reviews } from './reviews.port.ts';
import { ReviewsRest } from './reviews.rest.ts';

describe.each([
  [
    'over REST',
    async () => {
      const { address, clients, close } = await serviceForSpec('reviews');
      return { reviews: new ReviewsRest(clients.rest('reviews', [`http://${address}`])) as Reviews, close };
    },
  ],
  [
    'the fake',
    async () => {
      const reviews: Reviews = new ReviewsFake({ p1: [aReview({ id: 'r2' }), aReview({ id: 'r1' })] });
      return { reviews, close: async () => {} };
    },
  ],
])('reviews, %s', (_, open) => {
  let reviews: Reviews;
  let close: () => Promise<void>;

  beforeAll(async () => ({ reviews, close } = await open()));
  afterAll(() => close());

  it('are the newest of a product, at most `first`', async () => {
    const newest = allReadable(await reviews.newestOf(aContext(), 'p1', 2));
    expect(newest).toHaveLength(2);
    expect(newest[0]!.writtenAt >= newest[1]!.writtenAt).toBe(true);
    expect(await reviews.newestOf(aContext(), 'p1', 1)).toEqual(newest.slice(0, 1));
  });

  it('have an author, a rating and a text', async () => {
    const [newest] = await reviews.newestOf(aContext(), 'p1', 1);
    expect(newest).toEqual({
      id: expect.stringMatching(/^r\d+$/),
      authorName: expect.any(String),
      rating: expect.any(Number),
      text: expect.any(String),
      writtenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  const as = (id: string) => aContext({ caller: { id, scopes: ['reviews:write'] } });
  const NEW = { authorName: 'Ada L.', rating: 5, text: 'Gives light.' };
  const of = async (productId: string) => allReadable(await reviews.newestOf(aContext(), productId, 100));

  it('are written, one a caller and product: another one replaces it, the same one changes nothing', async () => {
    const first = await reviews.write(as('u1'), 'written', NEW);
    expect(first).toEqual({ ...NEW, id: expect.any(String), writtenAt: expect.stringMatching(/Z$/) });
    expect(await reviews.write(as('u1'), 'written', NEW)).toEqual(first);
    const second = await reviews.write(as('u2'), 'written', NEW);
    const again = await reviews.write(as('u1'), 'written', { ...NEW, rating: 1 });
    expect(again).toEqual({ ...first, rating: 1, writtenAt: expect.any(String) });
    expect(new Set(await of('written'))).toEqual(new Set([again, second]));
  });

  it('are deleted with all of their caller', async () => {
    for (const id of ['u3', 'u4']) await reviews.write(as(id), 'deleted', NEW);
    await reviews.deleteOwn(as('u3'));
    await reviews.deleteOwn(as('u3'));
    expect(await of('deleted')).toHaveLength(1);
  });

  it('are of no product that cannot exist', async () => {
    await expect(reviews.write(as('u1'), 'not an id', NEW)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['nobody', '../p1', '☃'])('are empty for the unknown product %s', async (id) => {
    expect(await reviews.newestOf(aContext(), id, 5)).toEqual([]);
  });
});
