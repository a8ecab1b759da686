import { type JobsForTests, jobsOf } from '#gateway/jobs/jobs.fixture';
import { Schedules } from '#gateway/jobs/schedules';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { Products } from '#gateway/upstreams/products/products.port';
import { JobQueue, type RunningJob } from '#libs/jobs';
import { aContext, aLine, anOrder, aProduct, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { GetBestSellers } from './get-best-sellers.ts';
import { RankBestSellers } from './rank-best-sellers.ts';
import { SalesRankingMemory } from './sales-ranking.memory.ts';
import { SalesRankingRedis } from './sales-ranking.redis.ts';
import { SalesRanking } from './sales-ranking.ts';

const NOW = new Date().toISOString();
const sold = (productId: string, quantity: number) => aLine({ productId, quantity });

function aShop() {
  return {
    orders: new OrdersFake([
      anOrder({ id: 'old', placedAt: '2020-01-01T00:00:00Z', lines: [sold('p3', 100)] }),
      anOrder({ id: 'a', placedAt: NOW, lines: [sold('p1', 2), sold('p2', 1)] }),
      anOrder({ id: 'b', placedAt: NOW, ownerId: 'u2', lines: [sold('p2', 4)] }),
      anOrder({ id: 'c', placedAt: NOW, status: 'CANCELLED', lines: [sold('p1', 50)] }),
      anOrder({ id: 'd', placedAt: NOW, lines: [sold('gone', 9)] }),
    ]),
    products: new ProductsFake([aProduct({ id: 'p1' }), aProduct({ id: 'p2' }), aProduct({ id: 'p3' })]),
  };
}

const redis = await ownRedisForTests();
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (!('skip' in redis)) await redis.stop();
});

type Place = [string, (queue: JobQueue) => Promise<SalesRanking>];
const places: Place[] = [['in this process', async (queue) => new SalesRankingMemory(queue)]];
if (!('skip' in redis))
  places.push(['in Redis', async () => new SalesRankingRedis(await connections.connected(redis.url))]);

let opened: JobsForTests | undefined;
afterEach(() => opened?.close());

describe.each(places)('the best sellers, ranked %s', (_, rankingOver) => {
  it('are counted by a job when they are first requested, from the orders of everybody', async () => {
    const { orders, products } = aShop();
    opened = await jobsOf([
      RankBestSellers,
      GetBestSellers,
      { provide: Orders, useValue: orders },
      { provide: Products, useValue: products },
      { provide: SalesRanking, useFactory: rankingOver, inject: [JobQueue] },
    ]);
    const { get, queue, reached, start } = opened;
    const best = (first = 10) => get(GetBestSellers).run(aContext(), { first });
    start();
    expect(await best()).toEqual({ items: [], countedAt: null, degraded: [] });
    await best();
    const [job, ...others] = await queue.list({ limit: 10 });
    expect(others).toEqual([]);
    expect((await reached(job!.id, 'COMPLETED')).result).toMatchObject({
      products: [
        { productId: 'gone', sold: 9 },
        { productId: 'p2', sold: 5 },
        { productId: 'p1', sold: 2 },
      ],
    });
    const { items, countedAt } = await best();
    expect(items).toMatchObject([
      { product: { id: 'p2' }, sold: 5 },
      { product: { id: 'p1' }, sold: 2 },
    ]);
    expect(Date.parse(countedAt!)).toBeGreaterThan(Date.parse(NOW) - 1);
    expect((await best(2)).items).toHaveLength(1);
    expect(get(Schedules).nextOf('products.best-sellers')).toBeGreaterThan(Date.now());
  });
});

it.each(places)('has the same ranking after a further run of its job, %s', async (_, rankingOver) => {
  const { orders } = aShop();
  opened = await jobsOf([
    { provide: SalesRanking, useFactory: rankingOver, inject: [JobQueue] },
    { provide: Orders, useValue: orders },
    RankBestSellers,
  ]);
  const ranking = opened.get(SalesRanking);
  const job: RunningJob<object> = {
    id: 'job',
    owner: 'system',
    attempt: 1,
    origin: {},
    input: {},
    signal: new AbortController().signal,
    progress: () => {},
  };
  const run = () => opened!.get(RankBestSellers).run(aContext(), job);
  await run();
  const first = await ranking.top(10);
  expect(first?.products).toHaveLength(3);
  await Promise.all([run(), run()]);
  expect((await ranking.top(10))?.products).toEqual(first?.products);
});

it('keeps the ranking in the queue, for the next process', async () => {
  const { orders } = aShop();
  opened = await jobsOf([
    RankBestSellers,
    { provide: Orders, useValue: orders },
    { provide: SalesRanking, useFactory: (queue: JobQueue) => new SalesRankingMemory(queue), inject: [JobQueue] },
  ]);
  opened.start();
  await opened.get(Schedules).addLatest('products.best-sellers');
  const [job] = await opened.queue.list({ limit: 1 });
  await opened.reached(job!.id, 'COMPLETED');
  expect(await new SalesRankingMemory(opened.queue).top(1)).toMatchObject({
    products: [{ productId: 'gone', sold: 9 }],
  });
});
