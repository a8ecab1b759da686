import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';
import { aContext } from '#libs/testing';
import { DetachedWork } from '#libs/upstream';
import { LogLines } from '#libs/testing';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { IdempotencyKeysMemory } from './idempotency-keys.memory.ts';
import { Idempotency } from './idempotency.ts';
import { storesForTests } from './stores.fixture.ts';

const { describeStores } = await storesForTests();

const silent = createLogger('spec', 'silent');
const question = { place: { lines: [{ productId: 'p1', quantity: 1 }], total: null } };
const inFlight = { code: 'IDEMPOTENCY_IN_FLIGHT', status: 409, headers: { 'retry-after': '1' } };

describeStores('a request with an idempotency key', (store) => {
  let idempotency: Idempotency;
  let key: string;
  let done: string[];

  beforeEach(() => {
    idempotency = new Idempotency(store(), new DetachedWork(), silent);
    key = randomUUID();
    done = [];
  });

  const act = async (requestId: string) => {
    done.push(requestId);
    return { number: done.length };
  };

  it('gets the same answer again', async () => {
    const first = await idempotency.run(aContext(), key, question, act);
    expect(await idempotency.run(aContext(), key, question, act)).toEqual(first);
    expect(done).toHaveLength(1);
  });

  it('is the same request whatever the order of its members, and with null for a missing one', async () => {
    await idempotency.run(aContext(), key, question, act);
    const same = { place: { total: undefined, lines: [{ quantity: 1, productId: 'p1' }] } };
    expect(await idempotency.run(aContext(), key, same, act)).toEqual({ number: 1 });
  });

  it('is refused if the key was used for another request, also while that is in flight', async () => {
    const other = { place: { lines: [{ productId: 'p1', quantity: 2 }] } };
    const mismatch = expect.objectContaining({ code: 'IDEMPOTENCY_MISMATCH', status: 422 });
    await idempotency.run(aContext(), key, question, async () => {
      await expect(idempotency.run(aContext(), key, other, act)).rejects.toEqual(mismatch);
      return {};
    });
    await expect(idempotency.run(aContext(), key, other, act)).rejects.toEqual(mismatch);
    expect(done).toEqual([]);
  });

  it('is refused while it is in flight: of twenty concurrent ones, one runs', async () => {
    const gate = Promise.withResolvers<void>();
    const waiting = async (requestId: string) => {
      await gate.promise;
      return act(requestId);
    };
    const pending = Array.from({ length: 20 }, () => idempotency.run(aContext(), key, question, waiting));
    const refused = pending.map((answer) => answer.then(undefined, (error: unknown) => error));
    let left = pending.length;
    await new Promise<void>((resolve) => {
      for (const one of refused) void one.then(() => --left === 1 && resolve());
    });
    gate.resolve();
    const answers = await Promise.all(refused);
    expect(answers.filter((answer) => answer instanceof Error)).toHaveLength(19);
    expect(answers).toEqual(expect.arrayContaining([{ number: 1 }, expect.objectContaining(inFlight)]));
    expect(done).toHaveLength(1);
  });

  it('runs again after a failure, with the same request id', async () => {
    const ids: string[] = [];
    const failing = async (requestId: string) => {
      ids.push(requestId);
      throw new Error('failed');
    };
    await expect(idempotency.run(aContext(), key, question, failing)).rejects.toThrow('failed');
    expect(await idempotency.run(aContext(), key, question, act)).toEqual({ number: 1 });
    expect(done).toEqual(ids);
  });

  it('does not share keys with another caller', async () => {
    await idempotency.run(aContext(), key, question, act);
    const other = aContext({ caller: { id: 'u2', scopes: [] } });
    expect(await idempotency.run(other, key, { other: true }, act)).toEqual({ number: 2 });
    expect(new Set(done).size).toBe(2);
  });

  it.each([undefined, null])('runs each time without a key (%s), with a new request id', async (none) => {
    for (let times = 0; times < 2; times++) await idempotency.run(aContext(), none, question, act);
    expect(new Set(done).size).toBe(2);
  });
});

/** A store of keys that cannot be reached. */
class KeysGone extends IdempotencyKeys {
  readonly claim = () => Promise.reject<undefined>(new Error('Command timed out'));
  readonly keep = () => new Promise<void>(() => {});
  readonly free = this.keep;
}

describe('while the store of keys cannot be reached', () => {
  it('every request runs, waits for the store only once, and logs a warning', async () => {
    const log = new LogLines();
    const idempotency = new Idempotency(new KeysGone(), new DetachedWork(), createLogger('spec', 'info', log));
    expect(await idempotency.run(aContext(), 'key', question, async (id) => id)).toEqual(
      await idempotency.run(aContext(), 'key', question, async (id) => id),
    );
    await expect(
      idempotency.run(aContext(), 'key', question, () => Promise.reject(new Error('failed'))),
    ).rejects.toThrow('failed');
    expect(log.with({ level: 'warn', msg: 'idempotency keys cannot be reached' })).toHaveLength(3);
    expect(log.lines).toHaveLength(3);
  });

  it('an answer that cannot be stored is returned all the same', async () => {
    const log = new LogLines();
    const keys = new IdempotencyKeysMemory();
    Object.assign(keys, { keep: () => Promise.reject(new Error('Command timed out')) });
    const idempotency = new Idempotency(keys, new DetachedWork(), createLogger('spec', 'info', log));
    expect(await idempotency.run(aContext(), 'key', question, async () => 'done')).toBe('done');
    await expect(idempotency.run(aContext(), 'key', question, async () => 'done')).rejects.toMatchObject(inFlight);
    expect(log.with({ level: 'warn', msg: 'an idempotency key stays in flight' })).toHaveLength(1);
  });
});

describe('a shutdown', () => {
  it('waits until the answer is stored', async () => {
    const keys = new IdempotencyKeysMemory();
    const work = new DetachedWork();
    const idempotency = new Idempotency(keys, work, silent);
    const gate = Promise.withResolvers<string>();
    const pending = idempotency.run(aContext(), 'key', question, () => gate.promise);
    const settled = work.settled();
    gate.resolve('done');
    await settled;
    expect(await idempotency.run(aContext(), 'key', question, async () => 'again')).toBe(await pending);
  });
});
