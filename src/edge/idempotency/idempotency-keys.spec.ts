import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IdempotencyKeysMemory } from './idempotency-keys.memory.ts';
import { IdempotencyKeysRedis } from './idempotency-keys.redis.ts';
import { IN_FLIGHT_MS, KEPT_MS, type IdempotencyKeys } from './idempotency-keys.ts';
import { storesForTests } from './stores.fixture.ts';

const { describeOnRedis, describeStores } = await storesForTests();

describeStores('an idempotency key', (store) => {
  let keys: IdempotencyKeys;
  let key: string;

  beforeEach(() => {
    keys = store();
    key = randomUUID();
  });

  it('is claimed by one of concurrent requests', async () => {
    const marks = Array.from({ length: 20 }, (_, number) => `mark ${number}`);
    const held = await Promise.all(marks.map((mark) => keys.claim(key, mark)));
    expect(held.filter((mark) => mark === undefined)).toHaveLength(1);
    const winner = marks[held.indexOf(undefined)];
    expect(new Set(held.filter((mark) => mark !== undefined))).toEqual(new Set([winner]));
  });

  it('returns its answer once that is stored', async () => {
    await keys.claim(key, 'mine');
    await keys.keep(key, 'mine', 'the answer');
    expect(await keys.claim(key, 'theirs')).toBe('the answer');
    await keys.free(key, 'mine');
    expect(await keys.claim(key, 'theirs')).toBe('the answer');
  });

  it('can be claimed again once it is free', async () => {
    await keys.claim(key, 'mine');
    await keys.free(key, 'mine');
    expect(await keys.claim(key, 'theirs')).toBeUndefined();
  });

  it('is freed and kept only by the request that claimed it', async () => {
    await keys.claim(key, 'mine');
    await keys.free(key, 'theirs');
    await keys.keep(key, 'theirs', 'their answer');
    expect(await keys.claim(key, 'theirs')).toBe('mine');
  });

  it('keeps the answer even after its claim expired', async () => {
    await keys.keep(key, 'mine', 'the answer');
    expect(await keys.claim(key, 'theirs')).toBe('the answer');
  });
});

describe('a key in memory', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is in flight for at most 30 seconds, since its process may have died', async () => {
    const keys = new IdempotencyKeysMemory();
    await keys.claim('key', 'mine');
    jest.advanceTimersByTime(IN_FLIGHT_MS - 1);
    expect(await keys.claim('key', 'theirs')).toBe('mine');
    jest.advanceTimersByTime(1);
    expect(await keys.claim('key', 'theirs')).toBeUndefined();
    await keys.keep('key', 'mine', 'my answer');
    expect(await keys.claim('key', 'another')).toBe('theirs');
  });

  it('expires after 24 hours', async () => {
    const keys = new IdempotencyKeysMemory();
    await keys.claim('key', 'mine');
    await keys.keep('key', 'mine', 'the answer');
    jest.advanceTimersByTime(KEPT_MS - 1);
    expect(await keys.claim('key', 'theirs')).toBe('the answer');
    jest.advanceTimersByTime(1);
    expect(await keys.claim('key', 'theirs')).toBeUndefined();
  });

  it('is dropped if there are too many, the oldest first', async () => {
    const keys = new IdempotencyKeysMemory(2);
    for (const key of ['a', 'b']) await keys.claim(key, 'mine');
    await keys.keep('a', 'mine', 'the answer');
    await keys.claim('c', 'mine');
    expect(await keys.claim('a', 'theirs')).toBe('the answer');
    expect(await keys.claim('b', 'theirs')).toBeUndefined();
  });
});

describeOnRedis('a key in Redis', (redis) => {
  /** The time to live of a key, in milliseconds. */
  const leftMs = async (key: string) => redis().pttl(`atrium:idempotency:${key}`);

  it('is in flight for at most 30 seconds, and its answer is kept for 24 hours', async () => {
    const [key, keys] = [randomUUID(), new IdempotencyKeysRedis(redis())];
    await keys.claim(key, 'mine');
    await keys.claim(key, 'theirs');
    expect(Math.ceil((await leftMs(key)) / 5_000)).toBe(IN_FLIGHT_MS / 5_000);
    await keys.keep(key, 'mine', 'the answer');
    await keys.claim(key, 'theirs');
    expect(Math.ceil((await leftMs(key)) / 5_000)).toBe(KEPT_MS / 5_000);
  });

  it('whose claim expired is not kept by its first request after another has claimed it', async () => {
    const [key, keys] = [randomUUID(), new IdempotencyKeysRedis(redis())];
    await keys.claim(key, 'mine');
    await redis().pexpire(`atrium:idempotency:${key}`, 0);
    expect(await keys.claim(key, 'theirs')).toBeUndefined();
    await keys.keep(key, 'mine', 'my answer');
    expect(await keys.claim(key, 'another')).toBe('theirs');
  });
});
