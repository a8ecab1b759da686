import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reviewsDocument } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext, aReview, LyingHttp } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { ReviewsFake } from './reviews/reviews.fake.ts';
import type { Reviews } from './reviews/reviews.port.ts';
import { ReviewsRest } from './reviews/reviews.rest.ts';

const context = aContext();
const lost = (id: string) => ({ id, isUnreadable: true });
const onWire = (given: object) => ({ ...aReview({ id: 'r2' }), productId: 'p1', ...given });

/** The second review of the service's answer. */
let second: unknown;

async function overRest() {
  const service = await LyingHttp.open({
    'GET /products/p1/reviews': () => ({
      reviews: [onWire({ id: 'r1', more: 1 }), second, onWire({ id: 'r3' })],
      more: 2,
    }),
  });
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  const close = async () => {
    await clients.close();
    await service.close();
  };
  const client = clients.rest('reviews', [`http://${service.address}`], reviewsDocument());
  return { reviews: new ReviewsRest(client) as Reviews, close };
}

async function fake() {
  const reviews = new ReviewsFake({ p1: ['r1', 'r2', 'r3'].map((id) => aReview({ id })) });
  reviews.unreadable.add('r2');
  return { reviews: reviews as Reviews, close: async () => {} };
}

describe.each([
  ['over REST', overRest],
  ['the fake', fake],
])('reviews of which one breaks the contract, %s', (_, open) => {
  let reviews: Reviews;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ reviews, close } = await open());
    second = onWire({ rating: 6 });
  });
  afterAll(() => close());

  it('have it at its position', async () => {
    const newest = await reviews.newestOf(context, 'p1', 3);
    expect(newest).toEqual([aReview(), lost('r2'), aReview({ id: 'r3' })]);
  });
});

describe('a review over REST', () => {
  let reviews: Reviews;
  let close: () => Promise<void>;
  beforeAll(async () => ({ reviews, close } = await overRest()));
  afterAll(() => close());

  it.each([
    ['with six stars', onWire({ rating: 6 }), 'r2'],
    ['with no star', onWire({ rating: 0 }), 'r2'],
    ['with half a star', onWire({ rating: 3.5 }), 'r2'],
    ['without an author', { ...onWire({}), authorName: undefined }, 'r2'],
    ['of a word for a time', onWire({ writtenAt: 'yesterday' }), 'r2'],
    ['of 30 February', onWire({ writtenAt: '2026-02-30T00:00:00Z' }), 'r2'],
    ['without an id', onWire({ id: '' }), ''],
    ['that is a word', 'r2', ''],
    ['that is a list', [], ''],
  ])('is unreadable without affecting others: one %s', async (_, broken, id) => {
    second = broken;
    const newest = await reviews.newestOf(context, 'p1', 3);
    expect(newest).toEqual([aReview(), lost(id), aReview({ id: 'r3' })]);
  });

  it('has its time in UTC, whatever its time zone on the wire', async () => {
    second = onWire({ writtenAt: '2026-01-01T02:00:00+02:00' });
    expect((await reviews.newestOf(context, 'p1', 3))[1]).toMatchObject({ writtenAt: '2026-01-01T00:00:00.000Z' });
  });
});
