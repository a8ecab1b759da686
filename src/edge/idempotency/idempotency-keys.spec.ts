import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IdempotencyKeysMemory } from './idempotency-keys.memory.ts';
import { IdempotencyKeysRedis } from './idempotency-keys.redis.ts';
import { IN_FLIGHT_MS, KEPT_MS, type IdempotencyKeys } from './idempotency-keys.ts';
import { describeOnRedis, describeStores } from './stores.fixture.ts';

describeStores('an idempotency key', (store) => {
  let keys: IdempotencyKeys;
  let key: string;

  beforeEach(() => {
    keys = store();
    key = randomUUID();
  });

  it('is claimed by one of many', async () => {
    const marks = Array.from({ length: 20 }, (_, number) => `mark ${number}`);
    const held = await Promise.all(marks.map((mark) => keys.claim(key, mark)));
    expect(held.filter((mark) => mark === undefined)).toHaveLength(1);
    const winner = marks[held.indexOf(undefined)];
    expect(new Set(held.filter((mark) => mark !== undefined))).toEqual(new Set([winner]));
  });

  it('stands for its answer from then on', async () => {
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

  it('is freed and kept by nobody but whose it is', async () => {
    await keys.claim(key, 'mine');
    await keys.free(key, 'theirs');
    await keys.keep(key, 'theirs', 'their answer');
    expect(await keys.claim(key, 'theirs')).toBe('mine');
  });

  it('keeps the answer even if its time in flight was over', async () => {
    await keys.keep(key, 'mine', 'the answer');
    expect(await keys.claim(key, 'theirs')).toBe('the answer');
  });
});

describe('a key in memory', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is in flight for 30 seconds at most: its process may have died', async () => {
    const keys = new IdempotencyKeysMemory();
    await keys.claim('key', 'mine');
    jest.advanceTimersByTime(IN_FLIGHT_MS - 1);
    expect(await keys.claim('key', 'theirs')).toBe('mine');
    jest.advanceTimersByTime(1);
    expect(await keys.claim('key', 'theirs')).toBeUndefined();
    await keys.keep('key', 'mine', 'my answer');
    expect(await keys.claim('key', 'another')).toBe('theirs');
  });

  it('is forgotten after 24 hours', async () => {
    const keys = new IdempotencyKeysMemory();
    await keys.claim('key', 'mine');
    await keys.keep('key', 'mine', 'the answer');
    jest.advanceTimersByTime(KEPT_MS - 1);
    expect(await keys.claim('key', 'theirs')).toBe('the answer');
    jest.advanceTimersByTime(1);
    expect(await keys.claim('key', 'theirs')).toBeUndefined();
  });

  it('is forgotten where there are too many, the oldest first', async () => {
    const keys = new IdempotencyKeysMemory(2);
    for (const key of ['a', 'b']) await keys.claim(key, 'mine');
    await keys.keep('a', 'mine', 'the answer');
    await keys.claim('c', 'mine');
    expect(await keys.claim('a', 'theirs')).toBe('the answer');
    expect(await keys.claim('b', 'theirs')).toBeUndefined();
  });
});

describeOnRedis('a key in Redis', (redis) => {
  /** How long what stands under a name will, in milliseconds. */
  const leftMs = async (key: string) => redis().pttl(`atrium:idempotency:${key}`);

  it('is in flight for 30 seconds at most, then kept for 24 hours', async () => {
    const [key, keys] = [randomUUID(), new IdempotencyKeysRedis(redis())];
    await keys.claim(key, 'mine');
    await keys.claim(key, 'theirs');
    expect(Math.ceil((await leftMs(key)) / 5_000)).toBe(IN_FLIGHT_MS / 5_000);
    await keys.keep(key, 'mine', 'the answer');
    await keys.claim(key, 'theirs');
    expect(Math.ceil((await leftMs(key)) / 5_000)).toBe(KEPT_MS / 5_000);
  });

  it('whose time in flight was over is not kept for who had it, once it is in flight again', async () => {
    const [key, keys] = [randomUUID(), new IdempotencyKeysRedis(redis())];
    await keys.claim(key, 'mine');
    await redis().pexpire(`atrium:idempotency:${key}`, 0);
    expect(await keys.claim(key, 'theirs')).toBeUndefined();
    await keys.keep(key, 'mine', 'my answer');
    expect(await keys.claim(key, 'another')).toBe('theirs');
  });
});
