import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IdempotencyKeysRedis } from '#gateway/edge/idempotency/idempotency-keys.redis';
import { SalesRankingRedis } from '#gateway/features/products/sales-ranking.redis';
import { EventLogRedis, topic } from '#libs/events';
import { closeRedis, type Redis, subscriberOf, takeLock } from '#libs/redis';
import { notRun, part, show } from './support/print.ts';
import { withRedis } from './support/redis.ts';

part('a lock: ten workers, one of them works');
const ran = await withRedis(async (redis) => {
  await locks(redis);
  await withoutExpiry(redis);
  await idempotency(redis);
  await counters(redis);
  await ranking(redis);
  await messages(redis);
});
if (!ran) notRun('there is no redis-server');

async function locks(redis: Redis): Promise<void> {
  const takers = await Promise.all(Array.from({ length: 10 }, () => takeLock(redis, 'lock:digest', 5_000)));
  const [release] = takers.filter((one) => one !== undefined);
  assert.equal(takers.filter(Boolean).length, 1);
  show('of 10 takers at once, 1 has the lock');
  // The lock expired while its owner was paused, and another took it.
  await redis.set('lock:digest', 'of another owner', 'PX', 5_000);
  await release!();
  assert.equal(await redis.get('lock:digest'), 'of another owner');
  show("released after it had expired: another owner's lock is still there");
  assert.equal(await redis.del('lock:digest'), 1);
  show('a plain DEL would have removed it');
}

/** What `SETNX` without an expiry leaves behind when its process dies before `EXPIRE`. */
async function withoutExpiry(redis: Redis): Promise<void> {
  await redis.setnx('lock:unbounded', 'token');
  await redis.set('lock:expiring', 'token', 'PX', 5_000, 'NX');
  const [unbounded, expiring] = [await redis.pttl('lock:unbounded'), await redis.pttl('lock:expiring')];
  assert.ok(unbounded === -1 && expiring > 0);
  show('SETNX, and the process dies before EXPIRE: the lock never expires; SET NX PX: it does');
}

async function idempotency(redis: Redis): Promise<void> {
  part('double orders: a lock is not enough, an idempotency key is');
  const keys = new IdempotencyKeysRedis(redis);
  let placed = 0;
  const place = async (mark: string) => {
    const held = await keys.claim('u1:key-1', mark);
    if (held !== undefined) return held;
    placed += 1;
    await keys.keep('u1:key-1', mark, `order ${placed}`);
    return `order ${placed}`;
  };
  const [first, second] = await Promise.all([place('a'), place('b')]);
  const later = await place('c');
  assert.equal(placed, 1);
  assert.deepEqual([first, later], ['order 1', 'order 1']);
  show(
    `two clicks at once and one later: ${placed} order; answers: ${first}; in flight (mark ${second}); ${later}`,
  );
}

async function counters(redis: Redis): Promise<void> {
  part('INCR counts, GET and SET lose');
  await Promise.all(Array.from({ length: 100 }, () => redis.incr('hits')));
  const unsafe = async () => redis.set('lost', Number(await redis.get('lost')) + 1);
  await Promise.all(Array.from({ length: 100 }, unsafe));
  const [counted, lost] = [Number(await redis.get('hits')), Number(await redis.get('lost'))];
  assert.equal(counted, 100);
  assert.ok(lost < 100);
  show(`100 at once by INCR: ${counted}; by GET and SET: ${lost}`);
  const bits = await redis.multi().incr('window').expire('window', 60, 'NX').exec();
  assert.deepEqual(
    bits!.map(([error]) => error),
    [null, null],
  );
  const failed = await redis.multi().set('text', 'a').incr('text').set('after', 'b').exec();
  assert.match(String(failed![1]![0]), /not an integer/);
  assert.deepEqual([await redis.get('text'), await redis.get('after')], ['a', 'b']);
  show('a command that fails in a MULTI: those before and after it are done');
  show('INCR and EXPIRE NX in one MULTI: a window that ends, also if its process dies in between');
}

async function ranking(redis: Redis): Promise<void> {
  part('a sorted set: best sellers');
  const sales = new SalesRankingRedis(redis);
  await sales.replace({
    products: [
      { productId: 'p1', sold: 3 },
      { productId: 'p2', sold: 9 },
      { productId: 'p3', sold: 5 },
    ],
    countedAt: 1_700_000_000_000,
  });
  const top = (await sales.top(2))!.products.map(({ productId, sold }) => `${productId} (${sold})`);
  assert.deepEqual(top, ['p2 (9)', 'p3 (5)']);
  show(`the top two: ${top.join(', ')}`);
}

async function messages(redis: Redis): Promise<void> {
  part('pub/sub forgets, a stream does not');
  const subscriber = subscriberOf(redis);
  if (subscriber.status !== 'ready') await once(subscriber, 'ready');
  await redis.publish('news', 'before');
  await subscriber.subscribe('news');
  const message = once(subscriber, 'message');
  await redis.publish('news', 'after');
  const [, heard] = (await message) as [string, string];
  assert.equal(heard, 'after');
  show(`a subscriber that comes late hears: ${heard}`);
  await closeRedis(subscriber);

  const news = topic<{ type: string; data: { text: string } }>('news');
  const log = new EventLogRedis(redis, 'study:news');
  const read = new Promise<string>((resolve) => void log.follow(news, undefined, ({ id }) => resolve(id)));
  log.publish(news, { type: 'news', data: { text: 'before' } });
  const last = await read;
  await log.close();
  await redis.xadd('study:news', '*', ...Object.values((await redis.xrange('study:news', '-', '+'))[0]![1]));
  const later = await redis.xread('STREAMS', 'study:news', last);
  const [, entries] = (later as [string, unknown[]][])[0]!;
  assert.equal(entries.length, 1);
  show(
    `a reader that comes late with the id of the last entry that it read gets: ${entries.length} entry, the one it missed`,
  );
}
