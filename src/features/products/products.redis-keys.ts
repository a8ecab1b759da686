import { redisKey } from '#libs/redis';

/** The keys of products in Redis. All are in one slot of a cluster. */
export const productKeys = {
  bestSellers: redisKey('atrium:{best-sellers}:ranking', {
    type: 'sorted set',
    lifetime: 'none',
    holds: 'How often each of the 100 best-selling products was sold; `countedAt` beside them is a time.',
  }),
  nextBestSellers: redisKey('atrium:{best-sellers}:next', {
    type: 'sorted set',
    lifetime: '1 min',
    holds: 'A ranking that is about to replace that one.',
  }),
};
